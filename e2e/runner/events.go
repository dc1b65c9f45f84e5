package runner

import (
	"testing"
	"time"
)

// Event is what starts a run.
type Event struct {
	Name    string         // push, pull_request, merge_group, workflow_dispatch, schedule, repository_dispatch
	Ref     string         // GITHUB_REF
	SHA     string         // GITHUB_SHA: the commit that is checked out
	Payload map[string]any // github.event
	Secrets map[string]string
	Vars    map[string]string
	// Actor is who started it, "" for octocat.
	Actor string
	// Workflow is the file that is run, "" for ci.yaml.
	Workflow string
	// Stop, if set, ends the run when it is closed, as the loss of the runner would.
	Stop <-chan struct{}
}

// Develop changes the application, pushes that to main and returns the event.
func (w *World) Develop(t *testing.T, text string) Event {
	t.Helper()
	Write(t, w.Folder("repo/app/main.py"), text+"\n")
	return w.Push(w.Commit(t, "repo", text))
}

// Push is the event of a commit on main.
func (w *World) Push(sha string) Event {
	pushed := time.Now()
	if w.Report == nil {
		// GitHub takes a moment to begin, and nobody else says when the push was.
		pushed = pushed.Add(-7 * time.Second)
	}
	return Event{
		Name: "push", Ref: "refs/heads/main", SHA: sha,
		Payload: map[string]any{
			"ref": "refs/heads/main", "after": sha, "deleted": false,
			"repository": map[string]any{
				"full_name": w.Code, "default_branch": "main", "pushed_at": pushed.Unix(),
			},
		},
		Secrets: map[string]string{Secret: Token},
	}
}

// ByHand is the event of a person who starts ci.yaml.
func (w *World) ByHand(sha string, inputs map[string]any) Event {
	e := w.Push(sha)
	e.Name, e.Payload["inputs"] = "workflow_dispatch", inputs
	return e
}

// Scheduled is the event of the time at which tests run.
func (w *World) Scheduled(sha string) Event {
	e := w.Push(sha)
	e.Name, e.Workflow, e.Payload["schedule"] = "schedule", "tests.yaml", "0 3 * * *"
	return e
}

// Dispatched is an event of another program.
func (w *World) Dispatched(sha, action string) Event {
	e := w.Push(sha)
	e.Name, e.Payload["action"] = "repository_dispatch", action
	return e
}

// Rollback is the event of a person who starts the rollback workflow.
func (w *World) Rollback(sha string, inputs map[string]any) Event {
	e := w.ByHand(sha, inputs)
	e.Workflow = "rollback.yaml"
	return e
}

// PullRequest makes a proposal from a fork, which has no secrets, and returns the event
// of its merge.
func (w *World) PullRequest(t *testing.T) Event {
	t.Helper()
	return w.Proposal(t, "app/main.py")
}

// Proposal is a pull request that changes one file.
func (w *World) Proposal(t *testing.T, file string) Event {
	t.Helper()
	clone := w.Folder("repo")
	if w.Git(t, clone, "status", "--porcelain") != "" {
		w.Commit(t, "repo", "base")
	}
	base := w.Git(t, clone, "rev-parse", "HEAD")
	w.Git(t, clone, "switch", "--quiet", "--create", "feature")
	Write(t, w.Folder("repo/"+file), "proposed = 1\n")
	w.Git(t, clone, "add", file)
	w.Git(t, clone, "commit", "--quiet", "--message", "feature")
	w.Git(t, clone, "switch", "--quiet", "--detach", base)
	w.Git(t, clone, "merge", "--quiet", "--no-ff", "--message", "merge", "feature")
	w.Git(t, clone, "push", "--quiet", "--force", "origin", "HEAD:refs/pull/7/merge", "feature:refs/pull/7/head")
	merge, head := w.Git(t, clone, "rev-parse", "HEAD"), w.Git(t, clone, "rev-parse", "feature")
	w.Git(t, clone, "switch", "--quiet", "main")
	return Event{
		Name: "pull_request", Ref: "refs/pull/7/merge", SHA: merge,
		Payload: map[string]any{
			"number": 7,
			"pull_request": map[string]any{
				"number": 7,
				"base":   map[string]any{"ref": "main", "sha": base},
				"head":   map[string]any{"ref": "feature", "sha": head},
			},
			"repository": map[string]any{"full_name": w.Code, "default_branch": "main"},
		},
	}
}
