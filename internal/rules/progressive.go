package rules

import (
	"slices"

	"github.com/pipegen/pipegen/internal/pipeline"
)

var progressive = []Rule{
	{
		ID:    "P01",
		Title: "the shares of a canary are whole pods",
		Why:   "Without weights of a route the requests are shared by the number of pods. Of three pods none is a tenth: Argo Rollouts takes one, and a third of the requests meets a version that should have met a tenth.",
		Evidence: []Source{
			{Says: "canary without traffic management", URL: "https://argo-rollouts.readthedocs.io/en/stable/features/canary/"},
		},
		By: Refusal,
	},
	{
		ID:    "P02",
		Title: "the Services and routes that a Rollout moves are there",
		Why:   "A Rollout that names a Service or a route which is not there is refused by its controller and replaces nothing. A route that does not lead to both Services sends no request to the new version, or all of them.",
		Evidence: []Source{
			{Says: "traffic management", URL: "https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/"},
			{Says: "the plugin for Gateways", URL: "https://rollouts-plugin-trafficrouter-gatewayapi.readthedocs.io/en/latest/quick-start/"},
		},
		By:    Proof | Refusal | Import,
		Check: movesWhatIsThere,
	},
	{
		ID:    "P03",
		Title: "a sync leaves alone what Argo Rollouts moves",
		Why:   "Argo Rollouts writes into the selector of a Service which version it leads to, and into a route the weights of a canary. Git has neither. A sync would write them back: the requests would meet both versions, or a new one would be judged by requests that it never got.",
		Evidence: []Source{
			{Says: "diff customization", URL: "https://argo-cd.readthedocs.io/en/stable/user-guide/diffing/"},
			{Says: "RespectIgnoreDifferences", URL: "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/"},
		},
		By:    Proof | Import,
		Check: leavesAlone,
	},
	{
		ID:    "P04",
		Title: "an earlier version comes back without the steps of a canary",
		Why:   "To Argo Rollouts a deploy that is taken back is a new version: it passes all steps again, while every request meets the bad one. Only within rollbackWindow does a version that is kept come back at once.",
		Evidence: []Source{
			{Says: "rollback windows", URL: "https://argo-rollouts.readthedocs.io/en/stable/features/rollback/"},
		},
		By:    Proof | Refusal | Import,
		Check: comesBackAtOnce,
	},
	{
		ID:    "P05",
		Title: "a commit is promoted when the canary before it has ended",
		Why:   "A commit in git says what should run. Whether its canary has gone well shows only when its steps are over: an environment that follows earlier gets what may be taken out again in the one before.",
		By:    Refusal,
	},
	{
		ID:    "P06",
		Title: "an analysis asks by templates that are there, and gives them their arguments",
		Why:   "A Rollout that names an AnalysisTemplate which is not there, or leaves out an argument of one, is refused by its controller: it replaces nothing until somebody looks.",
		Evidence: []Source{
			{Says: "analysis template arguments", URL: "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/"},
		},
		By:    Proof | Import,
		Check: asksByWhatIsThere,
	},
	{
		ID:    "P07",
		Title: "a new version passes no analysis in which every measure is bad or says nothing",
		Why:   "Argo Rollouts lets as many measures be bad, or inconclusive, as the limits say. Where a limit is as large as the number of measures, a new version that nobody has called passes, and so does one that fails each request.",
		Evidence: []Source{
			{Says: "failure and inconclusive limits", URL: "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/"},
		},
		By:    Proof | Import,
		Check: passesNothing,
	},
	{
		ID:    "P08",
		Title: "the old pods of a blue-green stay until the new version has been judged",
		Why:   "When scaleDownDelaySeconds have passed, Argo Rollouts ends the analysis, counts it as good, and takes the old pods away.",
		Evidence: []Source{
			{Says: "post-promotion analysis", URL: "https://argo-rollouts.readthedocs.io/en/stable/features/bluegreen/"},
		},
		By:    Proof | Refusal | Promise | Import,
		Check: staysWhileJudged,
	},
	{
		ID:    "P09",
		Title: "a promotion that waits for requests is judged by those to the version that it promotes",
		Why:   "Right after a deploy the figures of an environment are those of the version before, and where a canary was taken out again they stay so: a bad version would be promoted for what another one did. So Prometheus is asked which images ran in that time as well, and a soak that is too short for it is refused.",
		Evidence: []Source{
			{Says: "kube_pod_container_info, and the image that a pod names", URL: "https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/pod-metrics.md"},
			{Says: "instant queries", URL: "https://prometheus.io/docs/prometheus/latest/querying/api/"},
		},
		By:    Proof | Refusal,
		Check: asksAboutBefore,
	},
}

// rollouts visits each Rollout with a strategy of what is deployed to.
func (c *Case) rollouts(visit func(t *pipeline.Target, w pipeline.Workload, name string, of pipeline.Node)) {
	c.pods(func(t *pipeline.Target, w pipeline.Workload) {
		if name, of := w.Strategy(); name != "" {
			visit(t, w, name, of)
		}
	})
}

