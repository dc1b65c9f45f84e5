package act

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/e2e/runner"
)

// refused is a run that publishes and then cannot deploy.
const refused = "attest=success deploy-production=failure gate=failure image=success measure=success publish=success,success test=success"

func TestFailingTests(t *testing.T) {
	w := newWorld(t)
	w.PytestStatus = 1
	result := w.wantNoTrace(t, w.Develop(t, "version = 2"), "gate=failure test=failure")
	kept := w.Calls(t, result.ID, "actions/upload-artifact")
	if len(kept) != 1 || kept[0].Inputs["name"] != "coverage" {
		t.Errorf("the coverage report was not kept: %+v", kept)
	}
}

func TestMissingSecret(t *testing.T) {
	w := newWorld(t)
	push := w.Develop(t, "version = 2")
	push.Secrets = nil
	w.wantRefused(t, push,
		"The secret GITOPS_REPO_TOKEN is not set",
		"https://github.com/org/repo/settings/environments, in the environment production.")
}

// TestRewrittenHistory deploys over a commit that the source no longer has.
func TestRewrittenHistory(t *testing.T) {
	w := newWorld(t)
	lost := strings.Repeat("1234567890", 4)
	runner.Write(t, w.Folder("gitops-repo/"+w.Live+"/source-commit"), lost+"\n")
	w.Commit(t, "gitops-repo", "deploy what was lost")
	push := w.Develop(t, "version = 2")
	w.wantRefused(t, push, "production runs "+lost+", and this repository does not have it", "write "+push.SHA+" into "+w.Live+"/source-commit and run again")
}

// TestProtectedBranch pushes with a credential that may only read.
func TestProtectedBranch(t *testing.T) {
	w := newWorld(t)
	w.Hook(t, "exit 1")
	w.wantRefused(t, w.Develop(t, "version = 2"), "The push was refused five times.")
}

// TestRace lets a neighbour's commit land between our fetch and our push. Git
// itself then refuses the push; the next attempt must keep both.
func TestRace(t *testing.T) {
	w := newWorld(t)
	clone := w.Folder("gitops-repo")
	runner.Write(t, filepath.Join(clone, "other-app/settings.yaml"), "replicas: 2\n")
	w.Git(t, clone, "commit", "--quiet", "--all", "--message", "other-app: two replicas")
	neighbour := w.Git(t, clone, "rev-parse", "HEAD")
	w.Git(t, clone, "push", "--quiet", "origin", "HEAD:refs/heads/neighbour")
	marker := filepath.Join(w.Root, "raced")
	// Git forbids a hook to move a branch unless it forgets that it is a hook.
	w.Hook(t, fmt.Sprintf("test -e %[1]s && exit 0\ntouch %[1]s\nenv -u GIT_QUARANTINE_PATH git update-ref refs/heads/main %s", marker, neighbour))

	push := w.Develop(t, "version = 2")
	w.Run(t, push).Want(t, allGreen)
	if _, err := os.Stat(marker); err != nil {
		t.Errorf("there was no race: %v", err)
	}
	w.deployed(t, neighbour, w.Published(t, push.SHA))
	if got := w.Git(t, clone, "show", "HEAD:other-app/settings.yaml"); got != "replicas: 2" {
		t.Errorf("the neighbour's change is lost, the file says %q", got)
	}
}

// wantRefused runs a push whose deploy fails with all of the texts in one error.
func (w world) wantRefused(t *testing.T, push runner.Event, texts ...string) {
	t.Helper()
	before := w.Head(t)
	result := w.Run(t, push)
	result.Want(t, refused)
	for _, text := range texts {
		if !result.Has("error", text) {
			t.Errorf("no error says %q: %+v", text, result.Notes)
		}
	}
	if after := w.Head(t); after != before {
		t.Errorf("the refused deploy made the commit %s", after)
	}
}
