package report

import (
	"bufio"
	"io"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/term"

	"github.com/pipegen/pipegen/internal/diag"
)

// Text writes a document for people: its parts, the findings, the notices, and what it
// comes to.
func Text(w io.Writer, d Document, f Frame) error {
	s := &screen{Writer: bufio.NewWriter(w), color: f.Color}
	for _, p := range d.Parts {
		s.part(p)
	}
	for _, found := range d.Findings {
		s.finding(found)
	}
	for _, n := range d.Notices {
		s.line("", Cell{{Text: "notice:", Style: Hint}, {Text: " " + n}})
	}
	if d.Summary != "" {
		s.line("", Say("%s", d.Summary))
	}
	return s.Flush()
}

type screen struct {
	*bufio.Writer
	// begun is set below the first line.
	color, begun bool
}

// blank sets what follows apart from what is above.
func (s *screen) blank() {
	if s.begun {
		s.line("")
	}
}

func (s *screen) line(indent string, c ...Cell) {
	s.begun = true
	s.WriteString(indent)
	for _, cell := range c {
		for _, span := range cell {
			s.WriteString(s.painted(span))
		}
	}
	s.WriteString("\n")
}

func (s *screen) part(p Part) {
	widths, shown, indent := columns(p), false, ""
	if p.Title != "" {
		indent = "  "
	}
	for _, e := range p.Entries {
		if e.Line == nil && e.Patch == nil {
			continue
		}
		if p.Spread || p.Apart && !shown {
			s.blank()
		}
		if p.Title != "" && !shown {
			s.line("", Say("%s", p.Title))
		}
		shown = true
		s.entry(indent, spaces(p.Width+2), widths, e)
	}
	if n := len(p.Entries); n > 0 && p.Entries[n-1].Patch != nil {
		s.blank()
	}
}

func (s *screen) entry(indent, below string, widths []int, e Entry) {
	var line Cell
	for i, c := range e.Line {
		if i > 0 {
			line[len(line)-1].Text += spaces(widths[i-1] - e.Line[i-1].width() + 2)
		}
		line = append(line, c...)
	}
	if e.Line != nil {
		s.line(indent, line)
	}
	for _, c := range e.Below {
		s.line(indent+below, c)
	}
	if e.Patch != nil {
		s.blank()
		for line := range strings.Lines(e.Patch.Text) {
			s.line("", Cell{{Text: line, Style: patchStyle(line)}})
		}
	}
}

// columns are the widths of the columns that the lines of several cells stand in.
func columns(p Part) []int {
	out := []int{p.Width}
	for _, e := range p.Entries {
		for i, c := range e.Line {
			if i == len(out) {
				out = append(out, 0)
			}
			if len(e.Line) > 1 {
				out[i] = max(out[i], c.width())
			}
		}
	}
	return out
}

func (c Cell) width() int { return utf8.RuneCountInString(c.text()) }

func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }

func (s *screen) finding(d diag.Diagnostic) {
	style := Bad
	if d.Severity == diag.Warning {
		style = Doubtful
	}
	s.line("", Cell{{Text: place(d.Pos)}, {Text: d.Severity.String() + ":", Style: style}, {Text: " " + d.Message + " [" + label(d, ", ") + "]"}})
	for _, n := range d.Notes {
		s.line("  ", Say("%s%s", place(n.Pos), n.Message))
	}
	if d.Help != "" {
		s.line("  ", Cell{{Text: "help:", Style: Hint}, {Text: " " + d.Help}})
	}
}

func patchStyle(line string) Style {
	switch line[0] {
	case '+':
		return Good
	case '-':
		return Bad
	}
	return Plain
}

func (s *screen) painted(span Span) string {
	colors := map[Style]string{Good: "32", Bad: "31", Doubtful: "33", Hint: "36"}
	text := visible(strings.TrimRight(span.Text, "\r\n"))
	if color := colors[span.Style]; s.color && color != "" {
		return "\x1b[" + color + "m" + text + "\x1b[0m"
	}
	return text
}

// visible has a space for each character that could move a terminal's cursor, or that
// nobody sees.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) || r == '\t' {
			return r
		}
		return ' '
	}, s)
}

// Colored reports whether w is a terminal whose user has not asked for no color.
func Colored(w io.Writer, env func(string) string) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && env("NO_COLOR") == "" && env("TERM") != "dumb"
}
