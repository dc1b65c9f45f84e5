package explain

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/build"
	"github.com/pipegen/pipegen/internal/criteria"
)

// TestSupport: every part on which a kind rests is in the output of an example.
func TestSupport(t *testing.T) {
	type row struct {
		kind string
		criteria.Pattern
	}
	var unseen []row
	for _, k := range criteria.Kinds() {
		for _, part := range k.Support {
			unseen = append(unseen, row{k.Name, part.Compile()})
		}
	}
	specs, err := filepath.Glob("../../specs/*/pipeline.cue")
	if err != nil || len(specs) == 0 {
		t.Fatal("no specs")
	}
	for _, spec := range specs {
		text, err := os.ReadFile(spec)
		if err != nil {
			t.Fatal(err)
		}
		built, found, err := build.Text("pipeline.cue", text, generate.Options{SpecFile: "pipeline.cue"})
		if err != nil || built == nil {
			t.Fatal(found, err)
		}
		for _, f := range built.Set.Files() {
			lines := linesOf(built.Plan, f)
			unseen = slices.DeleteFunc(unseen, func(r row) bool {
				return slices.ContainsFunc(lines, func(l line) bool {
					_, ok := r.Match(l.usual, l.usualKey, l.step.ID, l.text)
					return ok
				})
			})
		}
	}
	for _, r := range unseen {
		t.Errorf("%s rests on %+v, and no line of an example is that", r.kind, r.Part)
	}
}
