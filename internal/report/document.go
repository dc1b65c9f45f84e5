// Package report writes down what verbs have to say, for people and for programs. A verb
// fills a Document, and a format is one function that writes any Document.
package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
)

// Document is what a verb has to say, before any format.
type Document struct {
	// Title names what ran, for a page that also has results of other programs. Without one, Summary may be empty.
	Title string
	// Name is the pipeline, for tools that collect the tests of several.
	Name string
	// Spec is the file that the document is about. GitHub shows a finding there that lies
	// outside the checkout. It may be empty: then it is pipeline.cue.
	Spec  string
	Parts []Part
	// Findings are what is wrong, with the lines that are. Notices are facts that a reader
	// should know and that fail nothing.
	Findings diag.List
	Notices  []string
	// Summary is one line.
	Summary string
	// Next is what to do next, for people at a screen alone; "" where nothing is to be done.
	Next string
	// Marks are for tools that show what they get at lines of files; nil means Findings and
	// Notices.
	Marks *Marks
	// Data is for programs: a value whose fields have names in JSON.
	Data any
}

// Marks are findings and notices.
type Marks struct {
	Findings diag.List
	Notices  []string
}

func (d Document) marks() Marks {
	if d.Marks != nil {
		return *d.Marks
	}
	return Marks{d.Findings, d.Notices}
}

// Part is a list of entries: lines on a screen, and rows of a table on a page.
type Part struct {
	Title string
	// Apart is set for a part below a blank line, Spread for one whose entries are, and Prose
	// for sentences, which have short lines on any screen.
	Apart, Spread, Prose bool
	// Width is how many columns of a screen the first cells of the lines take, where they
	// are a word each; what is below a line begins under the second cell.
	Width   int
	Entries []Entry
	// Columns are the heads of the table, without which the rows are points of a list. Rows is what they are called.
	Columns []string
	Rows    string
	// Folded is set for a table that a page opens only when somebody asks.
	Folded bool
}

// Entry is one line of a part, or its row, or both.
type Entry struct {
	// Line has the cells of the line, one for each column, and Below further lines.
	Line  []Cell
	Below []Cell
	// Row has the cells of the row.
	Row []Cell
	// Patch is shown below the line, or folded.
	Patch *Patch
	// Test is the entry as the result of a test.
	Test *Test
}

// Patch is the difference of one file as a unified diff.
type Patch struct {
	Name string `json:"name"`
	Text string `json:"diff"`
}

// Test is a result for tools that collect the results of tests.
type Test struct {
	// Group may be empty: a part of the suite.
	Suite, Group, Name string
	// Failed and Skipped exclude each other; Says is the reason, and About what is tested.
	Failed, Skipped bool
	Says, About     string
}

// Cell is a text with marked parts.
type Cell []Span

// Span is a part of a text. Its text is never markup, wherever it comes from.
type Span struct {
	Text  string
	Style Style
	// URL is where it leads, "" for nowhere.
	URL string
}

// Style is how a span is marked. Colors are for screens, the others for pages.
type Style int

// The styles.
const (
	Plain Style = iota
	Good
	Bad
	Doubtful
	Hint
	Strong
	Code
)

// Say is an unmarked text.
func Say(format string, args ...any) Cell { return Cell{{Text: fmt.Sprintf(format, args...)}} }

// words are the cells of a line that opens with a marked word.
func words(word string, style Style, format string, args ...any) []Cell {
	return []Cell{{{Text: word, Style: style}}, Say(format, args...)}
}

func code(s string) Cell { return Cell{{Text: s, Style: Code}} }

// cells are unmarked texts.
func cells(texts ...string) []Cell {
	out := make([]Cell, len(texts))
	for i, t := range texts {
		out[i] = Cell{{Text: t}}
	}
	return out
}

// text is a cell without its marks.
func (c Cell) text() string {
	var b strings.Builder
	for _, s := range c {
		b.WriteString(s.Text)
	}
	return b.String()
}

// Line is an entry of one unmarked line.
func Line(format string, args ...any) Entry { return Entry{Line: []Cell{Say(format, args...)}} }

// Formats are the formats, by their names on the command line.
var Formats = map[string]func(io.Writer, Document, Frame) error{
	"text": Text, "json": JSON, "markdown": Markdown, "sarif": SARIF, "github": GitHub, "junit": JUnit,
}
