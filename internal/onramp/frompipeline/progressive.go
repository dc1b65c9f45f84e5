package frompipeline

import (
	"slices"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/schema"
)

// ofRollout are the fields of a Rollout of Argo Rollouts that the draft covers. Its steps are read one by one.
var ofRollout = known{
	"replicas": nil, "selector": nil, "progressDeadlineSeconds": nil, "progressDeadlineAbort": {"true"}, "template": nil,
	"minReadySeconds": nil, "revisionHistoryLimit": nil, "rollbackWindow": nil,
	"strategy.canary.maxSurge": nil, "strategy.canary.maxUnavailable": nil, "strategy.canary.steps": nil,
	"strategy.canary.stableService": nil, "strategy.canary.canaryService": nil, "strategy.canary.trafficRouting.plugins.argoproj-labs/gatewayAPI.httpRoute": nil,
	"strategy.blueGreen.activeService": nil, "strategy.blueGreen.previewService": nil, "strategy.blueGreen.autoPromotionEnabled": {"true"}, "strategy.blueGreen.scaleDownDelaySeconds": nil,
}

// ofMoved is what an Application leaves alone because Argo Rollouts writes it.
var ofMoved = known{
	"group": {"", "gateway.networking.k8s.io"}, "kind": {"Service", "HTTPRoute"}, "name": nil,
	"jqPathExpressions[]": {`.spec.selector["rollouts-pod-template-hash"]`, ".spec.rules[].backendRefs[].weight"},
}

// progressive reads how Argo Rollouts replaces the pods of a program.
func (d *drafter) progressive(p *program) {
	w, at := p.last().workload, below(p.field("rollout")...)
	name, of := w.Strategy()
	switch name {
	case "blueGreen":
		if n, ok := of.Get("scaleDownDelaySeconds").Number(); ok && n != 30 {
			d.add(schema.Short(time.Duration(n)*time.Second), of.Get("scaleDownDelaySeconds").At(), at("blueGreen", "keep")...)
		} else {
			d.add(struct{}{}, of.At(), at("blueGreen")...)
		}
	case "canary":
		d.shares(p, w, of.Get("steps"), at("canary", "steps"))
		if moved := w.Moved(); len(moved) > 0 {
			d.add("route", moved[0].At(), at("canary", "traffic")...)
		}
	}
}

// shares reads those of a canary, each with how long it lasts. What else is among them is left.
func (d *drafter) shares(p *program, w pipeline.Workload, steps pipeline.Node, at []string) {
	all := steps.Items()
	for i := 0; i < len(all); i++ {
		weight := all[i].Get("setWeight")
		share, shared := weight.Number()
		var hold pipeline.Node
		var held time.Duration
		if i+1 < len(all) {
			hold, held = holdOf(all[i+1])
		}
		if !shared || share < 1 || share > 99 || held < time.Second {
			switch {
			case all[i].Get("analysis").OK():
				d.leave(all[i].At(), askFor, "an analysis among the steps of the canary of %s, which no criterion gives", w.Label())
			case !shared || share < 100: // all of the requests are what comes after the last step
				d.leave(all[i].At(), "write a share and how long it lasts: {weight: 10, hold: \"5m\"}", "a step of the canary of %s, which is no share with a time", w.Label())
			}
			continue
		}
		out := d.tree.Root.Append(at...)
		out.Put(draft.Read(share, sourceLine(weight.At())), "weight")
		out.Put(draft.Read(schema.Short(held), sourceLine(hold.At())), "hold")
		i++
	}
	if i := slices.IndexFunc(all, func(s pipeline.Node) bool { _, lasts := watched(s.Get("analysis")); return lasts > 0 }); i >= 0 && !judgedAlone(w) {
		d.leave(all[i].At(), askFor, "what the canary of %s is measured by: no criterion gives these AnalysisTemplates", w.Label())
	}
	if !d.tree.Root.Has(at...) {
		d.leave(steps.At(), d.patching(p), "the canary of %s, whose steps say no share", w.Label())
	}
}

// holdOf is how long a step of a canary lasts, and where it says so: it is a pause, or an analysis that pipegen has written.
func holdOf(step pipeline.Node) (pipeline.Node, time.Duration) {
	if a := step.Get("analysis"); a.OK() {
		return watched(a)
	}
	n := step.Get("pause", "duration")
	if s, ok := n.Number(); ok {
		return n, time.Duration(s) * time.Second
	}
	held, _ := time.ParseDuration(n.Text())
	return n, held
}

// holds are the steps of a canary, without what measures the new version while they last.
func holds(steps pipeline.Node) string {
	var out []string
	for _, s := range steps.Items() {
		if _, hold := holdOf(s); hold > 0 {
			out = append(out, hold.String())
		} else {
			out = append(out, scalars(s))
		}
	}
	return strings.Join(out, " ")
}

// sharesIn reads the steps of a canary in an environment, where they are not those of the last one.
func (d *drafter) sharesIn(of *program, p run, at func(...string) []string) {
	name, mine := p.workload.Strategy()
	_, last := of.last().workload.Strategy()
	if name != "canary" {
		return
	}
	if steps := mine.Get("steps"); holds(steps) != holds(last.Get("steps")) {
		d.shares(of, p.workload, steps, at("rollout", "steps"))
	}
	for _, f := range []struct{ kubernetes, ours string }{{"maxSurge", "surge"}, {"maxUnavailable", "unavailable"}} {
		n, ok := mine.Get(f.kubernetes).Number()
		if theirs, _ := last.Get(f.kubernetes).Number(); ok && n != theirs && len(p.workload.Moved()) == 0 {
			d.add(n, mine.Get(f.kubernetes).At(), at("rollout", f.ours)...)
		}
	}
}

// secondOf is the name of the Service that leads to the new version of what a Rollout runs, "" for none.
func secondOf(w pipeline.Workload) string {
	_, of := w.Strategy()
	if name := of.Get("canaryService").Text(); name != "" {
		return name
	}
	return of.Get("previewService").Text()
}

// leadsToNew reports a Service that leads to the new version of a program alone.
func (d *drafter) leadsToNew(o *pipeline.Object) bool {
	return o.Kind == "Service" && slices.ContainsFunc(d.rendered[o.Target], func(r rendered) bool { return secondOf(r.run.workload) == o.Name })
}
