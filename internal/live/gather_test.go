package live_test

import (
	"context"
	"testing"
	"time"

	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/argocd"
	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/live/livetest"
	"github.com/pipegen/pipegen/internal/live/registry"
	"github.com/pipegen/pipegen/internal/live/remote"
)

func noSleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func target() live.Target {
	return live.Target{
		Application: "payments", Repository: "example/payments", Branch: "main", Workflow: "ci.yaml",
		Registry: "ghcr.io", Image: livetest.Repository, Project: "payments",
		Environments: []live.Place{{Name: "production", Application: "payments-production", Folder: "payments/overlays/production/live"}},
	}
}

func clients(w *livetest.World) live.Clients {
	asks := remote.New(livetest.Now, noSleep)
	hub := &github.Client{API: w.GitHub.URL, Token: livetest.GitHubToken, Remote: asks}
	return live.Clients{
		GitHub: hub, GitOps: live.Hosted{Client: hub, Repository: "example/deployments", Branch: "main"},
		Registry: &registry.Client{Base: w.Registry.URL, Remote: asks},
		ArgoCD:   &argocd.Client{Server: w.ArgoCD.URL, Token: livetest.ArgoToken, Remote: asks},
		Remote:   asks,
	}
}

func gather(t *testing.T, w *livetest.World) live.Facts {
	t.Helper()
	return live.Gather(t.Context(), target(), clients(w), livetest.Now)
}

// TestAllIsKnown: of a delivery in which all is well, every fact is known but the
// address, which the target does not name.
func TestAllIsKnown(t *testing.T) {
	w := livetest.New(t)
	f := gather(t, w)
	e := f.Environments[0]
	for name, why := range map[string]string{
		"commit": f.Commit.Why, "pushed": f.PushedAt.Why, "run": f.Run.Why, "jobs": f.Jobs.Why, "roles": f.LogRoles.Why,
		"live": e.Live.Why, "deploys": e.Deploys.Why, "holds": e.Holds.Why, "image": e.Image.Why, "tagged": e.Tagged.Why, "referrers": e.Referrers.Why,
		"attestations": e.Attestations.Why, "app": e.App.Why, "pods": e.Pods.Why, "carries": e.Carries.Why, "synced": e.Synced.Why, "reverted": e.Reverted.Why,
	} {
		if why != "" {
			t.Errorf("%s is not known: %s", name, why)
		}
	}
	if e.Answer.Known {
		t.Error("an address was asked that nobody named")
	}
	if !f.Reached() {
		t.Error("nothing was reached")
	}
	if got := f.Run.Value.ID; got != 7001 {
		t.Errorf("the run is %d: that of a pull request publishes nothing", got)
	}
	if l := e.Live.Value; l.Digest != w.Digest || l.Tag != w.Tag || l.Source != livetest.Source || l.Revision != livetest.GitOps {
		t.Errorf("live is %+v", l)
	}
	if len(e.Deploys.Value) != 2 || e.Deploys.Value[0].Back || !e.Deploys.Value[1].Back {
		t.Errorf("deploys are %+v: one deploy and one rollback, and not the commit that made the folder", e.Deploys.Value)
	}
	if len(e.Pods.Value) != 3 {
		t.Errorf("%d pods: that of the smoke Job is none of the Deployment's", len(e.Pods.Value))
	}
	if got := e.Pods.Value[0].ReadyAt.Sub(e.Pods.Value[0].StartedAt); got != 12*time.Second {
		t.Errorf("the first pod was ready after %s", got)
	}
}

// TestReleasedByTag: the commit is what runs, and its run the one of the tag.
func TestReleasedByTag(t *testing.T) {
	w := livetest.New(t)
	const runs = "/repos/example/payments/actions/workflows/ci.yaml/runs?head_sha=@SOURCE@"
	w.Set(t, "github", "/repos/example/payments/commits/@SOURCE@", "", map[string]any{"sha": livetest.Source})
	w.Set(t, "github", "/repos/example/payments/activity?ref=refs/tags/v1.0.0", "", []any{map[string]any{"after": livetest.Source, "timestamp": "2026-11-20T09:59:59Z"}})
	byTag := target()
	byTag.ByTag = true
	f := live.Gather(t.Context(), byTag, clients(w), livetest.Now)
	if f.Run.Known || !f.Run.Later {
		t.Errorf("the run of the branch was taken for that of a tag: %+v", f.Run)
	}
	w.Set(t, "github", runs, "workflow_runs.1.head_branch", "v1.0.0")
	f = live.Gather(t.Context(), byTag, clients(w), livetest.Now)
	if f.Run.Value.ID != 7001 || f.Run.Value.CreatedAt.Sub(f.PushedAt.Value) != 5*time.Second {
		t.Errorf("%+v %+v", f.Run, f.PushedAt)
	}
	w.Set(t, "github", "/repos/example/deployments/contents/payments/overlays/production/live/source-commit", "", "none\n")
	f = live.Gather(t.Context(), byTag, clients(w), livetest.Now)
	if f.Commit.Known || f.Commit.Why != "nothing is deployed yet: name a tag or a commit with --since" {
		t.Errorf("%+v", f.Commit)
	}
}

// TestNothingReached: what is unknown everywhere has reasons everywhere.
func TestNothingReached(t *testing.T) {
	w := livetest.New(t)
	w.GitHub.Close()
	w.Registry.Close()
	w.ArgoCD.Close()
	f := gather(t, w)
	if f.Reached() {
		t.Error("something was reached")
	}
	e := f.Environments[0]
	for name, why := range map[string]string{
		"commit": f.Commit.Why, "pushed": f.PushedAt.Why, "run": f.Run.Why, "jobs": f.Jobs.Why, "roles": f.LogRoles.Why,
		"live": e.Live.Why, "deploys": e.Deploys.Why, "holds": e.Holds.Why, "image": e.Image.Why, "tagged": e.Tagged.Why, "referrers": e.Referrers.Why,
		"attestations": e.Attestations.Why, "app": e.App.Why, "pods": e.Pods.Why, "carries": e.Carries.Why, "synced": e.Synced.Why, "reverted": e.Reverted.Why,
	} {
		if why == "" {
			t.Errorf("nothing says why %s is not known", name)
		}
	}
}
