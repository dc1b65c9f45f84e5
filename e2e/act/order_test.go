package act

import (
	"strings"
	"testing"
)

// TestTakenBack: the run of a commit that was taken back deploys nothing when it is
// started again, and says so; a person who gives a reason deploys it, and so does a
// push of a newer commit.
func TestTakenBack(t *testing.T) {
	w := newWorld(t)
	good, bad := w.Develop(t, "version = 2"), w.Develop(t, "version = 3")
	w.Run(t, good).Want(t, allGreen)
	w.Run(t, bad).Want(t, allGreen)
	w.Run(t, w.Rollback(bad.SHA, map[string]any{"environment": "production", "steps": "1", "to": ""})).Want(t, "rollback-production=success")
	before := w.Head(t)

	again := w.Run(t, bad)
	again.Want(t, allGreen)
	if !again.Has("notice", bad.SHA+" ran here before, by itself or as part of a newer commit, and was taken back.") || !strings.Contains(again.Summary, "Not deployed to production") {
		t.Errorf("it does not say why it deploys nothing: %+v\n%s", again.Notes, again.Summary)
	}
	if w.Head(t) != before {
		t.Error("a run that was started again brought back what was taken back")
	}

	byHand := strings.Replace(allGreen, "measure=success ", "", 1)
	w.Run(t, w.ByHand(bad.SHA, map[string]any{"because": ""})).Want(t, byHand)
	if w.Head(t) != before {
		t.Error("a start by hand without a reason brought back what was taken back")
	}
	w.Run(t, w.ByHand(bad.SHA, map[string]any{"because": "The fault was in the database."})).Want(t, byHand)
	before = w.deployed(t, before, w.Published(t, bad.SHA))
	w.Git(t, w.Folder("gitops-repo"), "pull", "--quiet")
	if message := w.Git(t, w.Folder("gitops-repo"), "log", "-1", "--format=%B"); !strings.Contains(message, "Because: The fault was in the database. (octocat)") {
		t.Errorf("the commit does not say why:\n%s", message)
	}

	w.Run(t, w.Rollback(bad.SHA, map[string]any{"environment": "production", "steps": "1", "to": ""})).Want(t, "rollback-production=success")
	before = w.Head(t)
	newer := w.Develop(t, "version = 4")
	w.Run(t, newer).Want(t, allGreen)
	w.deployed(t, before, w.Published(t, newer.SHA))
}
