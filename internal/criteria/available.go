package criteria

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/rules"
	"github.com/pipegen/pipegen/schema"
)

// available promises that most requests succeed over weeks. Nothing can enforce that: Prometheus warns while there is time to
// act.
var available = Kind{
	Kind: plan.Kind{
		Name: "available", Mode: plan.Measured, Rules: []string{"T32", "T33", "T34", "T35"}, Alarm: plan.Prometheus.Available, Asked: plan.Prometheus.AskedBurn, Whole: plan.Prometheus.AskedWhole,
		Reach: plan.Reach{Of: plan.OfWorkloads, Who: "a service that is built here",
			Fits: func(w plan.Workload) bool { return staysHere(w) && w.Kind == plan.ServiceKind }},
		Measure: "alerts of Prometheus, at four speeds at which the requests that may fail are used up",
		Asks:    wants(plan.Warned),
		Check:   availableFits,
		Keeps:   availableKeeps,
		Labels: func(_ plan.Plan, c plan.Criterion) []plan.Label {
			return []plan.Label{{On: plan.ToRollout, Text: fmt.Sprintf("available ≥ %g %%", c.AtLeast), Last: true}}
		},
	},
	Support: []Part{
		Shows(InAlerts, `^spec\.groups\.rules\.alert$`, "an alert, by what is gone and how fast"),
		needs(InAlerts, `^(kind|metadata|spec|resources|labels)\b`, "what Prometheus warns of, and when"),
		needs(InService, `^spec\b`, "the Services by which requests are counted"),
		needs(InPolicies, `^spec\b`, "who may ask for the figures"),
		needs(InDeployment, `^(kind|metadata\.name)\b`, "by what name the pods are counted"),
		source, rendering,
	},
	Proof:     isWarned,
	Promised:  func(c plan.Criterion) string { return fmt.Sprintf("%g %% within %s", c.AtLeast, plan.Days(c.Over)) },
	JudgeEach: availableSoFar,
	Loosened: []Loosening{{
		Code: "promise-loosened", Why: later.Why,
		Says: func(before, after plan.Criterion) string {
			if after.AtLeast >= before.AtLeast {
				return ""
			}
			return fmt.Sprintf("promises %g %% of the requests instead of %g %%", after.AtLeast, before.AtLeast)
		},
	}},
}

// availableKeeps says when somebody hears of it.
func availableKeeps(p plan.Plan, c plan.Criterion) string {
	return ofEach(p, c, func(plan.Workload) string {
		fast := plan.Burns[0]
		return fmt.Sprintf("%.3g %% of the requests of %s may fail, as many as in %s without an answer. Prometheus warns when they go %g, %g or %g times as fast as they may, or just as fast. It notices an outage after %s, and says nothing about fewer than %d requests within %s.",
			c.Spared(), plan.Days(c.Over), schema.Short(c.Budget()), plan.Burns[0].Rate, plan.Burns[1].Rate, plan.Burns[2].Rate, schema.Short(noticed(p, c)), fast.Floor(c), schema.Short(fast.Long(c)))
	})
}

// noticed is how long it takes until an alert comes when every request fails.
func noticed(p plan.Plan, c plan.Criterion) time.Duration {
	scrape := 0
	if p.Prometheus != nil {
		scrape = p.Prometheus.Scrape
	}
	return plan.Burns[0].Notices(c) + time.Duration(scrape)*time.Second
}

// availableSoFar asks Prometheus about all of the time, as far as it keeps figures.
func availableSoFar(c plan.Criterion, d Delivery, e Environment) Outcome {
	return d.figured(c, e, func(f Figure) (bool, string) {
		return f.Value <= c.Spared()/100*(1+1e-9), fmt.Sprintf("%.4g %% of %.0f requests within %s succeeded", 100-100*f.Value, f.Requests, plan.Days(c.Over))
	})
}

// lostNode is how long pods of a node that fails are missed, before Kubernetes starts them elsewhere: 300 s by the toleration
// that each pod gets, and the time after which the node counts as lost.
const lostNode = 350 * time.Second

