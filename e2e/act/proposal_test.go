package act

import (
	"testing"

	"github.com/pipegen/pipegen/e2e/runner"
)

// proposed is a run that tests and builds and must leave nothing behind.
const proposed = "build=success,success gate=success test=success"

// TestPullRequest runs the merge of a proposal from a fork: it has no secrets.
func TestPullRequest(t *testing.T) {
	w := newWorld(t)
	w.wantNoTrace(t, w.PullRequest(t), proposed)
}

func TestMergeGroup(t *testing.T) {
	w := newWorld(t)
	proposal := w.PullRequest(t)
	ref := "refs/heads/gh-readonly-queue/main/pr-7-" + proposal.SHA
	w.Git(t, w.Folder("repo"), "push", "--quiet", "origin", proposal.SHA+":"+ref)
	w.wantNoTrace(t, runner.Event{
		Name: "merge_group", Ref: ref, SHA: proposal.SHA,
		Payload: map[string]any{"merge_group": map[string]any{"head_ref": ref, "head_sha": proposal.SHA, "base_ref": "refs/heads/main"}},
		// The queue runs in the repository itself, with its secrets in reach.
		Secrets: map[string]string{runner.Secret: runner.Token},
	}, proposed)
}

// TestWrongUser runs a Dockerfile that the cluster's restrictions would refuse.
func TestWrongUser(t *testing.T) {
	w := newWorld(t)
	runner.Write(t, w.Folder("repo/Dockerfile"), "FROM python:3.11-slim\nUSER 1000\n")
	result := w.wantNoTrace(t, w.PullRequest(t), "build=failure,failure gate=failure test=success")
	if !result.Has("error", "The image runs as '1000', the pod as 10001:10001. Write 'USER 10001:10001' in the Dockerfile.") {
		t.Errorf("no error says what to write: %+v", result.Notes)
	}
}

// TestStoppingContainer runs an image whose process ends at once.
func TestStoppingContainer(t *testing.T) {
	w := newWorld(t)
	w.AppStops = true
	result := w.wantNoTrace(t, w.PullRequest(t), "build=failure,failure gate=failure test=success")
	if !result.Has("error", "The container stopped after") {
		t.Errorf("no error says that the container stopped: %+v", result.Notes)
	}
}

// wantNoTrace runs the event and insists that nothing outside the run shows it.
func (w world) wantNoTrace(t *testing.T, e runner.Event, results string) runner.Outcome {
	t.Helper()
	before := w.Head(t)
	result := w.Run(t, e)
	result.Want(t, results)
	if after := w.Head(t); after != before {
		t.Errorf("%s made the commit %s", e.Name, after)
	}
	if requests := w.Requests.Load(); requests != 0 {
		t.Errorf("%s sent %d requests to the registry", e.Name, requests)
	}
	for _, name := range []string{"docker/login-action", "actions/attest", "gh"} {
		if calls := w.Calls(t, result.ID, name); len(calls) != 0 {
			t.Errorf("%s used %s: %+v", e.Name, name, calls)
		}
	}
	if built := len(w.Calls(t, result.ID, "docker/build-push-action")); built != 2 && results == proposed {
		t.Errorf("%s built %d images", e.Name, built)
	}
	return result
}
