package cluster

import (
	"maps"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/measured"
	"github.com/pipegen/pipegen/e2e/runner"
)

// promise is how long Argo CD may take after the webhook's notification.
const promise = 3 * time.Minute

var delivering = measured.Measurement{
	ID: "delivery", What: "git push of the source to Synced and Healthy in the cluster", Criteria: "triggered, published, synced",
	Promise: "none", How: "specs/fastapi-agent through the generated workflow in act; the actions are stand-ins, and build and pull take no time",
}

// kept is what verify reports for a healthy delivery without rollbacks.
var kept = map[string]string{
	"run": "kept", "gitops": "kept", "image": "kept linux/amd64, linux/arm64", "argocd": "kept 2 of 2 pods", "address": "kept 200",
	"triggered": "kept", "covered": "kept the gate at 80 % passed", "published": "kept", "synced": "kept",
	"answers": "kept the smoke Job got 200", "reversible": "unmeasured never exercised", "visible": "kept",
}

// TestDelivery follows changes from the push to the pod and back, and runs verify
// after each stage: it must report what the systems have done.
func TestDelivery(t *testing.T) {
	t.Parallel()
	d := newDelivery(t, "delivered")
	older := d.begin(t)
	d.asks(t, "verify", "--wait", "--timeout", "1m").says(t, kept)

	start := time.Now()
	newer := d.deliver(t, "version = 3")
	d.arrived(t, newer)
	run.measured.Add(t, delivering, time.Since(start))
	if got := d.asks(t, "verify"); got.code != 0 {
		t.Errorf("verify ends with %d:\n%s", got.code, got.text)
	}

	t.Run("a pull request changes nothing", func(t *testing.T) { d.proposes(t, newer) })
	t.Run("the rollback workflow", func(t *testing.T) { d.rollsBack(t, older) })
	t.Run("the rollback verb", func(t *testing.T) { d.rollsForth(t, newer) })
}

// proposes runs the workflow for a pull request: it builds, and nothing else learns of
// it.
func (d *delivery) proposes(t *testing.T, live runner.Deployed) {
	head, before, tags := d.Head(t), d.status(t), len(d.Tags(t))
	d.Run(t, d.PullRequest(t)).Want(t, "build=success,success gate=success test=success")
	after := d.refresh(t, "normal")
	if d.Head(t) != head || len(d.Tags(t)) != tags {
		t.Error("a pull request published or deployed")
	}
	if after.Sync.Revision != before.Sync.Revision || !after.OperationState.StartedAt.Equal(before.OperationState.StartedAt) || !d.rolledOut(t, live.Reference()) {
		t.Errorf("the cluster noticed a pull request:\n%s", after)
	}
}

// rollsBack takes the newest deploy back by the generated workflow.
func (d *delivery) rollsBack(t *testing.T, to runner.Deployed) {
	start := time.Now()
	source := d.Git(t, d.Folder("repo"), "rev-parse", "origin/main")
	d.Run(t, d.Rollback(source, map[string]any{"environment": "production", "steps": "1", "to": ""})).Want(t, "rollback-production=success")
	d.arrived(t, to)
	took := time.Since(start)
	run.measured.Add(t, measured.Measurement{
		ID: "rollback-workflow", What: "start of the rollback workflow to the previous digest Healthy", Criteria: "rollback",
		Promise: "300 s", How: "specs/fastapi-agent, the generated rollback.yaml in act, then the webhook and Argo CD",
	}, took)
	if took > 5*time.Minute {
		t.Errorf("the rollback took %s, five minutes are promised", took)
	}
	want := maps.Clone(kept)
	want["gitops"], want["reversible"] = "unmeasured the last deploy was taken back", "kept from the revert to the finished sync"
	d.asks(t, "verify", "--wait", "--timeout", "1m").says(t, want)
	// The source still holds what was taken back, and nothing is wrong with what runs.
	if got := d.asks(t, "doctor"); got.code != 1 || got.first() != "taken-back" {
		t.Errorf("doctor ends with %d:\n%s", got.code, got.text)
	}
}

// rollsForth deploys again what was taken back, by the verb, and waits with it.
func (d *delivery) rollsForth(t *testing.T, to runner.Deployed) {
	d.Git(t, d.Folder("gitops-repo"), "pull", "--quiet", "--ff-only", "origin", "main")
	start := time.Now()
	got := d.asks(t, "rollback", "--env", "production", "--to", to.Tag, "--push", "--wait", "--timeout", "5m")
	run.measured.Add(t, measured.Measurement{
		ID: "rollback-verb", What: "pipegen rollback --push --wait, from its start to its end", Criteria: "rollback",
		Promise: "300 s", How: "specs/fastapi-agent; it looks after 2, 4, 8 and then every 15 seconds",
	}, time.Since(start))
	if got.code != 0 {
		t.Errorf("rollback ends with %d:\n%s", got.code, got.text)
	}
	if !d.rolledOut(t, to.Reference()) {
		t.Errorf("rollback has waited, and %s does not run", to.Reference())
	}
}

// first returns the first cause that doctor reports, or "".
func (s said) first() string {
	for _, f := range s.Findings {
		if f.Status == "found" {
			return f.Cause
		}
	}
	return ""
}
