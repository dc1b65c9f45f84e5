package act

import (
	"strings"
	"testing"

	"github.com/pipegen/pipegen/e2e/runner"
)

// TestRollback deploys three times and goes back: by one, and to a tag. Nothing is
// built, and what cannot be taken back is refused with the reason.
func TestRollback(t *testing.T) {
	w := newWorld(t)
	before := w.Head(t)
	var all []runner.Deployed
	var last runner.Event
	for _, text := range []string{"version = 2", "version = 3", "version = 4"} {
		last = w.Develop(t, text)
		w.Run(t, last).Want(t, allGreen)
		d := w.Published(t, last.SHA)
		before = w.deployed(t, before, d)
		all = append(all, d)
	}
	w.Git(t, w.Folder("gitops-repo"), "pull", "--quiet")

	result := w.Run(t, w.Rollback(last.SHA, map[string]any{"environment": "production", "steps": "1", "to": ""}))
	result.Want(t, "rollback-production=success")
	w.now(t, all[1])
	if !strings.Contains(result.Summary, "→ `"+all[1].Tag+"`.") {
		t.Errorf("the summary does not say what runs:\n%s", result.Summary)
	}
	if built := w.Calls(t, result.ID, "docker"); len(built) != 0 {
		t.Errorf("a rollback builds and pushes nothing: %v", built)
	}

	w.Run(t, w.Rollback(last.SHA, map[string]any{"environment": "production", "steps": "1", "to": all[0].Tag})).Want(t, "rollback-production=success")
	w.now(t, all[0])

	for _, refused := range []struct {
		inputs map[string]any
		says   string
	}{
		{map[string]any{"environment": "production", "steps": "99", "to": ""}, "going 99 back would leave it without an image"},
		{map[string]any{"environment": "production", "steps": "1; rm -rf /", "to": ""}, "is no number of deploys"},
		{map[string]any{"environment": "production", "steps": "1", "to": "main-0000000"}, "No deploy to production has"},
	} {
		result := w.Run(t, w.Rollback(last.SHA, refused.inputs))
		result.Want(t, "rollback-production=failure")
		if !result.Has("error", refused.says) {
			t.Errorf("no error says %q: %+v", refused.says, result.Notes)
		}
		w.now(t, all[0])
	}
}

// now is what a clone of the GitOps repository renders at this moment.
func (w world) now(t *testing.T, d runner.Deployed) {
	t.Helper()
	w.Git(t, w.Folder("gitops-repo"), "fetch", "--quiet", "origin")
	w.Git(t, w.Folder("gitops-repo"), "reset", "--quiet", "--hard", "origin/main")
	w.renders(t, d)
}
