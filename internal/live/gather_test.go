package live_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/livetest"
	"github.com/pipegen/pipegen/internal/live/livetest/delivery"
)

func gather(t *testing.T, w *livetest.World) live.Facts {
	t.Helper()
	return live.Gather(t.Context(), delivery.Target(), delivery.Clients(w), livetest.Now)
}

// TestAllIsKnown: for a healthy delivery every fact is known except the address,
// which the target does not name.
func TestAllIsKnown(t *testing.T) {
	w := livetest.New(t)
	f := gather(t, w)
	e := f.Environments[0]
	for name, why := range map[string]string{
		"commit": f.Commit.Why, "pushed": f.PushedAt.Why, "run": f.Run.Why, "jobs": f.Jobs.Why, "roles": f.LogRoles.Why,
		"live": e.Live.Why, "deploys": e.Deploys.Why, "holds": e.Holds.Why, "image": e.Images[0].Manifest.Why, "tagged": e.Images[0].Tagged.Why, "referrers": e.Images[0].Referrers.Why,
		"attestations": e.Images[0].Attestations.Why, "app": e.App.Why, "pods": e.Pods.Why, "carries": e.Carries.Why, "synced": e.Synced.Why, "reverted": e.Reverted.Why,
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
	if l := e.Live.Value; l.Images[0] != (live.Reference{Name: "ghcr.io/" + livetest.Repository, Tag: w.Tag, Digest: w.Digest}) || l.Source != livetest.Source || l.Revision != livetest.GitOps {
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

// TestReleasedByTag: the commit is the one that runs, and its run is that of the
// tag.
func TestReleasedByTag(t *testing.T) {
	w := livetest.New(t)
	const runs = "/repos/example/payments/actions/workflows/ci.yaml/runs?head_sha=@SOURCE@"
	w.Set(t, "github", "/repos/example/payments/commits/@SOURCE@", "", map[string]any{"sha": livetest.Source})
	w.Set(t, "github", "/repos/example/payments/activity?ref=refs/tags/v1.0.0", "", []any{map[string]any{"after": livetest.Source, "timestamp": "2026-11-20T09:59:59Z"}})
	byTag := delivery.Target()
	byTag.ByTag = true
	f := live.Gather(t.Context(), byTag, delivery.Clients(w), livetest.Now)
	if f.Run.Known || !f.Run.Later {
		t.Errorf("the run of the branch was taken for that of a tag: %+v", f.Run)
	}
	w.Set(t, "github", runs, "workflow_runs.1.head_branch", "v1.0.0")
	f = live.Gather(t.Context(), byTag, delivery.Clients(w), livetest.Now)
	if f.Run.Value.ID != 7001 || f.Run.Value.CreatedAt.Sub(f.PushedAt.Value) != 5*time.Second {
		t.Errorf("%+v %+v", f.Run, f.PushedAt)
	}
	w.Set(t, "github", "/repos/example/deployments/contents/payments/overlays/production/live/source-commit", "", "none\n")
	f = live.Gather(t.Context(), byTag, delivery.Clients(w), livetest.Now)
	if f.Commit.Known || f.Commit.Why != "nothing is deployed yet: name a tag or a commit with --since" {
		t.Errorf("%+v", f.Commit)
	}
}

// TestNothingReached: every unknown fact has a reason.
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
		"live": e.Live.Why, "deploys": e.Deploys.Why, "holds": e.Holds.Why, "image": e.Images[0].Manifest.Why, "tagged": e.Images[0].Tagged.Why, "referrers": e.Images[0].Referrers.Why,
		"attestations": e.Images[0].Attestations.Why, "app": e.App.Why, "pods": e.Pods.Why, "carries": e.Carries.Why, "synced": e.Synced.Why, "reverted": e.Reverted.Why,
	} {
		if why == "" {
			t.Errorf("nothing says why %s is not known", name)
		}
	}
}

// TestStartedByFiles: where only some files start the pipeline, the commit is the newest that did. A newer one that
// should have done so, and did not, is the one to follow.
func TestStartedByFiles(t *testing.T) {
	const (
		runs    = "/repos/example/payments/actions/workflows/ci.yaml/runs"
		between = "/repos/example/payments/compare/@SOURCE@...ffff00000000000000000000000000000000ffff"
		other   = "ffff00000000000000000000000000000000ffff"
	)
	target := delivery.Target()
	target.Starts = func(file string) bool { return strings.HasPrefix(file, "payments/") }
	for name, c := range map[string]struct {
		changed []any
		want    string
	}{
		"files of others":   {[]any{map[string]any{"filename": "orders/main.go"}}, livetest.Source},
		"its own files":     {[]any{map[string]any{"filename": "orders/main.go"}, map[string]any{"filename": "payments/main.go"}}, other},
		"a file moved away": {[]any{map[string]any{"filename": "orders/main.go", "previous_filename": "payments/main.go"}}, other},
	} {
		t.Run(name, func(t *testing.T) {
			w := livetest.New(t)
			w.Set(t, "github", runs, "", w.Answer(t, "github", runs+"?head_sha=@SOURCE@"))
			w.Set(t, "github", "/repos/example/payments/commits/@SOURCE@", "", maps.Clone(w.Answer(t, "github", "/repos/example/payments/commits/main").(map[string]any)))
			w.Set(t, "github", "/repos/example/payments/commits/main", "sha", other)
			w.Set(t, "github", between, "", map[string]any{"status": "ahead", "files": c.changed})
			f := live.Gather(t.Context(), target, delivery.Clients(w), livetest.Now)
			if f.Commit.Value.SHA != c.want {
				t.Errorf("the commit to follow is %.7s (%s), want %.7s", f.Commit.Value.SHA, f.Commit.Why, c.want)
			}
			if c.want == livetest.Source && f.Run.Value.ID != 7001 {
				t.Errorf("the run is %d (%s)", f.Run.Value.ID, f.Run.Why)
			}
		})
	}
}
