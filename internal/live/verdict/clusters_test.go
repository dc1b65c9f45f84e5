package verdict_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/livetest"
	"github.com/pipegen/pipegen/internal/live/livetest/delivery"
	"github.com/pipegen/pipegen/internal/live/verdict"
	"github.com/pipegen/pipegen/schema"
)

// TestClusters: a deploy is there once each cluster of the environment has it.
func TestClusters(t *testing.T) {
	const inAmerica = "/api/v1/applications/payments-us"
	w := livetest.New(t)
	p := delivery.Plan(t, func(s *schema.Spec) {
		s.Clusters = []schema.Named[schema.Cluster]{{ID: "eu", Value: schema.Cluster{Name: "eu-prod"}}, {ID: "us", Value: schema.Cluster{Name: "us-prod"}}}
		s.Environments[0].Value.Cluster = ""
		s.Environments[0].Value.Clusters = []schema.Named[schema.Site]{{ID: "eu", Value: schema.Site{Application: "payments-production"}}, {ID: "us", Value: schema.Site{Application: "payments-us"}}}
	})
	judged := func() verdict.Verdict {
		return verdict.Judge(p, gather(t, w, func(to *live.Target, _ *live.Clients) {
			eu := to.Environments[0]
			us := eu
			eu.Site, us.Site, us.Application = "eu", "us", "payments-us"
			to.Environments = []live.Destination{eu, us}
		}))
	}
	results := func(v verdict.Verdict, id string) (out []string) {
		for _, r := range v.All() {
			if r.ID == id {
				out = append(out, string(r.Status)+" in "+r.Where())
			}
		}
		return out
	}
	want := func(v verdict.Verdict, id string, want ...string) {
		t.Helper()
		got := results(v, id)
		if len(got) != len(want) {
			t.Fatalf("%s: %q, want %q", id, got, want)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s: %q, want %q", id, got[i], want[i])
			}
		}
	}

	missing := judged()
	want(missing, "argocd", "kept in production on eu", "unmeasured in production on us")
	want(missing, "synced", "kept in production on eu", "unmeasured in production on us")
	want(missing, "gitops", "kept in production")

	for _, route := range []string{"", "/resource-tree", "/syncwindows", "/resource?resourceName=payments-6d4-a", "/resource?resourceName=payments-6d4-b", "/resource?resourceName=payments-6d4-c"} {
		text, err := json.Marshal(w.Answer(t, "argocd", app+route))
		if err != nil {
			t.Fatal(err)
		}
		var answer any
		if err := json.Unmarshal(text, &answer); err != nil {
			t.Fatal(err)
		}
		w.Set(t, "argocd", inAmerica+route, "", answer)
	}
	there := judged()
	want(there, "argocd", "kept in production on eu", "kept in production on us")
	want(there, "synced", "kept in production on eu", "kept in production on us")
	want(there, "image", "kept in production")
	if there.Broken() {
		t.Errorf("%d results are broken", verdict.Count(there.All(), criteria.Broken))
	}

	w.Set(t, "argocd", inAmerica, "status.health.status", "Degraded")
	want(judged(), "argocd", "kept in production on eu", "broken in production on us")
	if !judged().Broken() {
		t.Error("the environment is there although one of its clusters is Degraded")
	}
}

// TestOwnArgoCDs: where each cluster has an Argo CD of its own, each is asked about its own Application, and what is said of
// one is not said of the other.
func TestOwnArgoCDs(t *testing.T) {
	europe, america := livetest.New(t), livetest.New(t)
	p := delivery.Plan(t, func(s *schema.Spec) {
		s.Clusters = nil
		for _, id := range []string{"eu", "us"} {
			s.Clusters = append(s.Clusters, schema.Named[schema.Cluster]{ID: id, Value: schema.Cluster{ArgoCD: &schema.ClusterArgoCD{Address: "https://argocd." + id + ".example.org"}}})
		}
		e := &s.Environments[0].Value
		e.Cluster, e.Clusters = "", []schema.Named[schema.Site]{{ID: "eu", Value: schema.Site{Application: "payments-production"}}, {ID: "us", Value: schema.Site{Application: "payments-production"}}}
	})
	judged := func(us live.ArgoCD) map[string]string {
		v := verdict.Judge(p, gather(t, europe, func(to *live.Target, c *live.Clients) {
			eu := to.Environments[0]
			us, in := eu, us
			eu.Site, eu.ArgoCD, us.Site, us.ArgoCD = "eu", "eu", "us", "us"
			to.Environments = []live.Destination{eu, us}
			c.ArgoCDs = map[string]live.ArgoCD{"eu": c.ArgoCDs[""], "us": in}
		}))
		out := map[string]string{}
		for _, r := range v.All() {
			out[r.ID+" in "+r.Where()] = string(r.Status) + " " + r.Measured
		}
		return out
	}
	want := func(got map[string]string, id, status string) {
		t.Helper()
		if !strings.HasPrefix(got[id], status) {
			t.Errorf("%s is %q, want %q", id, got[id], status)
		}
	}
	nobody := judged(live.ArgoCD{Missing: "Argo CD of us: log in first"})
	want(nobody, "argocd in production on eu", "kept")
	want(nobody, "argocd in production on us", "unmeasured Argo CD of us: log in first")
	want(nobody, "synced in production on eu", "kept")
	want(nobody, "synced in production on us", "unmeasured Argo CD of us: log in first")

	client := delivery.Clients(america).ArgoCDs[""]
	both := judged(client)
	want(both, "argocd in production on us", "kept")
	america.Set(t, "argocd", app, "status.health.status", "Degraded")
	one := judged(client)
	want(one, "argocd in production on eu", "kept")
	want(one, "argocd in production on us", "broken")
}

