package cluster

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/cluster/stack"
	"github.com/pipegen/pipegen/e2e/forge"
	"github.com/pipegen/pipegen/e2e/measured"
)

// TestBadImage: pods that never become ready leave the old ones serving, and are
// reported within the deadline of the Deployment.
func TestBadImage(t *testing.T) {
	t.Parallel()
	tr, a, good := installed(t, "every-promise")
	var d struct {
		Spec struct{ ProgressDeadlineSeconds int }
	}
	check(t, run.Kube.Get(t.Context(), a.deploymentRef(), &d))
	deadline := time.Duration(d.Spec.ProgressDeadlineSeconds) * time.Second
	start := time.Now()
	bad, _ := a.bump(t, stack.Never)
	tr.notify(t, bad)
	a.wait(t, 30*time.Second, "progressing", func(s status) bool { return s.Health.Status == "Progressing" })
	a.wait(t, deadline+30*time.Second, "degraded", func(s status) bool {
		var now deployment
		check(t, run.Kube.Get(t.Context(), a.deploymentRef(), &now))
		if now.Status.AvailableReplicas < now.Spec.Replicas {
			t.Fatalf("%d of %d pods serve while the bad image is rolled out", now.Status.AvailableReplicas, now.Spec.Replicas)
		}
		return s.Health.Status == "Degraded"
	})
	run.measured.Add(t, measured.Measurement{
		ID: "stuck", What: "push of an image that never becomes ready to Degraded", Criteria: "rollback",
		Promise: fmt.Sprintf("%s and detection", deadline), How: "specs/every-promise, progressDeadlineSeconds of the generated Deployment; all old pods keep serving",
	}, time.Since(start))

	a.diagnosed(t, "every-promise", "deadline")

	start = time.Now()
	revert, err := tr.clone.Revert(t.Context(), bad.SHA)
	check(t, err)
	_, healthy := a.announced(t, start, revert, good)
	run.measured.Add(t, measured.Measurement{
		ID: "rollback-stuck", What: "push of the revert to Healthy, from a rollout that is stuck, by webhook", Criteria: "rollback",
		Promise: "600 s", How: "specs/every-promise, git revert of a deploy that is reported as Degraded",
	}, healthy)
}

// TestRollbackInTime: a revert that comes while the bad image is still being rolled
// out. Argo CD starts no sync before the one under way has ended. With a smoke test
// that one waits for the pods, until the Deployment's deadline; else it has ended.
func TestRollbackInTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		spec, id, promise, how string
		limit                  time.Duration
	}{
		{"fastapi-agent", "rollback-early", "300 s", "specs/fastapi-agent; the sync under way ends with progressDeadlineSeconds first, 180 s after the bad deploy", 5 * time.Minute},
		{"go-release", "rollback-early-no-smoke", "none", "specs/go-release, which has no smoke test: the sync of the bad image has ended", time.Minute},
	} {
		t.Run(c.spec, func(t *testing.T) {
			t.Parallel()
			tr, a, good := installed(t, c.spec)
			bad, _ := a.bump(t, stack.Never)
			tr.notify(t, bad)
			a.wait(t, 30*time.Second, "progressing", func(s status) bool { return s.Health.Status == "Progressing" })
			start := time.Now()
			revert, err := tr.clone.Revert(t.Context(), bad.SHA)
			check(t, err)
			tr.notify(t, revert)
			a.deployed(t, c.limit, revert.SHA, good)
			run.measured.Add(t, measured.Measurement{
				ID: c.id, What: "push of the revert to Healthy, while the bad image is still being rolled out, by webhook",
				Criteria: "rollback", Promise: c.promise, How: c.how,
			}, time.Since(start))
		})
	}
}

// diagnosed asks doctor why an Application does not run what its GitOps repository names.
func (a *application) diagnosed(t *testing.T, spec, cause string) {
	t.Helper()
	token, err := run.ReadingToken(t.Context())
	check(t, err)
	folder, err := filepath.Abs(filepath.Join("../../specs", spec))
	check(t, err)
	got := ask(t, folder, []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "GITHUB_API_URL=" + run.Forge.API(), "GH_TOKEN=" + forge.APIToken,
		"ARGOCD_SERVER=" + run.Server(), "ARGOCD_AUTH_TOKEN=" + token,
	}, "doctor", "--gitops", a.tree.clone.Folder, "sync")
	if got.code != 1 || got.first() != cause {
		t.Errorf("doctor finds %q, want %q:\n%s", got.first(), cause, got.text)
	}
}
