package cluster

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/measured"
)

// TestSmoke: the hook runs after each deploy, asks the Service, and fails the sync
// when the answer is wrong; nothing is rolled back by that.
func TestSmoke(t *testing.T) {
	tr, a, _ := agent(t)
	asked := run.smoke.requests(a.namespace)
	if asked == 0 {
		t.Fatal("the first deploy was not asked for an answer")
	}
	hooked := func(phase string) func(status) bool {
		return func(s status) bool {
			for _, r := range s.OperationState.SyncResult.Resources {
				if r.Kind == "Job" && r.HookPhase == phase {
					return true
				}
			}
			return false
		}
	}
	if s := a.status(t); !hooked("Succeeded")(s) {
		t.Errorf("the hook is not among what was synced:\n%s", s)
	}

	run.smoke.says(a.namespace, http.StatusServiceUnavailable)
	t.Cleanup(func() { run.smoke.says(a.namespace, http.StatusOK) })
	start := time.Now()
	commit, image := a.bump(t, "b2")
	tr.notify(t, commit)
	got := a.wait(t, 2*time.Minute, "failed by the smoke test", hooked("Failed"))
	run.measured.Add(t, measured.Measurement{
		ID: "smoke-fails", What: "push to the smoke test's failure when the endpoint answers 503", Criteria: "endpoint",
		Promise: "the Job's deadline after the rollout", How: "the Job's own script and curl, as a process; its pod is stopped by activeDeadlineSeconds",
	}, time.Since(start))
	if !a.rolledOut(t, image) {
		t.Errorf("a failed smoke test takes nothing back, but the Deployment has not the image %s", image)
	}
	if got.Health.Status != "Healthy" {
		t.Errorf("a failed hook says nothing of the pods, but health is:\n%s", got)
	}
	if run.smoke.requests(a.namespace) < asked+2 {
		t.Errorf("the smoke test gave up after one answer")
	}

	// The next deploy gets its own Job, and its success.
	run.smoke.says(a.namespace, http.StatusOK)
	commit, image = a.bump(t, "c3")
	tr.notify(t, commit)
	after := a.deployed(t, 2*time.Minute, commit.SHA, image)
	if !hooked("Succeeded")(after) || strings.Contains(after.OperationState.Message, "fail") {
		t.Errorf("after the answer is right again:\n%s", after)
	}
}
