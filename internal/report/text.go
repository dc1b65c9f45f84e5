package report

import (
	"bufio"
	"io"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/term"
)

// Text writes a document for people: its parts, the findings, the notices, the summary and what to do next.
func Text(w io.Writer, d Document, f Frame) error {
	s := &screen{Writer: bufio.NewWriter(w), color: f.Color}
	for _, p := range append(d.Parts[:len(d.Parts):len(d.Parts)], findings(d.Findings, f)) {
		s.width = f.Width
		if p.Prose && (s.width == 0 || s.width > mostProse) {
			s.width = mostProse
		}
		s.part(p)
	}
	for _, n := range d.Notices {
		s.line("", "  ", Cell{{Text: "notice:", Style: Hint}, {Text: " " + n}})
	}
	if d.Summary != "" {
		s.line("", "  ", Say("%s", d.Summary))
	}
	if d.Next != "" {
		s.line("", "  ", Cell{{Text: "next:", Style: Hint}, {Text: " " + d.Next}})
	}
	return s.Flush()
}

// mostProse is how many columns a line of prose takes.
const mostProse = 78

type screen struct {
	*bufio.Writer
	// width is how many columns a line may take, 0 for any.
	width int
	// begun is set below the first line.
	color, begun bool
}

// blank sets what follows apart from what is above.
func (s *screen) blank() {
	if s.begun {
		s.WriteString("\n")
	}
}

// line writes a line, and words that have no room there below under.
func (s *screen) line(indent, under string, c Cell) {
	s.begun = true
	s.WriteString(indent)
	column, blanks := len(indent), ""
	for _, span := range c {
		for piece := range strings.SplitAfterSeq(visible(strings.TrimRight(span.Text, "\r\n")), " ") {
			word := strings.TrimRight(piece, " ")
			if word == "" {
				blanks += piece
				continue
			}
			wide := utf8.RuneCountInString(word)
			if s.width > 0 && column > len(under) && column+len(blanks)+wide > s.width {
				column, blanks = -1, "\n"+under
			}
			s.WriteString(blanks + s.linked(s.painted(word, span.Style), span.URL))
			column, blanks = column+len(blanks)+wide, piece[len(word):]
		}
	}
	s.WriteString("\n")
}

func (s *screen) part(p Part) {
	widths, shown, indent := columns(p), false, ""
	if p.Title != "" {
		indent = "  "
	}
	below := indent + spaces(p.Width+2)
	under := below
	switch {
	case p.Width == 0 && p.Prose:
		under = indent
	case p.Width == 0:
		under += "  "
	}
	for _, e := range p.Entries {
		if e.Line == nil && e.Patch == nil {
			continue
		}
		if p.Spread || p.Apart && !shown {
			s.blank()
		}
		if p.Title != "" && !shown {
			s.line("", indent, Say("%s", p.Title))
		}
		shown = true
		if e.Line != nil {
			s.line(indent, under, aligned(e.Line, widths))
		}
		for _, c := range e.Below {
			s.line(below, below+"  ", c)
		}
		s.patch(e.Patch)
	}
	if n := len(p.Entries); n > 0 && p.Entries[n-1].Patch != nil {
		s.blank()
	}
}

// aligned is a line with its cells in columns.
func aligned(line []Cell, widths []int) (out Cell) {
	for i, c := range line {
		if out = append(out, c...); i < len(line)-1 {
			out = append(out, Span{Text: spaces(widths[i] - c.width() + 2)})
		}
	}
	return out
}

func (s *screen) patch(p *Patch) {
	if p == nil {
		return
	}
	s.blank()
	s.begun = true
	for line := range strings.Lines(p.Text) {
		s.WriteString(s.painted(visible(strings.TrimRight(line, "\r\n")), patchStyle(line)) + "\n")
	}
}

// columns are the widths of the columns, for lines of several cells.
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

func patchStyle(line string) Style {
	switch line[0] {
	case '+':
		return Good
	case '-':
		return Bad
	}
	return Plain
}

func (s *screen) painted(text string, style Style) string {
	colors := map[Style]string{Good: "32", Bad: "31", Doubtful: "33", Hint: "36"}
	if color := colors[style]; s.color && color != "" {
		return "\x1b[" + color + "m" + text + "\x1b[0m"
	}
	return text
}

// linked leads to an address on terminals that know links, and is the text alone on others.
func (s *screen) linked(text, url string) string {
	if !s.color || url == "" {
		return text
	}
	return "\x1b]8;;" + visible(url) + "\x1b\\" + text + "\x1b]8;;\x1b\\"
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
