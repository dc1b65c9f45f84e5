package generate

import (
	"fmt"
	"slices"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// statefulFits refuses what pods that keep their names cannot have, and warns of data that is in one of them alone.
func statefulFits(s input) diag.List {
	var out diag.List
	for i, w := range s.workloads {
		if w.Stateful == nil {
			continue
		}
		spec, at := s.Workloads[i].Value, w.Stateful.Path
		no := func(set bool, field, why, help string) {
			if set {
				out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: field, Message: field + " does nothing: " + why, Help: help})
			}
		}
		const oneByOne, leave = "pods that keep their names are replaced one after the other, each in its place", "leave it out"
		no(spec.Rollout.Strategy != "", w.Path+".rollout.strategy", oneByOne, leave)
		no(spec.Rollout.Surge != nil, w.Path+".rollout.surge", oneByOne, leave)
		no(spec.Rollout.Unavailable != nil, w.Path+".rollout.unavailable", oneByOne, leave)
		no(spec.Rollout.Canary != nil, w.Path+".rollout.canary", oneByOne, leave)
		no(spec.Rollout.BlueGreen != nil, w.Path+".rollout.blueGreen", oneByOne, leave)
		no(spec.ProgressDeadline > 0, w.Path+".progressDeadline", "Kubernetes has none for pods that keep their names", leave)
		for _, e := range s.Environments {
			d := e.Value.Difference(w.Name)
			no(!d.Rollout.Empty(), d.At+".rollout", oneByOne, leave)
		}
		none := len(w.Templates()) == 0
		const claims = "no volume has a claim of each pod"
		const give = `leave it out, or write volumes: data: {path: "/data", claim: size: "10Gi"}`
		no(none && spec.Stateful.WhenScaled != "", at+".whenScaled", claims, give)
		no(none && spec.Stateful.WhenDeleted != "", at+".whenDeleted", claims, give)
		out = append(out, eachPortOnce(at+".peers", w)...)
		out = append(out, statefulStands(s, w)...)
	}
	return out
}

// eachPortOnce refuses a port of peers that is there twice, or that probes have.
func eachPortOnce(at string, w plan.Workload) diag.List {
	var out diag.List
	for i, port := range w.Stateful.Peers {
		switch item := schema.Item(at, i); {
		case slices.Contains(w.Stateful.Peers[:i], port):
			out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: item, Message: fmt.Sprintf("%s is %d a second time", item, port), Help: "keep one"})
		case port == w.Probes.Port:
			out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: item, Message: fmt.Sprintf("%s is %d, which is %s.probes.port", item, port, w.Path), Help: "keep one"})
		}
	}
	return out
}

// statefulStands refuses what would lose data or never end, and warns of several pods that know nothing of one another.
func statefulStands(s input, w plan.Workload) diag.List {
	var out diag.List
	at := w.Stateful.Path
	if w.Scale != nil {
		out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "K39", Path: w.Scale.Path,
			Message: fmt.Sprintf("%s: a pod of %s that load brings begins without data, and one that goes takes its own along", w.Scale.Path, w.Name),
			Help:    "write replicas, or leave stateful out"})
	}
	if c := s.demands.By(plan.TakenBack, "", ""); w.Stateful.Ordered && w.External == "" && c != nil {
		out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "K38", Path: at + ".ordered",
			Message: fmt.Sprintf("%s.ordered: a pod that never becomes ready is not replaced by the version that criterion %s promises to bring back, until somebody deletes it", at, c.ID),
			Help:    "leave it out: pods then start together, and are still replaced one after the other"})
	}
	if len(w.Stateful.Peers) > 0 || len(w.Templates()) == 0 {
		return out
	}
	for _, e := range s.Environments {
		here := changed(s, e, w.Name)
		if here.Most(w) < 2 || !w.RunsIn(e.ID) || w.Scale != nil {
			continue
		}
		where := w.Path + ".replicas"
		if d := here.Delta(w.Name); d.Replicas > 1 {
			where = d.Path + ".replicas"
		}
		out = append(out, diag.Diagnostic{Code: diag.Contradiction, Severity: diag.Warning, Rule: "K39", Path: where,
			Message: fmt.Sprintf("each of the %d pods of %s has data of its own, and a request meets any of them: a database that does not replicate by itself answers from one or the other", here.Most(w), w.Name),
			Help:    "write replicas: 1; where the pods copy what they hold, name the ports for it, for example " + `stateful: peers: [4369, 25672]`})
		if where == w.Path+".replicas" {
			break // it is so in each
		}
	}
	return out
}
