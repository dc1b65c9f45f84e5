package documents

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/rules"
	"github.com/pipegen/pipegen/schema"
)

// TestProofs keeps the tables of proofs.md equal to those of the code.
func TestProofs(t *testing.T) {
	document := sessions(t, read(t, "proofs.md"))
	var proofs, guards strings.Builder
	proofs.WriteString("| code | what holds when the proof finds nothing |\n|---|---|\n")
	for _, r := range rules.All() {
		if r.By&rules.Proof != 0 {
			fmt.Fprintf(&proofs, "| `%s` | %s |\n", strings.ToLower(r.ID), r.Title)
		}
	}
	fmt.Fprintf(&proofs, "| `%s` | the output keeps what the criteria promise |\n", rules.Promised)
	for _, g := range rules.Guards() {
		fmt.Fprintf(&guards, "- `%s`\n", g)
	}
	want := filled(t, document, "proofs", proofs.String())
	want = filled(t, want, "guards", guards.String())
	settle(t, "proofs.md", read(t, "proofs.md"), want)
}

// sessions runs every example and puts its output into the block below it.
func sessions(t *testing.T, document string) string {
	t.Helper()
	spec := base(blocksOf(read(t, "diagnostics.md")))
	var out strings.Builder
	end := 0
	blocks := blocksOf(document)
	for i, b := range blocks {
		text := b.text
		switch {
		case b.mark == "partial":
			if output, code := try(t, spec, b); code != 0 {
				t.Errorf("proofs.md:%d: exit code %d\n%s", b.line, code, output)
			}
		case b.lang == "text":
			text, _ = try(t, spec, blocks[i-1])
			text = withoutNotice(text)
		}
		out.WriteString(document[end:b.at] + text)
		end = b.at + len(b.text)
	}
	return out.String() + document[end:]
}

// TestGuardsAreAllowed: the guards that the schema accepts are those that the
// proofs know.
func TestGuardsAreAllowed(t *testing.T) {
	for _, g := range rules.Guards() {
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
