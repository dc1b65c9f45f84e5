package cluster

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
)

// TestBlueGreen: all requests go to a new version at once, and back at once, also by Argo Rollouts itself where too many of
// them fail. The syncs that heal what others change leave the Service to it.
func TestBlueGreen(t *testing.T) {
	figures := figuresOf(t)
	tr, a, first := installedFrom(t, strings.NewReplacer("http://prometheus.monitoring.svc:9090", figures.URL, `"15s"`, `"1s"`, `over: "5m"`, `over: "10s"`).Replace(spec(t, "blue-green")))
	old := a.leadsTo(t)
	bump, second := a.bump(t, "b2")
	a.announced(t, time.Now(), bump, second)
	new := a.leadsTo(t)
	if new == old {
		t.Errorf("after a deploy the Service leads to %s, as before", old)
	}
	if asked := figures.asked.Load(); asked == nil || !strings.Contains(*asked, `pod=~"till-`+new+`-.+"`) {
		t.Errorf("the new version %s was judged by %v", new, asked)
	}
	if now := a.refresh(t, "hard"); !now.good() {
		t.Errorf("the Service as Argo Rollouts has it is a difference:\n%s", now)
	}

	figures.failed.Store(true)
	bad, _ := a.bump(t, "b3")
	tr.notify(t, bad)
	a.wait(t, 2*time.Minute, "taken back", func(s status) bool { return s.Health.Status == "Degraded" })
	if back := a.leadsTo(t); back != new {
		t.Errorf("a version that fails has the Service %s, and the one before is %s", back, new)
	}
	figures.failed.Store(false)
	revert, err := tr.clone.Revert(t.Context(), bad.SHA)
	check(t, err)
	a.announced(t, time.Now(), revert, second)

	revert, err = tr.clone.Revert(t.Context(), bump.SHA)
	check(t, err)
	a.announced(t, time.Now(), revert, first)
	if back := a.leadsTo(t); back != old {
		t.Errorf("after the reverts the Service leads to %s, and the version before has %s", back, old)
	}
}

// figures answers as Prometheus does, with a share of failed requests.
type figures struct {
	*httptest.Server
	failed atomic.Bool
	// asked is the last query.
	asked atomic.Pointer[string]
}

func figuresOf(t *testing.T) *figures {
	f := &figures{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query, share := r.FormValue("query"), "0.001"
		f.asked.Store(&query)
		if f.failed.Load() {
			share = "0.5"
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[%d,%q]}]}}`, time.Now().Unix(), share)
	}))
	t.Cleanup(f.Close)
	return f
}

// leadsTo is the version to which the Service of the Rollout leads, which is the one that is stable.
func (a *application) leadsTo(t *testing.T) string {
	t.Helper()
	const version = "rollouts-pod-template-hash"
	var service struct {
		Spec struct{ Selector map[string]string }
	}
	var rollout struct{ Status struct{ StableRS string } }
	check(t, a.cluster.Get(t.Context(), kube.Named("v1", "Service", a.namespace, a.rollouts[0]), &service))
	check(t, a.cluster.Get(t.Context(), a.rolloutRef(a.rollouts[0]), &rollout))
	if got := service.Spec.Selector[version]; got == "" || got != rollout.Status.StableRS {
		t.Errorf("the Service leads to the version %q, and %q is stable", got, rollout.Status.StableRS)
	}
	return rollout.Status.StableRS
}
