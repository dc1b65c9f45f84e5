package act

import (
	"testing"

	"github.com/pipegen/pipegen/e2e/runner"
)

// newFiltered is a world whose pipeline says which files it is made of, and what else starts it.
func newFiltered(t *testing.T) world {
	t.Helper()
	t.Parallel()
	return world{runner.New(t, runner.Options{Spec: func(base string) string {
		return base + `
source: paths: ["app", "poetry.lock"]
test: schedule: "0 3 * * *"
workflow: dispatch: {"base-image": "release", "api-changed": "test"}
`
	}})}
}

// TestFilesThatCount: the check of a pull request that changes nothing of the pipeline is green, and nothing is tested or
// built for it; one that changes a file that counts is.
func TestFilesThatCount(t *testing.T) {
	w := newFiltered(t)
	before := w.Head(t)
	w.Run(t, w.Proposal(t, "docs/guide.md")).Want(t, "changes=success gate=success")
	w.Git(t, w.Folder("repo"), "branch", "--quiet", "--delete", "--force", "feature")
	w.Run(t, w.PullRequest(t)).Want(t, "build=success,success changes=success gate=success test=success")
	if now := w.Head(t); now != before {
		t.Errorf("a pull request made the commit %s", now)
	}
}

// TestTestsAtNight: a run at its time, and one for an event that may only test, have no job that could leave an image or a commit.
func TestTestsAtNight(t *testing.T) {
	w := newFiltered(t)
	before, sha := w.Head(t), w.Develop(t, "version = 2").SHA
	w.Run(t, w.Scheduled(sha)).Want(t, "test=success")
	event := w.Dispatched(sha, "api-changed")
	event.Workflow = "tests.yaml"
	w.Run(t, event).Want(t, "test=success")
	if now := w.Head(t); now != before {
		t.Errorf("a run that only tests made the commit %s", now)
	}
}

// TestEventReleases: an event of another program that may release builds the image of the newest commit anew, also where
// nothing has changed, and goes on to the deploy.
func TestEventReleases(t *testing.T) {
	w := newFiltered(t)
	push := w.Develop(t, "version = 2")
	w.Run(t, push).Want(t, "attest=success changes=success deploy-production=success gate=success image=success measure=success publish=success,success test=success")
	w.Run(t, w.Dispatched(push.SHA, "base-image")).Want(t, "attest=success changes=success deploy-production=success gate=success image=success publish=success,success test=success")
}
