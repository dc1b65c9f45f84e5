package verdict_test

import (
	"encoding/json"
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
