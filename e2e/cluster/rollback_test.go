package cluster

import (
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/forge"
	"github.com/pipegen/pipegen/e2e/measured"
)

// agent is the application of specs/fastapi-agent, installed and running the first
// image.
func agent(t *testing.T) (tr *tree, a *application, first string) {
	t.Helper()
	return installed(t, "fastapi-agent")
}

// installed is the application of a spec, running the first image.
func installed(t *testing.T, name string) (tr *tree, a *application, first string) {
	t.Helper()
	return installedFrom(t, spec(t, name))
}

// installedFrom is the same for the text of a spec.
func installedFrom(t *testing.T, text string) (tr *tree, a *application, first string) {
	t.Helper()
	tr = generate(t, text)
	a = tr.applications[0]
	commit, first := a.bump(t, "a1")
	tr.install(t)
	a.deployed(t, time.Minute, commit.SHA, first)
	return tr, a, first
}

// announced tells the webhook about a commit and waits until it is deployed; it
// returns how long after the start Argo CD knew of the commit, and how long until
// all was healthy.
func (a *application) announced(t *testing.T, start time.Time, commit forge.Commit, image string) (detected, healthy time.Duration) {
	t.Helper()
	a.tree.notify(t, commit)
	a.wait(t, 30*time.Second, "detected", func(s status) bool { return a.tree.clone.Holds(t.Context(), s.Sync.Revision, commit.SHA) })
	detected = time.Since(start)
	a.deployed(t, 2*time.Minute, commit.SHA, image)
	return detected, time.Since(start)
}

var (
	byWebhook = measured.Measurement{
		ID: "detect-webhook", What: "push to the GitOps repository to its detection, by webhook", Criteria: "synced, rollback",
		Promise: "15 s", How: "a push event as GitHub sends it, signed, to /api/webhook; Argo CD's own polling is 20 to 50 s in these runs",
	}
	syncing = measured.Measurement{
		ID: "synced-webhook", What: "push to the GitOps repository to Synced and Healthy, by webhook", Criteria: "synced",
		Promise: "180 s", How: "specs/fastapi-agent, two replicas one after the other with minReadySeconds 5; containers need one second to be ready",
	}
	rollingBack = measured.Measurement{
		ID: "rollback-webhook", What: "push of the revert to the previous digest Healthy, by webhook", Criteria: "rollback",
		Promise: "300 s", How: "specs/fastapi-agent, git revert of the newest deploy, as the rollback workflow does; otherwise as its deploys",
	}
)

// TestRollback deploys and takes back, three times: the revert of a deploy brings
// the earlier digest, within the promise.
func TestRollback(t *testing.T) {
	tr, a, first := agent(t)
	for range 3 {
		start := time.Now()
		bump, second := a.bump(t, "b2")
		detected, healthy := a.announced(t, start, bump, second)
		run.measured.Add(t, byWebhook, detected)
		run.measured.Add(t, syncing, healthy)

		start = time.Now()
		revert, err := tr.clone.Revert(t.Context(), bump.SHA)
		check(t, err)
		detected, healthy = a.announced(t, start, revert, first)
		run.measured.Add(t, byWebhook, detected)
		run.measured.Add(t, rollingBack, healthy)
		if healthy > 5*time.Minute {
			t.Errorf("the rollback took %s, five minutes are promised", healthy)
		}
	}
}
