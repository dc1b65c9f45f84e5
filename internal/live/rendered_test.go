package live_test

import (
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/livetest"
	"github.com/pipegen/pipegen/internal/live/livetest/delivery"
)

// TestRendered: what Argo CD says of commits of a branch is compared with the deploys from which they were rendered.
func TestRendered(t *testing.T) {
	const app, file = "/api/v1/applications/payments-production", "/repos/example/deployments/contents/payments/overlays/production/hydrator.metadata"
	branch := strings.Repeat("b", 40)
	target := delivery.Target()
	target.Environments[0].Rendered, target.Environments[0].RenderedBranch = "payments/overlays/production", "environments/production"
	gather := func(metadata any) live.Environment {
		w := livetest.New(t)
		if metadata != nil {
			w.Set(t, "github", file, "", metadata)
		}
		for _, field := range []string{"sync.revision", "operationState.syncResult.revision", "history.1.revision"} {
			w.Set(t, "argocd", app, "status."+field, branch)
		}
		clients := delivery.Clients(w)
		clients.Dry = map[string]string{}
		return live.Gather(t.Context(), target, clients, livetest.Now).Environments[0]
	}
	e := gather(`{"repoURL": "https://github.com/example/deployments", "drySha": "@GITOPS@"}`)
	if !e.Carries.Value || e.Synced.Value.Revision != livetest.GitOps || e.App.Value.Revision != livetest.GitOps {
		t.Errorf("it carries the newest deploy: %v; synced with %v; compared with %s", e.Carries, e.Synced, e.App.Value.Revision)
	}
	if e := gather(nil); e.App.Value.Revision != branch {
		t.Errorf("a commit without the file was rendered of %s", e.App.Value.Revision)
	}
	if e := gather(`{"drySha": "main"}`); e.App.Known || !strings.Contains(e.App.Why, "names no commit") {
		t.Errorf("a file without a commit gives %v", e.App)
	}
}
