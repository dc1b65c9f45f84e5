package act

import "testing"

// proposed is a run that tests and builds and must leave nothing behind.
const proposed = "build=success,success gate=success test=success"

// TestPullRequest runs the merge of a proposal from a fork: it has no secrets.
func TestPullRequest(t *testing.T) {
	w := newWorld(t)
	w.wantNoTrace(t, w.pullRequest(t), proposed)
}

func TestMergeGroup(t *testing.T) {
	w := newWorld(t)
	proposal := w.pullRequest(t)
	ref := "refs/heads/gh-readonly-queue/main/pr-7-" + proposal.sha
	w.git(t, w.folder("repo"), "push", "--quiet", "origin", proposal.sha+":"+ref)
	w.wantNoTrace(t, event{
		name: "merge_group", ref: ref, sha: proposal.sha,
		payload: map[string]any{"merge_group": map[string]any{"head_ref": ref, "head_sha": proposal.sha, "base_ref": "refs/heads/main"}},
		// The queue runs in the repository itself, with its secrets in reach.
		secrets: map[string]string{secret: token},
	}, proposed)
}

// TestWrongUser runs a Dockerfile that the cluster's restrictions would refuse.
func TestWrongUser(t *testing.T) {
	w := newWorld(t)
	write(t, w.folder("repo/Dockerfile"), "FROM python:3.11-slim\nUSER 1000\n")
	result := w.wantNoTrace(t, w.pullRequest(t), "build=failure,failure gate=failure test=success")
	if !result.has("error", "The image runs as '1000', the pod as 10001:10001. Write 'USER 10001:10001' in the Dockerfile.") {
		t.Errorf("no error says what to write: %+v", result.notes)
	}
}

// TestStoppingContainer runs an image whose process ends at once.
func TestStoppingContainer(t *testing.T) {
	w := newWorld(t)
	w.AppStops = true
	result := w.wantNoTrace(t, w.pullRequest(t), "build=failure,failure gate=failure test=success")
	if !result.has("error", "The container stopped after") {
		t.Errorf("no error says that the container stopped: %+v", result.notes)
	}
}

// pullRequest makes a proposal and returns the event of its merge.
func (w *world) pullRequest(t *testing.T) event {
	t.Helper()
	clone := w.folder("repo")
	base := w.commit(t, "repo", "base")
	w.git(t, clone, "switch", "--quiet", "--create", "feature")
	write(t, w.folder("repo/app/main.py"), "version = 2\n")
	w.git(t, clone, "commit", "--quiet", "--all", "--message", "feature")
	w.git(t, clone, "switch", "--quiet", "--detach", base)
	w.git(t, clone, "merge", "--quiet", "--no-ff", "--message", "merge", "feature")
	w.git(t, clone, "push", "--quiet", "origin", "HEAD:refs/pull/7/merge", "feature:refs/pull/7/head")
	return event{
		name: "pull_request", ref: "refs/pull/7/merge", sha: w.git(t, clone, "rev-parse", "HEAD"),
		payload: map[string]any{
			"number": 7,
			"pull_request": map[string]any{
				"number": 7,
				"base":   map[string]any{"ref": "main", "sha": base},
				"head":   map[string]any{"ref": "feature", "sha": w.git(t, clone, "rev-parse", "feature")},
			},
			"repository": map[string]any{"full_name": "org/repo", "default_branch": "main"},
		},
	}
}

// wantNoTrace runs the event and insists that nothing outside the run shows it.
func (w *world) wantNoTrace(t *testing.T, e event, results string) outcome {
	t.Helper()
	before := w.gitops(t)
	result := w.run(t, e)
	result.want(t, results)
	if after := w.gitops(t); after != before {
		t.Errorf("%s made the commit %s", e.name, after)
	}
	if requests := w.requests.Load(); requests != 0 {
		t.Errorf("%s sent %d requests to the registry", e.name, requests)
	}
	for _, name := range []string{"docker/login-action", "actions/attest", "gh"} {
		if calls := w.calls(t, result.id, name); len(calls) != 0 {
			t.Errorf("%s used %s: %+v", e.name, name, calls)
		}
	}
	if built := len(w.calls(t, result.id, "docker/build-push-action")); built != 2 && results == proposed {
		t.Errorf("%s built %d images", e.name, built)
	}
	return result
}
