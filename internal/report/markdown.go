package report

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"strings"
	"unicode"
)

// commentSize is how many bytes a document in Markdown may have. A comment on GitHub takes 65536 characters; the rest
// is for a line that somebody puts above it.
const commentSize = 60000

// Markdown writes a document that fits into a comment on a pull request: a line that sums
// it up, tables, and folded away what is long.
func Markdown(w io.Writer, d Document, f Frame) error {
	p := &page{}
	switch {
	case d.Title != "":
		p.add("**" + d.Title + "**: " + escape(d.head()) + "\n")
	case d.Summary != "":
		p.add(escape(d.Summary) + "\n")
	}
	p.parts(append(d.Parts[:len(d.Parts):len(d.Parts)], findings(d.Findings, f)), false)
	for i, n := range d.Notices {
		if i == 0 {
			p.add("\n")
		}
		p.add("- notice: " + escape(n) + "\n")
	}
	p.parts(d.Parts, true)
	p.patches(d.Parts)
	_, err := io.WriteString(w, p.String())
	return err
}

// page is Markdown that stops growing where a comment would be too long.
type page struct{ strings.Builder }

// add appends text whole, or reports that it has no room.
func (p *page) add(text string) bool {
	if p.Len()+len(text) > commentSize {
		return false
	}
	p.WriteString(text)
	return true
}

// each appends texts and says how many had no room: a long one must not keep the shorter
// ones out. The sentence is short enough for what is kept free above commentSize.
func (p *page) each(what string, texts []string) {
	left := 0
	for _, t := range texts {
		if !p.add(t) {
			left++
		}
	}
	if left > 0 {
		fmt.Fprintf(p, "\n%d more %s have no room here.\n", left, what)
	}
}

func (p *page) parts(all []Part, folded bool) {
	for _, part := range all {
		var rows []string
		for _, e := range part.Entries {
			if e.Row != nil && part.Columns == nil {
				rows = append(rows, block(e.Row))
			} else if e.Row != nil {
				rows = append(rows, row(e.Row))
			}
		}
		if part.Folded != folded || len(rows) == 0 {
			continue
		}
		head := ""
		if part.Columns != nil {
			head = "|" + strings.ReplaceAll(" "+strings.Join(part.Columns, " | ")+" |", "  ", " ") + "\n" + strings.Repeat("|---", len(part.Columns)) + "|\n"
		}
		switch {
		case folded:
			head = fmt.Sprintf("<details><summary>%s</summary>\n\n%s", escape(part.Title), head)
		case part.Title != "":
			head = "### " + escape(strings.ToUpper(part.Title[:1])+part.Title[1:]) + "\n\n" + head
		}
		if p.Len() > 0 {
			head = "\n" + head
		}
		if !p.add(head) {
			continue
		}
		p.each(cmp.Or(part.Rows, "rows"), rows)
		if folded {
			p.WriteString("\n</details>\n")
		}
	}
}

func row(all []Cell) string {
	out := "|"
	for _, c := range all {
		out += " " + c.markdown() + " |"
	}
	return out + "\n"
}

// block is a point of a list, for cells that have no columns.
func block(all []Cell) string {
	var out []string
	for _, c := range all {
		if text := c.markdown(); text != "" {
			out = append(out, text)
		}
	}
	return "- " + strings.ReplaceAll(strings.Join(out, " "), " <br>", "<br>") + "\n"
}

func (c Cell) markdown() (out string) {
	for _, s := range c {
		out += s.markdown()
	}
	return out
}

func (p *page) patches(all []Part) {
	var out []string
	for _, part := range all {
		for _, e := range part.Entries {
			if e.Patch != nil {
				out = append(out, e.Patch.folded())
			}
		}
	}
	p.each("differences", out)
}

func (p Patch) folded() string {
	fence := "```"
	for strings.Contains(p.Text, fence) {
		fence += "`"
	}
	lines := strings.Split(strings.TrimRight(p.Text, "\n"), "\n")
	for i := range lines {
		lines[i] = visible(lines[i])
	}
	return fmt.Sprintf("\n<details><summary>%s</summary>\n\n%sdiff\n%s\n%s\n\n</details>\n", Span{Text: p.Name, Style: Code}.markdown(), fence, strings.Join(lines, "\n"), fence)
}

func (s Span) markdown() string {
	text := escape(s.Text)
	switch u, err := url.Parse(s.URL); {
	case text == "":
		return ""
	case s.URL != "" && err == nil && (u.Scheme == "https" || u.Scheme == "http"):
		return "[" + text + "](" + strings.NewReplacer("(", "%28", ")", "%29", "|", "%7C", "<", "%3C", ">", "%3E").Replace(u.String()) + ")"
	case s.Style == Code:
		// GitHub looks for no emoji there, and for no address.
		return "<code>" + strings.ReplaceAll(text, "&#58;", ":") + "</code>"
	case s.Style == Strong:
		return "**" + text + "**"
	}
	return text
}

// escape makes a value one that Markdown, HTML and GitHub take for nothing but text, on
// one line. An entity is never markup. The comments keep "@name" and "#1" from calling
// somebody or pointing somewhere. A colon before a blank begins no emoji and no address.
func escape(s string) string {
	var b strings.Builder
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	for i, r := range s {
		switch {
		case r == ':' && strings.HasPrefix(s[i:], ": "):
			b.WriteRune(r)
		case r == '\n':
			b.WriteString("<br>")
		case r == '@' || r == '#':
			fmt.Fprintf(&b, "&#%d;<!-- -->", r)
		case strings.ContainsRune("&<>|`*_[]\\~$:!", r):
			fmt.Fprintf(&b, "&#%d;", r)
		case !unicode.IsGraphic(r):
			b.WriteRune(unicode.ReplacementChar)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
