package pinning_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pinning"
	"github.com/pipegen/pipegen/internal/workspace"
)

// TestActionsLock: an entry is found by a tag or by a commit, in any letter case, and what counts is its commit.
func TestActionsLock(t *testing.T) {
	sha, other := strings.Repeat("a", 40), strings.Repeat("b", 40)
	workflow := "jobs:\n  a:\n    steps:\n      - uses: actions/checkout@" + sha + "  # v7.0.1\n"
	for name, c := range map[string]struct{ listed, dependencies, want string }{
		"by tag":          {"actions/checkout@v7", "'actions/checkout@v7': {commit: 'sha1-" + sha + "'}", ""},
		"by commit":       {"Actions/checkout@" + sha, "'Actions/checkout@" + sha + "': {commit: 'sha1-" + sha + "'}", ""},
		"another commit":  {"actions/checkout@v7", "'actions/checkout@v7': {commit: 'sha1-" + other + "'}", "at the commit " + other + ", and this workflow at " + sha},
		"another action":  {"actions/checkout-it@v7", "'actions/checkout-it@v7': {commit: 'sha1-" + sha + "'}", "has no entry for actions/checkout"},
		"listed, no lock": {"actions/checkout@v7", "", "has no entry for actions/checkout"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			lock := filepath.Join(dir, ".github/workflows/actions.lock")
			text := "workflows:\n  '.github/workflows/ci.yaml': ['" + c.listed + "']\ndependencies: {" + c.dependencies + "}\n"
			if err := os.MkdirAll(filepath.Dir(lock), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(lock, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			s := pinning.Subject{Roots: workspace.Roots{artifact.Code: dir}}
			found := s.ActionsLock([]workspace.Change{{File: artifact.File{Root: artifact.Code, Path: ".github/workflows/ci.yaml"}, Old: []byte(workflow)}})
			switch {
			case c.want == "" && len(found) > 0, c.want != "" && (len(found) != 1 || !strings.Contains(found[0].Message, c.want) || found[0].Pos.Line != 4):
				t.Errorf("found %v, want %q", found, c.want)
			}
		})
	}
}
