package cluster

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/runner"
)

// renders runs the workflow of the GitOps repository for a push of a commit, in the runner, and returns the commit that its
// branch has then.
func (d *delivery) renders(t *testing.T, sha string) string {
	t.Helper()
	code := d.Code
	d.Code = d.GitOps // which has the workflow
	defer func() { d.Code = code }()
	push := d.Push(sha)
	push.Workflow, push.Secrets = d.World.Application+"-render.yaml", nil
	d.Run(t, push).Want(t, "render-production=success")
	return d.Git(t, d.Bare(d.GitOps), "rev-parse", d.branch)
}

// rendered has what is live rendered, and waits until Argo CD runs it.
func (d *delivery) rendered(t *testing.T, image runner.Deployed) {
	t.Helper()
	d.deployed(t, promise, d.renders(t, d.Head(t)), image.Reference())
}

// TestRenderedDelivery follows changes through the branch that a workflow renders: to the cluster, back by the verb, and forth
// by a verb that waits. The verbs say where a deploy is on the way.
func TestRenderedDelivery(t *testing.T) {
	t.Parallel()
	d := newDelivery(t, "hydrated", strings.NewReplacer("\tbranch:     \"main\"\n\tcredential", "\trendered: {}\n\tcredential",
		"3 minutes", "10 minutes", `"3m"`, `"10m"`, "5 minutes", "20 minutes", `"5m"`, `"20m"`).Replace)
	older := d.deliver(t, "version = 2")
	d.renders(t, d.Head(t))
	d.tree.install(t)
	d.rendered(t, older) // a run that finds nothing to do
	d.asks(t, "verify", "--wait", "--timeout", "1m").says(t, kept)

	first := d.Head(t)
	newer := d.deliver(t, "version = 3")
	if got := d.asks(t, "doctor"); got.code != 1 || got.first() != "not-rendered" {
		t.Errorf("before it is rendered, doctor ends with %d:\n%s", got.code, got.text)
	}
	waits := maps.Clone(kept)
	waits["argocd"], waits["synced"], waits["answers"] = "unmeasured it has not seen the newest deploy", "unmeasured it is not synced yet", "unmeasured the sync that asks has not finished"
	d.asks(t, "verify").says(t, waits)
	d.rendered(t, newer)
	if got := d.asks(t, "verify", "--wait", "--timeout", "1m"); got.code != 0 {
		t.Errorf("verify ends with %d:\n%s", got.code, got.text)
	}

	branch := d.Git(t, d.Bare(d.GitOps), "rev-parse", d.branch)
	if now := d.renders(t, first); now != branch {
		t.Errorf("the run of an older commit that comes late leaves the branch at %s, and not at %s", now, branch)
	}
	if !d.rolledOut(t, newer.Reference()) {
		t.Error("the run of an older commit that comes late changes what runs")
	}

	d.Git(t, d.Folder("gitops-repo"), "pull", "--quiet", "--ff-only", "origin", "main")
	if got := d.asks(t, "rollback", "--env", "production", "--steps", "1", "--push"); got.code != 0 {
		t.Fatalf("rollback ends with %d:\n%s", got.code, got.text)
	}
	d.renders(t, first) // whichever run comes, it renders the newest
	d.rendered(t, older)
	want := maps.Clone(kept)
	want["gitops"], want["reversible"] = "unmeasured the last deploy was taken back", "kept from the revert to the finished sync"
	d.asks(t, "verify", "--wait", "--timeout", "1m").says(t, want)

	d.forthWaiting(t, newer)
}

// forthWaiting deploys again what was taken back and waits with the verb, while the workflow renders.
func (d *delivery) forthWaiting(t *testing.T, to runner.Deployed) {
	t.Helper()
	d.Git(t, d.Folder("gitops-repo"), "pull", "--quiet", "--ff-only", "origin", "main")
	before, done := d.Head(t), make(chan said, 1)
	go func() {
		defer close(done)
		done <- d.asks(t, "rollback", "--env", "production", "--to", to.Tag, "--push", "--wait", "--timeout", "5m")
	}()
	for start := time.Now(); d.Head(t) == before; time.Sleep(100 * time.Millisecond) {
		if time.Since(start) > time.Minute {
			t.Fatal("the verb pushes nothing")
		}
	}
	d.renders(t, d.Head(t))
	if got := <-done; got.code != 0 || !d.rolledOut(t, to.Reference()) {
		t.Errorf("rollback ends with %d:\n%s", got.code, got.text)
	}
}