// movesWhatIsThere looks for Rollouts whose Services or routes are not there, or lead elsewhere.
func movesWhatIsThere(c *Case) {
	c.rollouts(func(t *pipeline.Target, w pipeline.Workload, name string, of pipeline.Node) {
		stable, fresh := of.Get("stableService"), of.Get("canaryService")
		if name == "blueGreen" {
			stable, fresh = of.Get("activeService"), of.Get("previewService")
		}
		for _, s := range []pipeline.Node{stable, fresh} {
			c.moved(t, w, s)
		}
		if fresh.OK() && fresh.Text() == stable.Text() {
			c.broken(fresh.At(), stable.At(), "name a second Service", "%s has the Service %s for both of its versions", w.Label(), fresh.Text())
		}
		for _, route := range w.Moved() {
			c.leadsToBoth(t, w, route, stable, fresh)
		}
	})
}

// moved requires that a Service which a Rollout moves is there and selects its pods. Without a spec it may be in a tree that
// nobody sees.
func (c *Case) moved(t *pipeline.Target, w pipeline.Workload, name pipeline.Node) {
	service := first(t.Kinds("Service"), func(s *pipeline.Object) bool { return s.Name == name.Text() })
	switch {
	case !name.OK(), service == nil && (c.Facts == nil || w.Added()):
	case service == nil:
		c.broken(name.At(), t.At(), "name a Service of the overlay", "%s moves the Service %s, which is not there", w.Label(), quoted(name.Text()))
	case !pipeline.Selects((*service).Get("spec", "selector"), w.Labels()):
		c.broken((*service).Get("spec", "selector").At(), labels(w), "select the pods", "%s selects none of the pods of %s, which moves it", (*service).Label(), w.Label())
	}
}

// leadsToBoth requires that each rule of a route which a Rollout moves leads to both of its Services.
func (c *Case) leadsToBoth(t *pipeline.Target, w pipeline.Workload, name, stable, fresh pipeline.Node) {
	route := first(t.Kinds("HTTPRoute"), func(o *pipeline.Object) bool { return o.Name == name.Text() })
	if route == nil {
		if c.Facts != nil && !w.Added() {
			c.broken(name.At(), t.At(), "name a route of the overlay", "%s moves the weights of the route %s, which is not there", w.Label(), quoted(name.Text()))
		}
		return
	}
	for _, rule := range (*route).Get("spec", "rules").Items() {
		backends := rule.Get("backendRefs")
		for _, service := range []pipeline.Node{stable, fresh} {
			if !slices.ContainsFunc(backends.Items(), func(b pipeline.Node) bool { return b.Get("name").Text() == service.Text() }) {
				c.broken(backends.At(), service.At(), "add a backend with the Service "+service.Text(), "%s does not lead to the Service %s, and %s moves its weights between two", (*route).Label(), quoted(service.Text()), w.Label())
			}
		}
	}
}

// leavesAlone looks for Applications that would write back what a Rollout moves.
func leavesAlone(c *Case) {
	c.rollouts(func(t *pipeline.Target, w pipeline.Workload, _ string, of pipeline.Node) {
		type moved struct{ kind, name, what string }
		var all []moved
		for _, field := range []string{"stableService", "canaryService", "activeService", "previewService"} {
			if s := of.Get(field); s.OK() {
				all = append(all, moved{"Service", s.Text(), "selector"})
			}
		}
		for _, route := range w.Moved() {
			all = append(all, moved{"HTTPRoute", route.Text(), "weights"})
		}
		for _, a := range c.Applications {
			if !slices.ContainsFunc(pipeline.Sources(a), func(s pipeline.Node) bool { return c.Target(s.Get("path").Text()) == t }) {
				continue
			}
			ignored := a.Get("spec", "ignoreDifferences")
			for _, m := range all {
				if !slices.ContainsFunc(ignored.Items(), func(i pipeline.Node) bool {
					return i.Get("kind").Text() == m.kind && (!i.Get("name").OK() || i.Get("name").Text() == m.name)
				}) {
					c.broken(ignored.At(), w.At(), "add it to ignoreDifferences", "Application %s would write back the %s of %s %s, which %s moves", pipeline.NameOf(a), m.what, m.kind, m.name, w.Label())
				}
			}
			if len(all) > 0 && ignored.OK() && !pipeline.HasOption(a, "RespectIgnoreDifferences=true") {
				c.broken(a.Get("spec", "syncPolicy", "syncOptions").At(), ignored.At(), "add RespectIgnoreDifferences=true", "Application %s does not show what %s moves as a difference, and writes it back with each sync", pipeline.NameOf(a), w.Label())
			}
		}
	})
}

// comesBackAtOnce looks for Rollouts that pass all steps when a deploy is taken back.
func comesBackAtOnce(c *Case) {
	c.rollouts(func(t *pipeline.Target, w pipeline.Workload, _ string, of pipeline.Node) {
		window, kept := w.Get("spec", "rollbackWindow", "revisions"), w.Get("spec", "revisionHistoryLimit")
		if n, ok := window.Number(); !ok || n < 1 {
			c.broken(window.At(), of.At(), "rollbackWindow: {revisions: 10}", "%s passes all steps again when a deploy is taken back", w.Label())
		}
		if n, ok := kept.Number(); ok && n == 0 {
			c.broken(kept.At(), of.At(), "leave it out", "%s keeps no earlier version, and passes all steps again when a deploy is taken back", w.Label())
		}
	})
}
