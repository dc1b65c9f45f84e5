package rules_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/rules"
)

// repositories finds the code and the GitOps repository below a golden folder; they
// are one where the spec says so. A workflow that renders is in the GitOps repository.
func repositories(t *testing.T, dir string) (code, gitops string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		at := filepath.Join(dir, e.Name())
		renders, err := filepath.Glob(filepath.Join(at, ".github/workflows/*-render.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(at, ".github")); err == nil && len(renders) == 0 {
			code = at
			continue
		}
		gitops = at
	}
	if gitops == "" {
		gitops = code
	}
	return code, gitops
}

// TestGeneratedOutputHasNoFlaws: what pipegen writes keeps the rules, in every spec.
// A rule that finds something there finds what is not.
func TestGeneratedOutputHasNoFlaws(t *testing.T) {
	specs, err := os.ReadDir("../../specs")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range specs {
		if s.Name() == "invalid" || strings.HasPrefix(s.Name(), "own-") {
			continue // what an author has may be as it is
		}
		t.Run(s.Name(), func(t *testing.T) {
			code, gitops := repositories(t, filepath.Join("../../golden", s.Name()))
			m, err := pipeline.Read(code, gitops, check.NewRenderer().Overlays)
			if err != nil {
				t.Fatal(err)
			}
			if len(m.Workflows) == 0 || len(m.Writers) == 0 || len(m.Targets) == 0 || len(m.Targets[0].Objects) == 0 {
				t.Fatalf("hardly anything was read: %d workflows, %d writers, %d targets", len(m.Workflows), len(m.Writers), len(m.Targets))
			}
			for _, target := range m.Targets {
				if target.Fault != "" {
					t.Errorf("%s: %s", target.Dir, target.Fault)
				}
			}
			// The spec at the root, or one in a folder.
			spec, err := os.ReadFile(filepath.Join("../../specs", s.Name(), "pipeline.cue"))
			if err != nil && len(m.Workflows) < 2 {
				t.Fatal(err)
			}
			for _, d := range rules.Flaws(m, nil) {
				if d.Rule == "W01" && strings.Contains(string(spec), "pins:") {
					continue // this spec asks for tags
				}
				if strings.HasSuffix(d.Pos.File, "previews.yaml") && (d.Rule == "X07" || d.Rule == "W27") {
					continue // what may push for a pull request, the spec says (W57)
				}
				if strings.Contains(string(spec), `{rule: "`+d.Rule+`", object: `) {
					continue // its author answers for it
				}
				t.Error(text(d))
			}
		})
	}
}

func text(d diag.Diagnostic) string {
	return d.Rule + " " + d.Pos.File + ": " + d.Message
}
