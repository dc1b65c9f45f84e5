// Package delivery is the pipelines of the worlds of livetest, for tests that go from the systems' answers to the reports
// about them.
package delivery

import (
	"os"
	"testing"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/build"
	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/argocd"
	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/live/livetest"
	"github.com/pipegen/pipegen/internal/live/registry"
	"github.com/pipegen/pipegen/internal/live/remote"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// Plan returns the plan of specs/every-promise, as changed by a test.
func Plan(t *testing.T, change func(*schema.Spec)) plan.Plan {
	t.Helper()
	// A test starts in the folder of its package, which lies at some depth below the root.
	root := "../"
	for _, err := os.Stat(root + "go.mod"); err != nil && len(root) < 30; _, err = os.Stat(root + "go.mod") {
		root += "../"
	}
	src, err := os.ReadFile(root + "specs/every-promise/pipeline.cue")
	if err != nil {
		t.Fatal(err)
	}
	return planOf(t, src, change)
}

// Several returns the plan of livetest.SeveralSpec, as changed by a test.
func Several(t *testing.T, change func(*schema.Spec)) plan.Plan {
	t.Helper()
	return planOf(t, livetest.SeveralSpec(), change)
}

func planOf(t *testing.T, src []byte, change func(*schema.Spec)) plan.Plan {
	t.Helper()
	loaded, found := schema.Load("pipeline.cue", src)
	if found.Failed() {
		t.Fatal(found)
	}
	if change != nil {
		change(&loaded.Spec)
	}
	r, found, err := build.Spec(loaded.Spec, generate.Options{SpecFile: "pipeline.cue"})
	if found.Failed() || err != nil {
		t.Fatal(found, err)
	}
	return r.Plan
}

// SeveralTarget returns the delivery of several images to production.
func SeveralTarget() live.Target {
	t := Target()
	t.Environments[0].Images = nil
	for _, path := range []string{livetest.APIRepository, livetest.WebRepository} {
		t.Environments[0].Images = append(t.Environments[0].Images, live.Repository{Registry: "ghcr.io", Path: path, Tag: "main-{sha}", Reused: true})
	}
	t.Environments[0].CronJobs = []string{"cleanup"}
	return t
}

// Target returns the delivery of one image, without a public address.
func Target() live.Target {
	return live.Target{
		Application: "payments", Repository: "example/payments", Branch: "main", Workflow: "ci.yaml",
		Environments: []live.Destination{{Name: "production", Application: "payments-production", Project: "payments", Deploy: "Deploy to production", Folder: "payments/overlays/production/live",
			Images: []live.Repository{{Registry: "ghcr.io", Path: livetest.Repository}}}},
	}
}

// Clients returns clients with credentials that the world accepts, which never pause.
func Clients(w *livetest.World) live.Clients {
	asks := remote.New(livetest.Now, livetest.NoSleep)
	hub := &github.Client{API: w.GitHub.URL, Token: livetest.GitHubToken, Remote: asks}
	return live.Clients{
		GitHub: hub, GitOps: live.Hosted{Client: hub, Repository: "example/deployments", Branch: "main"},
		Registries: map[string]*registry.Client{"ghcr.io": {Base: w.Registry.URL, Remote: asks}},
		ArgoCDs:    map[string]live.ArgoCD{"": {Client: &argocd.Client{Server: w.ArgoCD.URL, Token: livetest.ArgoToken, Remote: asks}}},
		Remote:     asks,
	}
}
