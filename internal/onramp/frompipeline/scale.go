package frompipeline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// ofScaler are the fields of an autoscaler that the draft reads.
var ofScaler = known{
	"scaleTargetRef": nil, "minReplicas": nil, "maxReplicas": nil,
	"metrics[].type": nil, "metrics[].pods.metric.name": nil, "metrics[].external.metric.name": nil, "metrics[].object.metric.name": nil,
	"metrics[].pods.metric.selector.matchLabels": nil, "metrics[].external.metric.selector.matchLabels": nil, "metrics[].object.metric.selector.matchLabels": nil,
	"metrics[].pods.target": nil, "metrics[].external.target": nil, "metrics[].object.target": nil, "metrics[].object.describedObject": nil,
	"metrics[].resource.name": {"cpu", "memory"}, "metrics[].resource.target.type": {"Utilization"}, "metrics[].resource.target.averageUtilization": nil,
	"behavior.scaleUp.policies": nil, "behavior.scaleUp.stabilizationWindowSeconds": nil, "behavior.scaleUp.selectPolicy": nil,
	"behavior.scaleDown.policies": nil, "behavior.scaleDown.stabilizationWindowSeconds": nil, "behavior.scaleDown.selectPolicy": nil,
	// Of the first release of the API.
	"targetCPUUtilizationPercentage": nil,
}

// withoutMetrics is the share of processor time that Kubernetes follows where an autoscaler names nothing to follow.
const withoutMetrics = 80

// scaler is the autoscaler of a run, nil without one.
func scaler(r run) *pipeline.Object {
	for _, s := range r.workload.Target.Scalers() {
		if r.workload.Scaled(s) {
			return s
		}
	}
	return nil
}

// pods reads how many pods of a program run.
func (d *drafter) pods(p *program) {
	w := p.last().workload
	if s := scaler(p.last()); s != nil {
		d.scale(p, s)
		return
	}
	if n, ok := w.Get("spec", "replicas").Number(); ok {
		d.add(n, w.Get("spec", "replicas").At(), p.field("replicas")...)
	} else {
		d.add(1, w.At(), p.field("replicas")...).Note = fmt.Sprintf("from %s: without replicas, Kubernetes runs one", sourceLine(w.At()))
	}
}

// scale reads an autoscaler.
func (d *drafter) scale(p *program, s *pipeline.Object) {
	at := below(p.field("scale")...)
	d.bounds(s, at)
	if s.Kind == scaledObject {
		d.keda(s, at)
		return
	}
	shares(s, func(resource string, n pipeline.Node) {
		share, _ := n.Number()
		d.add(share, n.At(), at(resource)...)
	})
	for _, m := range s.Get("spec", "metrics").Items() {
		d.metric(m, at("metrics"))
	}
	if len(s.Get("spec", "metrics").Items()) == 0 && !s.Get("spec", "targetCPUUtilizationPercentage").OK() {
		d.add(withoutMetrics, s.At(), at("cpu")...).Note = fmt.Sprintf("from %s: without metrics, Kubernetes follows the processor time at %d %%", sourceLine(s.At()), withoutMetrics)
	}
	d.paces(s.Get("spec", "behavior"), at)
	d.lost(s, ofScaler, "scale")
}

// boundsOf are the fields of an autoscaler with the least and the greatest number of pods.
func boundsOf(s *pipeline.Object) (least, greatest string) {
	if s.Kind == scaledObject {
		return "minReplicaCount", "maxReplicaCount"
	}
	return "minReplicas", "maxReplicas"
}

func (d *drafter) bounds(s *pipeline.Object, at func(...string) []string) {
	least, greatest := boundsOf(s)
	without, who := 1, "Kubernetes runs one"
	if s.Kind == scaledObject {
		without, who = 0, "KEDA runs none"
		if !s.Get("spec", greatest).OK() {
			d.add(100, s.At(), at("max")...).Note = fmt.Sprintf("from %s: without %s, KEDA runs 100 at the most", sourceLine(s.At()), greatest)
		}
	}
	if n := s.Get("spec", least); n.OK() {
		d.add(numberOr(n, without), n.At(), at("min")...)
	} else {
		d.add(without, s.At(), at("min")...).Note = fmt.Sprintf("from %s: without %s, %s at the least", sourceLine(s.At()), least, who)
	}
	if n := s.Get("spec", greatest); n.OK() {
		d.add(numberOr(n, 1), n.At(), at("max")...)
	}
}

func numberOr(n pipeline.Node, otherwise int) int {
	if v, ok := n.Number(); ok {
		return v
	}
	return otherwise
}

