package documents

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/rules"
)

// TestRulesPage keeps the page equal to the rulebook.
func TestRulesPage(t *testing.T) {
	var b strings.Builder
	for _, s := range rules.Subjects() {
		fmt.Fprintf(&b, "- [%s](#%s): ", s.Name, strings.ReplaceAll(strings.ToLower(s.Name), " ", "-"))
		var links []string
		for _, r := range s.Rules {
			links = append(links, fmt.Sprintf("[%s](#%s)", r.ID, strings.ToLower(r.ID)))
		}
		b.WriteString(strings.Join(links, " ") + "\n")
	}
	for _, s := range rules.Subjects() {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", s.Name, s.Sentence)
		for _, r := range s.Rules {
			b.WriteString("\n" + r.Markdown())
		}
	}
	got := read(t, "rules.md")
	settle(t, "rules.md", got, filled(t, got, "rules", b.String()))
}