// threeNines is the promise from which on one pod is not enough.
const threeNines = 99.9

// availableFits refuses promises that nothing could warn of in time, or that one mishap breaks (T32 to T35).
func availableFits(p plan.Plan, c plan.Criterion) diag.List {
	var out diag.List
	no := func(d diag.Diagnostic, format string, args ...any) {
		d.Code, d.Message = diag.Contradiction, fmt.Sprintf(format, args...)
		if !slices.ContainsFunc(out, func(x diag.Diagnostic) bool { return x.Path == d.Path && x.Rule == d.Rule && x.Message == d.Message }) {
			out = append(out, d)
		}
	}
	if !hasPrometheus(p, c, no) {
		return out
	}
	fast := plan.Burns[0]
	if least := plan.Looks * p.Prometheus.Scrape; seconds(fast.Short(c)) < least {
		no(diag.Diagnostic{Rule: "T34", Path: c.At() + ".over", Help: fmt.Sprintf("write at least %dd, or a shorter prometheus.scrape", (least*8640+86399)/86400)}, "of %s the fastest alert looks at %s, and Prometheus asks for figures every %d s: less than %d times in that", plan.Days(c.Over), schema.Short(fast.Short(c)), p.Prometheus.Scrape, plan.Looks)
	}
	if keeps := p.Prometheus.Retention; keeps > 0 && keeps < c.Over {
		no(diag.Diagnostic{Rule: "T34", Path: c.At() + ".over", Help: fmt.Sprintf("write over: %q, or let Prometheus keep them for longer", plan.Days(keeps))}, "criterion %s is about %s, and Prometheus keeps figures for %s: nobody could say whether it was kept", c.ID, plan.Days(c.Over), plan.Days(keeps))
	}
	if gets := float64(c.PerMinute) * fast.Long(c).Minutes(); c.PerMinute > 0 && gets < float64(fast.Floor(c)) {
		no(diag.Diagnostic{Rule: "T33", Path: c.At() + ".perMinute", Help: "promise less, so that fewer requests say something, or over a longer time"}, "of %d requests a minute %.0f come within %s, and with fewer than %d of them two that fail look like an outage: the alert waits for more, and comes too late", c.PerMinute, gets, schema.Short(fast.Long(c)), fast.Floor(c))
	}
	for _, w := range staying(p, c) {
		letsIn(p, w, no)
		for _, e := range p.Running() {
			if w.RunsIn(e.Name) && c.Covers(w.Name, e.Name) {
				outlasts(p, c, w, e, no)
			}
		}
	}
	return out
}

// outlasts: a node that fails, and a bad version, leave a part of what may fail (T35).
func outlasts(p plan.Plan, c plan.Criterion, w plan.Workload, e plan.Environment, no refuse) {
	if gone := lostNode + time.Duration(e.RolloutTime(w))*time.Second; e.Least(w) < 2 && c.AtLeast >= threeNines {
		no(diag.Diagnostic{Rule: "T35", Path: c.At() + ".atLeast", Help: fmt.Sprintf("give %s at least 2 replicas there, promise less than %g %%, or leave the environment out of in", w.Name, threeNines)},
			"%g %% of %s leaves %s, and %s runs one pod of %s: a node that fails takes it away for up to %s", c.AtLeast, plan.Days(c.Over), schema.Short(c.Budget()), e.Where(), w.Name, schema.Short(gone))
	}
	back := p.Demands.By(plan.TakenBack, "", e.Name)
	if back == nil || len(e.Judges(w)) > 0 { // criteria take a bad version out again while few meet it
		return
	}
	if noticed := noticed(p, c); noticed+back.Within >= c.Budget() {
		no(diag.Diagnostic{Rule: "T35", Path: c.At() + ".atLeast", Help: "promise less, take deploys back sooner, or let the criterion errors take a bad version out while few requests meet it"},
			"%g %% of %s leaves %s, and a version that answers nothing is noticed after %s and gone %s later (criterion %s): one bad deploy takes it all", c.AtLeast, plan.Days(c.Over), schema.Short(c.Budget()), schema.Short(noticed), schema.Short(back.Within), back.ID)
	}
}

