package act

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// refused is a run that publishes and then cannot deploy.
const refused = "deploy-production=failure gate=failure image=success measure=success publish=success,success test=success"

func TestFailingTests(t *testing.T) {
	w := newWorld(t)
	w.PytestStatus = 1
	result := w.wantNoTrace(t, w.develop(t, "version = 2"), "gate=failure test=failure")
	kept := w.calls(t, result.id, "actions/upload-artifact")
	if len(kept) != 1 || kept[0].Inputs["name"] != "coverage" {
		t.Errorf("the coverage report was not kept: %+v", kept)
	}
}

func TestMissingSecret(t *testing.T) {
	w := newWorld(t)
	push := w.develop(t, "version = 2")
	push.secrets = nil
	w.wantRefused(t, push,
		"The secret GITOPS_REPO_TOKEN is not set",
		"https://github.com/org/repo/settings/environments, in the environment production.")
}

// TestRewrittenHistory deploys over a commit that the source no longer has.
func TestRewrittenHistory(t *testing.T) {
	w := newWorld(t)
	lost := strings.Repeat("1234567890", 4)
	write(t, w.folder("gitops-repo/"+live+"/source-commit"), lost+"\n")
	w.commit(t, "gitops-repo", "deploy what was lost")
	push := w.develop(t, "version = 2")
	w.wantRefused(t, push, live+"/source-commit names "+lost, "write "+push.sha+" there and run again")
}

// TestProtectedBranch pushes with a credential that may only read.
func TestProtectedBranch(t *testing.T) {
	w := newWorld(t)
	w.hook(t, "exit 1")
	w.wantRefused(t, w.develop(t, "version = 2"), "The push was refused five times.")
}

// TestRace lets a neighbour's commit land between our fetch and our push. Git
// itself then refuses the push; the next attempt must keep both.
func TestRace(t *testing.T) {
	w := newWorld(t)
	clone := w.folder("gitops-repo")
	write(t, filepath.Join(clone, "other-app/settings.yaml"), "replicas: 2\n")
	w.git(t, clone, "commit", "--quiet", "--all", "--message", "other-app: two replicas")
	neighbour := w.git(t, clone, "rev-parse", "HEAD")
	w.git(t, clone, "push", "--quiet", "origin", "HEAD:refs/heads/neighbour")
	marker := filepath.Join(w.root, "raced")
	// Git forbids a hook to move a branch unless it forgets that it is a hook.
	w.hook(t, fmt.Sprintf("test -e %[1]s && exit 0\ntouch %[1]s\nenv -u GIT_QUARANTINE_PATH git update-ref refs/heads/main %s", marker, neighbour))

	push := w.develop(t, "version = 2")
	w.run(t, push).want(t, allGreen)
	if _, err := os.Stat(marker); err != nil {
		t.Errorf("there was no race: %v", err)
	}
	w.deployed(t, neighbour, w.published(t, push.sha))
	if got := w.git(t, clone, "show", "HEAD:other-app/settings.yaml"); got != "replicas: 2" {
		t.Errorf("the neighbour's change is lost, the file says %q", got)
	}
}

// wantRefused runs a push whose deploy fails with all of the texts in one error.
func (w *world) wantRefused(t *testing.T, push event, texts ...string) {
	t.Helper()
	before := w.gitops(t)
	result := w.run(t, push)
	result.want(t, refused)
	for _, text := range texts {
		if !result.has("error", text) {
			t.Errorf("no error says %q: %+v", text, result.notes)
		}
	}
	if after := w.gitops(t); after != before {
		t.Errorf("the refused deploy made the commit %s", after)
	}
}

// hook is run by the GitOps repository before it accepts a push.
func (w *world) hook(t *testing.T, script string) {
	t.Helper()
	path := filepath.Join(w.root, "git/org/gitops-repo/hooks/pre-receive")
	write(t, path, "#!/bin/sh\n"+script+"\n")
	check(t, os.Chmod(path, 0o755))
}
