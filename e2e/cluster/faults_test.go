package cluster

import (
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/measured"
)

// recovery is how long Argo CD may take once a fault is over: one poll, whose
// length quick decides, and a rollout.
const recovery = 2 * time.Minute

// TestFaults: a fault in the middle of a deploy delays it, and undoes nothing.
func TestFaults(t *testing.T) {
	tr, a, running := agent(t)

	t.Run("Argo CD dies in the middle of a sync", func(t *testing.T) {
		commit, image := a.bump(t, "b2")
		tr.notify(t, commit)
		a.wait(t, 30*time.Second, "in the middle of a sync", func(s status) bool {
			return s.OperationState.Phase == "Running" && s.OperationState.SyncResult.Revision == commit.SHA
		})
		run.KillController()
		run.KillRepoServer()
		start := time.Now()
		check(t, run.StartRepoServer(t.Context()))
		check(t, run.StartController(t.Context()))
		a.deployed(t, recovery, commit.SHA, image)
		running = image
		a.recovered(t, "recover-argocd", "restart of controller and repository server in the middle of a sync to Healthy", start)
	})

	t.Run("the repository server is away", func(t *testing.T) {
		run.KillRepoServer()
		commit, image := a.bump(t, "c3")
		tr.notify(t, commit)
		a.unmoved(t, 10*time.Second, running)
		start := time.Now()
		check(t, run.StartRepoServer(t.Context()))
		a.deployed(t, recovery, commit.SHA, image)
		running = image
		a.recovered(t, "recover-repo-server", "return of the repository server to Healthy", start)
	})

	t.Run("the GitOps repository is unreachable", func(t *testing.T) {
		run.Forge.SetReachable(false)
		defer run.Forge.SetReachable(true)
		commit, image := a.bump(t, "d4")
		tr.notify(t, commit)
		a.unmoved(t, 10*time.Second, running)
		run.Forge.SetReachable(true)
		start := time.Now()
		a.deployed(t, recovery, commit.SHA, image)
		a.recovered(t, "recover-remote", "return of the GitOps repository to Healthy", start)
	})
}

// unmoved insists that the image keeps running for that long.
func (a *application) unmoved(t *testing.T, long time.Duration, image string) {
	t.Helper()
	for end := time.Now().Add(long); time.Now().Before(end); time.Sleep(time.Second) {
		if !a.rolledOut(t, image) {
			t.Fatalf("%s does not run %s any more", a.deployment, image)
		}
	}
}

func (a *application) recovered(t *testing.T, id, what string, start time.Time) {
	t.Helper()
	run.measured.Add(t, measured.Measurement{
		ID: id, What: what, Criteria: "synced, rollback", Promise: "none",
		How: "specs/fastapi-agent; Argo CD polls every 20 to 50 s in these runs",
	}, time.Since(start))
}
