package docs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/prove"
	"github.com/pipegen/pipegen/schema"
)

// TestProofs keeps the tables of proofs.md equal to those of the code.
func TestProofs(t *testing.T) {
	document := read(t, "proofs.md")
	var proofs, guards strings.Builder
	proofs.WriteString("| code | what holds when the proof finds nothing |\n|---|---|\n")
	for _, r := range prove.Rules() {
		fmt.Fprintf(&proofs, "| `%s` | %s |\n", r.Code, r.Title)
	}
	for _, g := range prove.Guards() {
		fmt.Fprintf(&guards, "- `%s`\n", g)
	}
	want := filled(t, document, "proofs", proofs.String())
	want = filled(t, want, "guards", guards.String())
	settle(t, "proofs.md", document, want)
}

// TestGuardsAreAllowed: what the schema lets an author write as a guard is what
// the proofs know.
func TestGuardsAreAllowed(t *testing.T) {
	for _, g := range prove.Guards() {
		_, found := schema.Load("pipeline.cue", []byte(within(base(blocksOf(read(t, "spec.md"))), fmt.Sprintf("nonGoals: x: {statement: \"a\", reason: \"b\", guard: %q}\n", g))))
		if len(found) > 0 {
			t.Errorf("guard %s: %v", g, found)
		}
	}
}

// filled puts text between the two marks of a name.
func filled(t *testing.T, document, name, text string) string {
	t.Helper()
	begin, end := "<!-- begin "+name+" -->\n", "<!-- end "+name+" -->"
	head, rest, ok := strings.Cut(document, begin)
	_, tail, found := strings.Cut(rest, end)
	if !ok || !found {
		t.Fatalf("the marks of %s are not there", name)
	}
	return head + begin + text + end + tail
}
