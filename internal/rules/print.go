package rules

import (
	"fmt"
	"strings"
)

// Markdown is the rule as a section, whose anchor is its id.
func (r Rule) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n**%s.** %s\n\n", r.ID, capital(r.Title), r.Why)
	for _, h := range r.Held() {
		fmt.Fprintf(&b, "- %s.\n", capital(h))
	}
	if r.Strict != "" {
		fmt.Fprintf(&b, "- A breach cannot be accepted: %s.\n", r.Strict)
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
