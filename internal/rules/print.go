package rules

import (
	"fmt"
	"strings"
)

// width is that of the text of a rule.
const width = 78

// indent puts text below that of the line before, behind its label.
const indent = "             "

// Text is the rule for somebody at a terminal.
func (r Rule) Text() string {
	var b strings.Builder
	b.WriteString(wrapped(r.ID+": ", "  ", r.Title))
	b.WriteString(wrapped("  why:       ", indent, r.Why))
	label := "  held:      "
	for _, h := range r.Held() {
		b.WriteString(wrapped(label, indent, strings.ReplaceAll(h, "`", "'")))
		label = indent
	}
	label = "  evidence:  "
	for _, e := range r.Evidence {
		b.WriteString(wrapped(label, indent, e.Says))
		if e.URL != "" {
			b.WriteString(indent + e.URL + "\n")
		}
		label = indent
	}
	return b.String()
}

// wrapped puts words behind a label; further lines begin with under.
func wrapped(label, under, text string) string {
	var b strings.Builder
	line := label
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
			line += word
		case len([]rune(line))+1+len([]rune(word)) > width:
			b.WriteString(line + "\n")
			line = under + word
		default:
			line += " " + word
		}
	}
	return b.String() + line + "\n"
}

// Markdown is the rule as a section, whose anchor is its id.
func (r Rule) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n**%s.** %s\n\n", r.ID, capital(r.Title), r.Why)
	for _, h := range r.Held() {
		fmt.Fprintf(&b, "- %s.\n", capital(h))
	}
	for _, e := range r.Evidence {
		fmt.Fprintf(&b, "- Evidence: %s.\n", e.markdown())
	}
	return b.String()
}

func (s Source) markdown() string {
	if s.URL == "" {
		return s.Says
	}
	return fmt.Sprintf("[%s](%s)", s.Says, s.URL)
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
