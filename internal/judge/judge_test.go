package judge

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/diag"
)

const minimal = "../../specs/minimal/pipeline.cue"

// Both judges report what cannot be compiled; only Check reports what a check
// finds.
func TestJudges(t *testing.T) {
	src, err := os.ReadFile(minimal)
	if err != nil {
		t.Fatal(err)
	}
	text := string(src)
	for _, c := range []struct {
		name, text     string
		compile, check diag.Code
	}{
		{"valid", text, "", ""},
		{"no spec", text + "\nfoo: 1\n", diag.UnknownField, diag.UnknownField},
		{"a script", strings.Replace(text, "make test", "if true", 1), "", diag.Script},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, j := range []struct {
				judge func([]byte) (diag.List, error)
				want  diag.Code
			}{{Compile, c.compile}, {Check, c.check}} {
				found, err := j.judge([]byte(c.text))
				if err != nil {
					t.Fatal(err)
				}
				if !slices.ContainsFunc(found, func(d diag.Diagnostic) bool { return d.Code == j.want && d.Pos.Line > 0 }) && (j.want != "" || len(found) > 0) {
					t.Errorf("got %v, want %q", found, j.want)
				}
			}
		})
	}
}
