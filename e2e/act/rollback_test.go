package act

import (
	"strings"
	"testing"
)

// rollback is the event of a person who starts the rollback workflow.
func (w *world) rollback(sha string, inputs map[string]any) event {
	e := w.push(sha)
	e.name, e.workflow = "workflow_dispatch", "rollback.yaml"
	e.payload["inputs"] = inputs
	return e
}

// TestRollback deploys three times and goes back: by one, and to a tag. Nothing is
// built, and what cannot be taken back is refused with the reason.
func TestRollback(t *testing.T) {
	w := newWorld(t)
	before := w.gitops(t)
	var all []deployed
	var last event
	for _, text := range []string{"version = 2", "version = 3", "version = 4"} {
		last = w.develop(t, text)
		w.run(t, last).want(t, allGreen)
		d := w.published(t, last.sha)
		before = w.deployed(t, before, d)
		all = append(all, d)
	}
	w.git(t, w.folder("gitops-repo"), "pull", "--quiet")

	result := w.run(t, w.rollback(last.sha, map[string]any{"environment": "production", "steps": "1", "to": ""}))
	result.want(t, "rollback-production=success")
	w.now(t, all[1])
	if !strings.Contains(result.summary, "`"+all[1].reference()+"` is deployed again") {
		t.Errorf("the summary does not say what runs:\n%s", result.summary)
	}
	if built := w.calls(t, result.id, "docker"); len(built) != 0 {
		t.Errorf("a rollback builds and pushes nothing: %v", built)
	}

	w.run(t, w.rollback(last.sha, map[string]any{"environment": "production", "steps": "1", "to": all[0].tag})).want(t, "rollback-production=success")
	w.now(t, all[0])

	for _, refused := range []struct {
		inputs map[string]any
		says   string
	}{
		{map[string]any{"environment": "production", "steps": "99", "to": ""}, "going 99 back would leave it without an image"},
		{map[string]any{"environment": "production", "steps": "1; rm -rf /", "to": ""}, "is no number of deploys"},
		{map[string]any{"environment": "production", "steps": "1", "to": "main-0000000"}, "No deploy to production has"},
	} {
		result := w.run(t, w.rollback(last.sha, refused.inputs))
		result.want(t, "rollback-production=failure")
		if !result.has("error", refused.says) {
			t.Errorf("no error says %q: %+v", refused.says, result.notes)
		}
		w.now(t, all[0])
	}
}

// now is what a clone of the GitOps repository renders at this moment.
func (w *world) now(t *testing.T, d deployed) {
	t.Helper()
	w.git(t, w.folder("gitops-repo"), "fetch", "--quiet", "origin")
	w.git(t, w.folder("gitops-repo"), "reset", "--quiet", "--hard", "origin/main")
	w.renders(t, d)
}
