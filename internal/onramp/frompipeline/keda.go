package frompipeline

import (
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

const scaledObject = "ScaledObject"

// ofScaledObject are the fields of KEDA's object that the draft reads.
var ofScaledObject = known{
	"scaleTargetRef": nil, "minReplicaCount": nil, "maxReplicaCount": nil, "pollingInterval": nil, "cooldownPeriod": nil,
	"triggers[].type": nil, "triggers[].metadata": nil, "triggers[].authenticationRef.name": nil, "triggers[].metricType": {"Utilization"},
	"advanced.horizontalPodAutoscalerConfig.behavior": nil,
	"fallback.replicas": nil, "fallback.failureThreshold": nil, "fallback.behavior": {"static", "currentReplicasIfHigher"},
}

// keda reads what KEDA asks.
func (d *drafter) keda(s *pipeline.Object, at func(...string) []string) {
	shares(s, func(resource string, n pipeline.Node) {
		if share, ok := n.Number(); ok {
			d.add(share, n.At(), at(resource)...)
		}
	})
	for _, f := range []struct{ kubernetes, ours string }{{"pollingInterval", "poll"}, {"cooldownPeriod", "cooldown"}} {
		if n := s.Get("spec", f.kubernetes); n.OK() && n.Text() != "0" {
			d.add(n.Text()+"s", n.At(), at(f.ours)...)
		}
	}
	for _, t := range s.Get("spec", "triggers").Items() {
		if kind := t.Get("type"); kind.Text() != "cpu" && kind.Text() != "memory" {
			d.trigger(s, t, d.tree.Root.Append(at("keda")...))
		}
	}
	if f := s.Get("spec", "fallback"); f.OK() {
		for _, n := range []struct{ keda, ours string }{{"replicas", "replicas"}, {"failureThreshold", "failures"}} {
			if v, ok := f.Get(n.keda).Number(); ok {
				d.add(v, f.Get(n.keda).At(), at("fallback", n.ours)...)
			}
		}
		if how := f.Get("behavior"); how.Text() == "currentReplicasIfHigher" {
			d.add(true, how.At(), at("fallback", "keepMore")...)
		}
	}
	d.paces(s.Get("spec", "advanced", "horizontalPodAutoscalerConfig", "behavior"), at)
	d.lost(s, ofScaledObject, "scale")
}

func (d *drafter) trigger(s *pipeline.Object, t pipeline.Node, out *draft.Field) {
	putText(out, t.Get("type"), "type")
	for name, n := range t.Get("metadata").Pairs() {
		putText(out, n, "metadata", name)
	}
	reference := t.Get("authenticationRef", "name")
	for _, a := range s.Target.Kinds("TriggerAuthentication") {
		if a.Name != reference.Text() {
			continue
		}
		putText(out, a.Get("spec", "podIdentity", "provider"), "authentication", "provider")
		for _, secret := range a.Get("spec", "secretTargetRef").Items() {
			parameter := secret.Get("parameter").Text()
			putText(out, secret.Get("name"), "authentication", "secrets", parameter, "name")
			putText(out, secret.Get("key"), "authentication", "secrets", parameter, "key")
		}
		return
	}
	putText(out, reference, "authentication", "existing")
}

// authenticates reports whether an object says how KEDA may ask what an autoscaler follows, in a way that the draft reads.
func (d *drafter) authenticates(s, o *pipeline.Object) bool {
	if s == nil || o.Kind != "TriggerAuthentication" {
		return false
	}
	for _, t := range s.Get("spec", "triggers").Items() {
		if t.Get("authenticationRef", "name").Text() == o.Name {
			return o.Get("spec", "podIdentity").OK() != o.Get("spec", "secretTargetRef").OK()
		}
	}
	return false
}