// TestFleet: an environment in all clusters with some labels is there once each of them has it, and there are enough.
func TestFleet(t *testing.T) {
	w := livetest.New(t)
	p := delivery.Plan(t, func(s *schema.Spec) {
		s.Clusters = []schema.Named[schema.Cluster]{{ID: "fleet", Value: schema.Cluster{Labels: map[string]string{"tier": "edge"}, AtLeast: 2}}}
		s.Environments[0].Value.Cluster = "fleet"
	})
	const set = "/api/v1/applicationsets/payments-production"
	judged := func(clusters ...string) map[string]string {
		items := []any{}
		for _, name := range clusters {
			items = append(items, map[string]any{"metadata": map[string]any{"name": "payments-production"}, "spec": map[string]any{"destination": map[string]any{"name": name}}})
		}
		w.Set(t, "argocd", "/api/v1/applications", "", map[string]any{"items": items})
		out := map[string]string{}
		for _, r := range verdict.Judge(p, gather(t, w, func(to *live.Target, _ *live.Clients) {
			to.Environments[0].Fleet = &live.Fleet{Set: "payments-production", Mark: "pipegen/applicationset=payments-production", Labels: "tier=edge", AtLeast: 2}
		})).All() {
			out[r.ID+" in "+r.Where()] = string(r.Status) + " " + r.Measured
		}
		return out
	}
	want := func(got map[string]string, results ...string) {
		t.Helper()
		for _, r := range results {
			id, status, _ := strings.Cut(r, ": ")
			if !strings.HasPrefix(got[id], status) {
				t.Errorf("%s is %q, want %q", id, got[id], status)
			}
		}
	}
	want(judged(), "clusters in production: broken none; there is no ApplicationSet payments-production", "argocd in production: unmeasured", "gitops in production: kept")
	w.Set(t, "argocd", set, "", map[string]any{"status": map[string]any{"conditions": []any{map[string]any{"type": "ErrorOccurred", "status": "False"}}}})
	want(judged(), "clusters in production: broken none, where at least 2 must have the labels tier=edge")
	want(judged("Eu.Edge"), "clusters in production: broken Eu.Edge, where at least 2", "argocd in production on Eu.Edge: kept", "synced in production on Eu.Edge: kept")
	want(judged("eu", "us"), "clusters in production: kept eu and us", "argocd in production on eu: kept", "argocd in production on us: kept", "synced in production on us: kept", "image in production: kept")
	w.Set(t, "argocd", app, "status.health.status", "Degraded")
	want(judged("eu", "us"), "clusters in production: kept", "argocd in production on us: broken")
	w.Set(t, "argocd", set, "status.conditions", []any{map[string]any{"type": "ErrorOccurred", "status": "True", "message": "no such project"}})
	want(judged("eu", "us"), "clusters in production: broken eu and us; the ApplicationSet payments-production reports: no such project")
	w.Fault(func(_ string, out http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == set {
			http.Error(out, `{"code": 7, "message": "permission denied"}`, http.StatusForbidden)
		}
		return r.URL.Path == set
	})
	want(judged(), "clusters in production: unmeasured none is shown")
	w.Remove("argocd", app)
	want(judged("eu", "us"), "clusters in production: kept", "argocd in production on us: unmeasured")
	want(judged(), "clusters in production: broken none, where at least 2")
}
