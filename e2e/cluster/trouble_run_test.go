package cluster

import (
	"fmt"
	"testing"

	"github.com/pipegen/pipegen/e2e/runner"
)

// TestTroublesOfRuns: what keeps a push from being deployed, each brought about for
// real, is found by doctor, and verify holds the promises against it.
func TestTroublesOfRuns(t *testing.T) {
	t.Parallel()
	d := newDelivery(t, "troubled")
	whole := t
	version := 2
	// fails pushes a version whose run ends badly.
	fails := func(t *testing.T, d *delivery, change func(*runner.Event)) {
		version++
		push := d.Develop(t, fmt.Sprintf("version = %d", version))
		if change != nil {
			change(&push)
		}
		if d.Run(t, push).OK {
			t.Fatal("the run succeeded")
		}
	}
	// recovers runs the same commit again, once the trouble is over.
	recovers := func(t *testing.T, d *delivery) {
		push := d.Push(d.Git(t, d.Folder("repo"), "rev-parse", "HEAD"))
		d.Run(t, push).Want(t, published)
		d.arrived(t, d.Published(t, push.SHA))
		if got := d.asks(t, "doctor"); got.code != 0 {
			t.Errorf("doctor ends with %d when all is well again:\n%s", got.code, got.text)
		}
	}
	guard := func(t *testing.T, d *delivery, rules ...string) {
		d.Hook(t, "exit 1")
		run.Forge.SetRules(d.GitOps, "main", rules...)
		fails(t, d, nil)
	}
	unguard := func(t *testing.T, d *delivery) {
		d.Hook(t, "exit 0")
		run.Forge.SetRules(d.GitOps, "main")
		recovers(t, d)
	}

	d.meetAll(t, []trouble{
		{
			name: "Application not applied",
			cause: func(t *testing.T, d *delivery) []string {
				d.deliver(t, "version = 2")
				return nil
			},
			finds: "application-missing", words: "kubectl apply -f argocd/applications/troubled.yaml",
			verify: map[string]string{"run": "kept", "gitops": "kept", "image": "kept", "argocd": "unmeasured", "synced": "unmeasured"},
			mend: func(t *testing.T, d *delivery) {
				// It stays for the troubles after this one.
				d.tree.install(whole)
				recovers(t, d)
			},
		},
		{
			name: "tests fail",
			cause: func(t *testing.T, d *delivery) []string {
				d.PytestStatus = 1
				fails(t, d, nil)
				return nil
			},
			finds: "coverage", words: "the criterion covered is red",
			verify: map[string]string{"run": "broken the job Test ended as failure", "covered": "kept nothing was published", "published": "unmeasured", "argocd": "kept"},
			mend: func(t *testing.T, d *delivery) {
				d.PytestStatus = 0
				recovers(t, d)
			},
		},
		{
			name: "image stops",
			cause: func(t *testing.T, d *delivery) []string {
				d.AppStops = true
				fails(t, d, nil)
				return nil
			},
			finds: "smoke-test", words: "The container stopped",
			verify: map[string]string{"run": "broken Publish (linux/", "published": "unmeasured"},
			mend: func(t *testing.T, d *delivery) {
				d.AppStops = false
				recovers(t, d)
			},
		},
		{
			name: "registry down",
			cause: func(t *testing.T, d *delivery) []string {
				d.RegistryDown.Store(true)
				fails(t, d, nil)
				d.RegistryDown.Store(false)
				return nil
			},
			finds: "outage", words: "503 Service Unavailable",
			verify: map[string]string{"run": "broken Publish (linux/", "gitops": "unmeasured", "published": "unmeasured"},
			mend:   recovers,
		},
		{
			name: "secret missing",
			cause: func(t *testing.T, d *delivery) []string {
				run.Forge.SetStored(d.Code, "production", "secrets")
				fails(t, d, func(e *runner.Event) { e.Secrets = nil })
				return nil
			},
			finds: "secret-missing", words: runner.Secret,
			verify: map[string]string{"run": "broken Deploy to production", "gitops": "unmeasured", "published": "kept"},
			mend: func(t *testing.T, d *delivery) {
				run.Forge.SetStored(d.Code, "production", "secrets", runner.Secret)
				recovers(t, d)
			},
		},
		{
			name: "branch guarded",
			cause: func(t *testing.T, d *delivery) []string {
				guard(t, d, "pull_request")
				return nil
			},
			finds: "branch-guarded", words: "pull_request",
			verify: map[string]string{"run": "broken Deploy to production", "gitops": "unmeasured"},
			mend:   unguard,
		},
		{
			name: "credential may not write",
			cause: func(t *testing.T, d *delivery) []string {
				guard(t, d)
				return nil
			},
			finds: "no-write", words: "Contents: read and write",
			verify: map[string]string{"run": "broken Deploy to production", "gitops": "unmeasured"},
			mend:   unguard,
		},
		{
			name: "runner lost before the push",
			cause: func(t *testing.T, d *delivery) []string {
				fails(t, d, func(e *runner.Event) { e.Stop = d.BeforePush(t) })
				return nil
			},
			finds: "deploy-lost", words: "lost communication",
			verify: map[string]string{"run": "broken Deploy to production", "gitops": "unmeasured", "published": "kept"},
			mend:   recovers,
		},
		{
			name: "an older run comes late",
			cause: func(t *testing.T, d *delivery) []string {
				older := d.Develop(t, "version = 90")
				d.deliver(t, "version = 91")
				if late := d.Run(t, older); !late.Has("notice", "which is newer than "+older.SHA) {
					t.Errorf("the late run says %+v", late.Notes)
				}
				return []string{"--since", older.SHA}
			},
			// What is live holds the older commit, so nothing is wrong with it.
			finds:  "",
			verify: map[string]string{"run": "kept", "gitops": "kept which is newer", "argocd": "kept"},
		},
	})
}
