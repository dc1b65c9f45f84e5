package frompipeline

import (
	"strconv"

	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

const scaledObject = "ScaledObject"

// ofScaledObject are the fields of KEDA's object that the draft reads.
var ofScaledObject = known{
	"scaleTargetRef": nil, "minReplicaCount": nil, "maxReplicaCount": nil, "pollingInterval": nil, "cooldownPeriod": nil,
	"triggers[].type": nil, "triggers[].metadata": nil, "triggers[].authenticationRef.name": nil, "triggers[].metricType": {"Utilization"},
	"advanced.horizontalPodAutoscalerConfig.behavior": nil,
}

// keda reads what KEDA asks.
func (d *drafter) keda(s *pipeline.Object, at func(...string) []string) {
	shares(s, func(resource string, n pipeline.Node) {
		if share, err := strconv.Atoi(n.Text()); err == nil {
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
	behaviour := s.Get("spec", "advanced", "horizontalPodAutoscalerConfig", "behavior")
	d.pace(behaviour.Get("scaleUp"), at("behaviour", "up"))
	d.pace(behaviour.Get("scaleDown"), at("behaviour", "down"))
	ofScaledObject.walk(s.Get("spec"), "", func(path string, n pipeline.Node) {
		d.leave(n.At(), d.keeping(s)+", instead of scale", "the field spec.%s%s of %s", path, valueOf(n), s.Label())
	})
}

func (d *drafter) trigger(s *pipeline.Object, t pipeline.Node, out *draft.Field) {
	put := func(n pipeline.Node, path ...string) {
		if n.OK() {
			out.Put(draft.Read(n.Text(), sourceLine(n.At())), path...)
		}
	}
	put(t.Get("type"), "type")
	for name, n := range t.Get("metadata").Pairs() {
		put(n, "metadata", name)
	}
	reference := t.Get("authenticationRef", "name")
	for _, a := range s.Target.Kinds("TriggerAuthentication") {
		if a.Name != reference.Text() {
			continue
		}
		put(a.Get("spec", "podIdentity", "provider"), "authentication", "provider")
		for _, secret := range a.Get("spec", "secretTargetRef").Items() {
			parameter := secret.Get("parameter").Text()
			put(secret.Get("name"), "authentication", "secrets", parameter, "name")
			put(secret.Get("key"), "authentication", "secrets", parameter, "key")
		}
		return
	}
	put(reference, "authentication", "existing")
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