// shares visits the shares of resources that an autoscaler follows, by the names that a spec has for them.
func shares(s *pipeline.Object, visit func(string, pipeline.Node)) {
	for _, m := range s.Get("spec", "metrics").Items() {
		if share := m.Get("resource", "target", "averageUtilization"); share.OK() {
			visit(m.Get("resource", "name").Text(), share)
		}
	}
	for _, t := range s.Get("spec", "triggers").Items() {
		if kind := t.Get("type").Text(); kind == "cpu" || kind == "memory" {
			visit(kind, t.Get("metadata", "value"))
		}
	}
	if old := s.Get("spec", "targetCPUUtilizationPercentage"); old.OK() {
		visit("cpu", old)
	}
}

// metric reads one that is of no resource.
func (d *drafter) metric(m pipeline.Node, at []string) {
	for _, of := range []string{"pods", "external", "object"} {
		source := m.Get(of)
		if !source.OK() {
			continue
		}
		out := d.tree.Root.Append(at...)
		putText(out, source.Get("metric", "name"), of)
		if o := source.Get("describedObject"); o.OK() {
			out.Put(draft.Read(o.Get("apiVersion").Text()+"/"+o.Get("kind").Text()+"/"+o.Get("name").Text(), sourceLine(o.At())), "on")
		}
		for name, n := range source.Get("metric", "selector", "matchLabels").Pairs() {
			putText(out, n, "labels", name)
		}
		putText(out, source.Get("target", "averageValue"), "average")
		putText(out, source.Get("target", "value"), "value")
	}
}

func (d *drafter) paces(behaviour pipeline.Node, at func(...string) []string) {
	d.pace(behaviour.Get("scaleUp"), at("behaviour", "up"))
	d.pace(behaviour.Get("scaleDown"), at("behaviour", "down"))
}

// pace reads how fast pods are added or taken away.
func (d *drafter) pace(n pipeline.Node, at []string) {
	field := below(at...)
	if w := n.Get("stabilizationWindowSeconds"); w.OK() {
		d.add(w.Text()+"s", w.At(), field("wait")...)
	}
	if s := n.Get("selectPolicy"); s.OK() {
		d.add(strings.ToLower(s.Text()), s.At(), field("select")...)
	}
	for _, policy := range n.Get("policies").Items() {
		out := d.tree.Root.Append(field("policies")...)
		unit := map[string]string{"Pods": "pods", "Percent": "percent"}[policy.Get("type").Text()]
		if unit != "" {
			out.Put(draft.Read(numberOr(policy.Get("value"), 1), sourceLine(policy.At())), unit)
		}
		out.Put(draft.Read(policy.Get("periodSeconds").Text()+"s", sourceLine(policy.At())), "every")
	}
}

// podsUnlike reads where another number of pods runs in an environment than in the last one.
func (d *drafter) podsUnlike(p, last run, at func(...string) []string) {
	mine, theirs := scaler(p), scaler(last)
	switch {
	case mine == nil && theirs == nil:
		if a, b := p.workload.Get("spec", "replicas"), last.workload.Get("spec", "replicas"); a.Text() != b.Text() {
			if n, ok := a.Number(); ok {
				d.add(n, a.At(), at("replicas")...)
			}
		}
	case theirs == nil:
		d.leave(mine.At(), d.keeping(mine), "the object %s, which the environment %s has alone", mine.Label(), p.in.env)
	case mine == nil:
		n, says := p.workload.Target.LeastPods(p.workload.Object)
		if !says.OK() {
			says = p.workload.Node
		}
		d.add(n, says.At(), at("scale", "min")...)
		d.add(n, says.At(), at("scale", "max")...)
	default:
		least, greatest := boundsOf(mine)
		for _, f := range []struct{ kubernetes, ours string }{{least, "min"}, {greatest, "max"}} {
			if a, b := mine.Get("spec", f.kubernetes), theirs.Get("spec", f.kubernetes); a.OK() && a.Text() != b.Text() {
				d.add(numberOr(a, 1), a.At(), at("scale", f.ours)...)
			}
		}
		others := map[string]string{}
		shares(theirs, func(resource string, n pipeline.Node) { others[resource] = n.Text() })
		shares(mine, func(resource string, n pipeline.Node) {
			if others[resource] != n.Text() {
				d.add(numberOr(n, withoutMetrics), n.At(), at("scale", resource)...)
			}
		})
	}
}

// scales reports whether an object is an autoscaler that the draft has.
func (d *drafter) scales(o *pipeline.Object) bool {
	return slices.ContainsFunc(d.rendered[o.Target], func(r rendered) bool {
		s := scaler(r.run)
		return (o == s || d.authenticates(s, o)) && scaler(r.of.last()) != nil
	})
}
