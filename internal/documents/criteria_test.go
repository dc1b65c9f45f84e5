package documents

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/plan"
)

const (
	kindsBegin = "<!-- The kinds: written by go test ./internal/documents -update -->\n"
	kindsEnd   = "<!-- End of the kinds -->\n"
	reachBegin = "<!-- What they are for: written by go test ./internal/documents -update -->\n"
	reachEnd   = "<!-- End of what they are for -->\n"
)

// TestCriteriaKinds keeps the tables equal to those of the compiler.
func TestCriteriaKinds(t *testing.T) {
	var b strings.Builder
	b.WriteString("\n| kind | | where it bites | what happens then | what measures it | rules |\n|---|---|---|---|---|---|\n")
	for _, k := range criteria.Kinds() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", k.Name, k.Mode, k.Gate, k.Fails, k.Measure, strings.Join(k.Rules, ", "))
	}
	text := written(t, read(t, "criteria.md"), kindsBegin, b.String(), kindsEnd)
	b.Reset()
	b.WriteString("\n| kind | `of` | `in` |\n|---|---|---|\n")
	for _, k := range criteria.Kinds() {
		of, in := "none: "+k.Reach.Whole, "none: "+k.Reach.Everywhere
		switch k.Reach.Of {
		case plan.OfImages:
			of = "images"
		case plan.OfTests:
			of = "images: the tests of each, or those of the whole source where it has none of its own"
		case plan.OfWorkloads:
			of = "workloads: " + k.Reach.Who
		}
		if k.Reach.Everywhere == "" {
			in = "environments"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", k.Name, of, in)
	}
	settle(t, "criteria.md", read(t, "criteria.md"), written(t, text, reachBegin, b.String(), reachEnd))
}

// written puts a text between two lines of another.
func written(t *testing.T, text, begin, own, end string) string {
	t.Helper()
	before, rest, ok := strings.Cut(text, begin)
	_, after, ended := strings.Cut(rest, end)
	if !ok || !ended {
		t.Fatalf("criteria.md needs the lines\n%s%s", begin, end)
	}
	return before + begin + own + "\n" + end + after
}

// TestCriteriaSections: each kind has a section, and each section describes a kind.
func TestCriteriaSections(t *testing.T) {
	var want, got []string
	for _, k := range criteria.Kinds() {
		want = append(want, k.Name)
	}
	for line := range strings.Lines(read(t, "criteria.md")) {
		if name, ok := strings.CutPrefix(line, "### `"); ok {
			got = append(got, strings.TrimSuffix(strings.TrimSpace(name), "`"))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("criteria.md has sections for %v, the compiler knows %v", got, want)
	}
}

// TestCriteriaExamples runs check on the specs, and compares what a script prints
// with the text block below it.
func TestCriteriaExamples(t *testing.T) {
	document := read(t, "criteria.md")
	blocks := blocksOf(document)
	var want strings.Builder
	end := 0
	for i, b := range blocks {
		output := b.text
		switch b.lang {
		case "text":
			var code int
			if output, code = try(t, base(blocks), blocks[i-1]); code != 0 {
				t.Errorf("criteria.md:%d: exit code %d:\n%s", b.line, code, output)
			}
		case "cue":
			if printed, code := try(t, base(blocks), b); code != 0 {
				t.Errorf("criteria.md:%d: exit code %d:\n%s", b.line, code, printed)
			}
		}
		want.WriteString(document[end:b.at] + output)
		end = b.at + len(b.text)
	}
	settle(t, "criteria.md", document, want.String()+document[end:])
}
