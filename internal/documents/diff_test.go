package documents

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/change"
)

const diffDocument = "diff.md"

// TestDiffRules keeps the tables of codes equal to those of the code.
func TestDiffRules(t *testing.T) {
	var tables strings.Builder
	for _, class := range change.Classes {
		fmt.Fprintf(&tables, "\n### %s\n\n| code | why it matters |\n|---|---|\n", class)
		for _, r := range append(change.Rules(), change.General()...) {
			if r.Class == class {
				fmt.Fprintf(&tables, "| `%s` | %s |\n", r.Code, r.Why)
			}
		}
	}
	document := read(t, diffDocument)
	before, rest, begun := strings.Cut(document, "<!-- rules -->\n")
	_, after, ended := strings.Cut(rest, "<!-- /rules -->\n")
	if !begun || !ended {
		t.Fatal("diff.md has no place for the rules")
	}
	settle(t, diffDocument, document, before+"<!-- rules -->\n"+tables.String()+"\n<!-- /rules -->\n"+after)
}

// TestDiffExamples runs the example and reads the workflow.
func TestDiffExamples(t *testing.T) {
	document := read(t, diffDocument)
	assertPinned(t, diffDocument, document)
	blocks := blocksOf(document)
	for i, b := range blocks {
		switch b.mark {
		case "run":
			output, code := run(t, shop(t), b.text)
			if code != 0 {
				t.Errorf("diff.md:%d: exit code %d:\n%s", b.line, code, output)
			}
			settle(t, diffDocument, read(t, diffDocument), read(t, diffDocument)[:blocks[i+1].at]+output+document[blocks[i+1].at+len(blocks[i+1].text):])
		case "workflow":
			if found := lint(t, strings.ReplaceAll(b.text, ownAction+"@v"+generate.Version, "./")); found != "" {
				t.Error(found)
			}
			if strings.Contains(b.text, "write") || strings.Contains(b.text, "pull_request_target") {
				t.Errorf("diff.md:%d: the job can do more than read", b.line)
			}
		}
	}
}
