package rollback_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/live/rollback"
	"github.com/pipegen/pipegen/internal/live/rollback/rollbacktest"
)

// TestCheckout: a checkout that is not ready is refused.
func TestCheckout(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*rollbacktest.World)
		words  []string
	}{
		"changed": {func(w *rollbacktest.World) {
			w.Write(filepath.Join(w.Mine, w.Live("production"), "source-commit"), "x")
		}, []string{"has changes in shop/overlays/production/live/source-commit", "stash --include-untracked -- shop/overlays/production/live"}},
		"untracked": {func(w *rollbacktest.World) {
			w.Write(filepath.Join(w.Mine, w.Live("production"), "new\x1b[31m"), "x")
		}, []string{"has changes in shop/overlays/production/live/new [31m: "}},
		"staged": {func(w *rollbacktest.World) {
			w.Write(filepath.Join(w.Mine, w.Live("production"), "staged"), "x")
			w.Git(w.Mine, "add", ".")
		}, []string{"live/staged"}},
		"branch": {func(w *rollbacktest.World) { w.Git(w.Mine, "switch", "--quiet", "-c", "try") },
			[]string{"is on the branch try, and deploys are on main: type 'git -C ../deployments switch main'"}},
		"detached": {func(w *rollbacktest.World) { w.Git(w.Mine, "checkout", "--quiet", "--detach") }, []string{"is on no branch, and deploys are on main"}},
		"behind": {func(w *rollbacktest.World) { w.Deploy("staging", "e") },
			[]string{"is behind origin by 1: type 'git -C ../deployments pull --ff-only'"}},
		"diverged": {func(w *rollbacktest.World) { w.Deploy("staging", "e"); w.CommitAll(w.Mine, "mine") },
			[]string{"has diverged from origin, 1 commits to 1", "pull --rebase"}},
		"all at once": {func(w *rollbacktest.World) {
			w.Write(filepath.Join(w.Mine, w.Live("production"), "source-commit"), "x")
			w.Git(w.Mine, "switch", "--quiet", "-c", "try")
		}, []string{"has changes in", "\n../deployments is on the branch try"}},
		"nobody": {func(w *rollbacktest.World) { w.Git(w.Mine, "config", "--unset", "user.email") },
			[]string{"git does not know who you are: type 'git config --global user.name NAME'"}},
		"no branch": {func(w *rollbacktest.World) { w.Git(w.Origin, "branch", "-m", "main", "trunk") }, []string{"origin of ../deployments has no branch main"}},
		"no origin": {func(w *rollbacktest.World) { w.Git(w.Mine, "remote", "remove", "origin") },
			[]string{"has no remote origin: type 'git -C ../deployments remote add origin https://github.com/example/deployments"}},
		"not there": {func(w *rollbacktest.World) { os.Rename(w.Origin, w.Origin+".away") }, []string{"origin of ../deployments cannot be asked: "}},
		"another one": {func(w *rollbacktest.World) {
			w.Git(w.Mine, "remote", "set-url", "origin", "git@github.com:example/other.git")
		}, []string{"is a checkout of example/other, and gitops.repository is example/deployments"}},
		"no checkout": {func(w *rollbacktest.World) { os.RemoveAll(filepath.Join(w.Mine, ".git")) },
			[]string{"../deployments is no git repository: clone example/deployments there"}},
		"inside of one": {func(w *rollbacktest.World) { w.Mine = filepath.Join(w.Mine, "shop") },
			[]string{"lies inside the git repository ", "name the top of a checkout of example/deployments with --gitops"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := rollbacktest.Three(t)
			c.change(w)
			before := ""
			if _, err := os.Stat(w.Origin); err == nil {
				before = w.State(w.Origin)
			}
			mine := w.State(w.Mine)
			got := back(w, rollback.Request{Steps: 1})
			if got.failure == "" || got.noDeploy {
				t.Errorf("it went back, or the error blames the request: %+v", got)
			}
			wants(t, "the failure", got.failure, c.words...)
			if strings.Contains(got.failure, "\x1b") {
				t.Errorf("a control character: %q", got.failure)
			}
			if before != "" && w.State(w.Origin) != before || w.State(w.Mine) != mine {
				t.Error("something was written")
			}
		})
	}
}

// TestLinkedCheckout: a checkout may be reached through a link.
func TestLinkedCheckout(t *testing.T) {
	t.Parallel()
	w := rollbacktest.Three(t)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(w.Mine, link); err != nil {
		t.Fatal(err)
	}
	w.Mine = link
	if got := back(w, rollback.Request{Steps: 1}); got.failure != "" || w.Tag("production") != "main-b" {
		t.Errorf("%s is live: %s", w.Tag("production"), got.failure)
	}
}
