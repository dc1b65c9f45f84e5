package rollback_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/live/rollback"
	"github.com/pipegen/pipegen/internal/live/rollback/rollbacktest"
)

// TestRace: somebody pushes between reading origin and the push.
func TestRace(t *testing.T) {
	t.Parallel()
	push := func(w *rollbacktest.World, edit string) string {
		return fmt.Sprintf("cd %s && git pull -q --ff-only && %s && git add -A && git -c user.name=x -c user.email=x commit -q -m other && git push -q origin HEAD:main\n", w.CI, edit)
	}
	once := func(w *rollbacktest.World) string {
		return fmt.Sprintf("[ -e %s.done ] && exit 0\ntouch %s.done\n", w.CI, w.CI)
	}
	for name, c := range map[string]struct {
		script func(*rollbacktest.World) string
		live   string
		// words are in the failure, "" means success.
		words string
	}{
		"another application": {func(w *rollbacktest.World) string { return once(w) + push(w, "mkdir other && echo x >other/x") }, "main-b", ""},
		"the environment": {func(w *rollbacktest.World) string {
			return once(w) + push(w, "sed -i s/main-c/main-f/ "+w.Live("production")+"/kustomization.yaml")
		}, "main-f", "somebody has deployed to production meanwhile, and nothing was pushed"},
		"the base": {func(w *rollbacktest.World) string {
			return once(w) + push(w, "sed -i 's/image: shop$/image: store/' shop/base/deployment.yaml")
		}, "main-c", "does not run ghcr.io/example/shop/shop:main-b@sha256:bbbb"},
		"again and again": {func(w *rollbacktest.World) string { return push(w, "date +%N >>other") }, "main-c", "somebody else pushed first 5 times, and nothing was pushed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := rollbacktest.Three(t)
			w.Hook(filepath.Join(w.Mine, ".git", "hooks"), "pre-push", c.script(w))
			got := back(w, rollback.Request{Steps: 1})
			if (got.failure == "") != (c.words == "") || got.noDeploy || w.Tag("production") != c.live {
				t.Fatalf("%s is live: %s", w.Tag("production"), got.failure)
			}
			wants(t, "the failure", got.failure, c.words)
			if got.failure == "" && w.Git(w.Origin, "show", "main:other/x") != "x" {
				t.Error("what somebody else pushed is gone")
			}
		})
	}
}

// TestRefused: the error repeats the message of a protected branch, without control
// characters.
func TestRefused(t *testing.T) {
	t.Parallel()
	w := rollbacktest.Three(t)
	w.Hook(filepath.Join(w.Origin, "hooks"), "pre-receive", "printf 'GH006: Protected branch \\033[31mupdate failed\\n' >&2; exit 1\n")
	mine, origin := w.State(w.Mine), w.State(w.Origin)
	got := back(w, rollback.Request{Steps: 1})
	if got.noDeploy || w.State(w.Mine) != mine || w.State(w.Origin) != origin {
		t.Errorf("something was written: %+v", got)
	}
	wants(t, "the failure", got.failure, "origin refuses the push to main: ", "GH006: Protected branch [31mupdate failed", "use --pull-request")
	if strings.Contains(got.failure, "\x1b") {
		t.Errorf("%q", got.failure)
	}
}

// TestSignedIsNotPushed: where GitHub signs what is committed, nothing is pushed from here.
func TestSignedIsNotPushed(t *testing.T) {
	t.Parallel()
	w := rollbacktest.Three(t)
	w.Write(w.Spec, strings.Replace(rollbacktest.Spec, "shared: true", "signed: true", 1))
	mine, origin := w.State(w.Mine), w.State(w.Origin)
	got := back(w, rollback.Request{Steps: 1})
	if w.State(w.Mine) != mine || w.State(w.Origin) != origin {
		t.Errorf("something was written: %+v", got)
	}
	wants(t, "the failure", got.failure, "GitHub signs what is committed", "use --pull-request")
}

// TestLostAnswer: origin has accepted the commit, but the client sees a failure.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	w := rollbacktest.Three(t)
	w.Hook(filepath.Join(w.Mine, ".git", "hooks"), "pre-push", "read -r _ commit _; cd "+w.Mine+" && git push -q --no-verify origin $commit:refs/heads/main; exit 1\n")
	if got := back(w, rollback.Request{Steps: 1}); got.failure != "" || w.Tag("production") != "main-b" || got.Outcome != rollback.Pushed {
		t.Errorf("%+v", got)
	}
}

// TestLeavesTheCheckout: a checkout with local changes is left as it is.
func TestLeavesTheCheckout(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*rollbacktest.World){
		"it has changes that are not committed": func(w *rollbacktest.World) { w.Write(filepath.Join(w.Mine, "shop", "README.md"), "mine") },
		"it has commits that origin has not":    func(w *rollbacktest.World) { w.CommitAll(w.Mine, "mine") },
	} {
		w := rollbacktest.Three(t)
		change(w)
		head := w.Git(w.Mine, "rev-parse", "HEAD")
		got := back(w, rollback.Request{Steps: 1})
		if got.failure != "" || w.Tag("production") != "main-b" || w.Git(w.Mine, "rev-parse", "HEAD") != head {
			t.Errorf("%s: %s", name, got.failure)
		}
		wants(t, "the notice", got.left, "../deployments was left as it is, "+name+": type 'git -C ../deployments pull --rebase'")
	}
}