// The figures and conditions of an alert as pipegen writes them.
var (
	burning  = lazy.Regexp(`ratio_rate(\w+)\{namespace="([^"]*)",workload="([^"]*)"\} > ([0-9.e-]+)`)
	enoughOf = lazy.Regexp(`>= ([0-9]+)\s*$`)
	rangeOf  = lazy.Regexp(`\[(\w+)\]`)
)

// isWarned: in each environment an alert about the workload comes while most of what may fail is left, and the figures by
// which it comes are recorded (T34).
func isWarned(c plan.Criterion, on *rules.Case) {
	for t, a := range programs(c, on) {
		alerts, found := rulesOf(t, a.Name), false
		for _, r := range alerts {
			if r.Get("alert").OK() && r.Get("labels", "criterion").Text() == c.ID {
				found = burnsInTime(c, on, t, a, r, alerts) || found
			}
		}
		if !found {
			on.Unkept("T34", a.At(), t.At(), "keep the alerts", "nobody hears of it while requests to %s fail", a.Label())
		}
	}
}

// rulesOf are the rules of a target about a workload.
func rulesOf(t *pipeline.Target, workload string) []pipeline.Node {
	var out []pipeline.Node
	for _, o := range t.Kinds("PrometheusRule") {
		for _, g := range o.Get("spec", "groups").Items() {
			for _, r := range g.Get("rules").Items() {
				if r.Get("labels", "workload").Text() == workload {
					out = append(out, r)
				}
			}
		}
	}
	return out
}

// burnsInTime reports whether an alert is about shares of failed requests.
func burnsInTime(c plan.Criterion, on *rules.Case, t *pipeline.Target, a rules.Program, r pipeline.Node, all []pipeline.Node) bool {
	expr := r.Get("expr")
	found := burning().FindAllStringSubmatch(expr.Text(), -1)
	for i, f := range found {
		over, _ := time.ParseDuration(f[1])
		limit, err := strconv.ParseFloat(f[4], 64)
		if spent := limit / (c.Spared() / 100) * float64(over) / float64(c.Over); err != nil || i == 0 && spent > 0.1+1e-6 {
			on.Unkept("T34", expr.At(), t.At(), "keep the expression", "an alert about %s comes when %.0f %% of what may fail is gone", a.Label(), spent*100)
		}
		if f[2] != a.Get("metadata", "namespace").Text() || f[3] != a.Name || !recordedFrom(all, f[1], f[2]) {
			on.Unkept("T34", expr.At(), t.At(), "keep the rule that records it", "an alert about %s reads figures that nothing records", a.Label())
		}
	}
	if len(found) > 0 {
		enough := enoughOf().FindStringSubmatch(expr.Text())
		over, _ := time.ParseDuration(found[0][1])
		if n, _ := strconv.Atoi(cmp.Or(strings.Join(enough[min(1, len(enough)):], ""), "0")); n > floorOf(c, over) || n == 0 {
			on.Unkept("T34", expr.At(), t.At(), fmt.Sprintf("end it by: >= %d", floorOf(c, over)), "an alert about %s waits for %d requests", a.Label(), n)
		}
	}
	return len(found) > 0
}

// floorOf is the least number of requests of the alert that looks over some time.
func floorOf(c plan.Criterion, over time.Duration) int {
	for _, b := range plan.Burns {
		if b.Long(c) == over {
			return b.Floor(c)
		}
	}
	return 0
}

// recordedFrom reports whether a rule records the share of failed requests of a namespace over some time.
func recordedFrom(all []pipeline.Node, over, namespace string) bool {
	return slices.ContainsFunc(all, func(r pipeline.Node) bool {
		expr := r.Get("expr").Text()
		ranges := rangeOf().FindAllStringSubmatch(expr, -1)
		return strings.HasSuffix(r.Get("record").Text(), ":ratio_rate"+over) && strings.Count(expr, `namespace="`+namespace+`"`) == len(ranges) &&
			len(ranges) > 0 && !slices.ContainsFunc(ranges, func(x []string) bool { return x[1] != over })
	})
}
