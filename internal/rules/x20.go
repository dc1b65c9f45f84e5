package rules

import (
	"maps"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// x20: selectors match the pods of this application and of no other. Asked are the
// rendered labels, and those of another application's pod that differs in its name
// alone.
func provesX20(m *Case) {
	for _, o := range m.overlays {
		w, _, ok := o.app(m)
		if !ok {
			continue
		}
		for _, s := range o.selectors(w) {
			m.selector(o, w, s)
		}
		m.policies(o)
		m.autoscaled(o)
	}
}

// selection is one selector, with how its kind reads it.
type selection struct {
	who string
	pipeline.Node
	hit func(pipeline.Node, pipeline.Labels) bool
	// alone is set where a pod of another workload of this application must not
	// match either: it would get traffic, or count as available.
	alone bool
}

func (o *overlay) selectors(w pipeline.Workload) []selection {
	out := []selection{{w.Label(), w.Get("spec", "selector"), pipeline.Matches, true}}
	for _, s := range o.Kinds("Service") {
		out = append(out, selection{s.Label(), s.Get("spec", "selector"), pipeline.Selects, true})
	}
	for _, s := range o.Kinds("PodDisruptionBudget") {
		out = append(out, selection{s.Label(), s.Get("spec", "selector"), pipeline.Matches, true})
	}
	for _, c := range w.Pod().Get("topologySpreadConstraints").Items() {
		out = append(out, selection{"the spread of " + w.Label(), c.Get("labelSelector"), pipeline.Matches, false})
	}
	anti := w.Pod().Get("affinity", "podAntiAffinity")
	for _, t := range anti.Get("preferredDuringSchedulingIgnoredDuringExecution").Items() {
		out = append(out, selection{"the affinity of " + w.Label(), t.Get("podAffinityTerm", "labelSelector"), pipeline.Matches, false})
	}
	for _, t := range anti.Get("requiredDuringSchedulingIgnoredDuringExecution").Items() {
		out = append(out, selection{"the affinity of " + w.Label(), t.Get("labelSelector"), pipeline.Matches, false})
	}
	return out
}

func (m *Case) selector(o *overlay, w pipeline.Workload, s selection) {
	own := w.Labels()
	const help = "select by the label " + instance + " of the pods"
	at := w.Template.Get("metadata", "labels").At()
	if !s.hit(s.Node, own) {
		m.broken(s.Node.At(), at, help, "%s selects none of the pods of %s in %s", s.who, w.Label(), o.Dir)
		return
	}
	if s.hit(s.Node, foreign(own)) {
		m.broken(s.Node.At(), at, help, "%s selects pods of other applications too, in %s", s.who, o.Dir)
		return
	}
	if !s.alone {
		return
	}
	for _, other := range o.Workloads() {
		if other.Object != w.Object && s.hit(s.Node, other.Labels()) {
			m.broken(s.Node.At(), other.Template.Get("metadata", "labels").At(), "give the pods of "+other.Label()+" another label", "%s selects the pods of %s too", s.who, other.Label())
		}
	}
}

// policies requires that each policy is about a workload of this overlay, and about
// that one alone: one workload's rules are too wide for another.
func (m *Case) policies(o *overlay) {
	for _, np := range o.Kinds("NetworkPolicy") {
		selector := np.Get("spec", "podSelector")
		var about []pipeline.Workload
		for _, w := range o.Workloads() {
			if pipeline.Matches(selector, w.Labels()) {
				about = append(about, w)
			}
		}
		const help = "select by the label " + instance + " of the pods"
		switch {
		case len(about) == 0:
			m.broken(selector.At(), o.At(), help, "%s selects none of the pods of %s", np.Label(), o.Dir)
		case pipeline.Matches(selector, foreign(about[0].Labels())):
			m.broken(selector.At(), about[0].Template.Get("metadata", "labels").At(), help, "%s selects pods of other applications too, in %s", np.Label(), o.Dir)
		case len(about) > 1:
			m.broken(selector.At(), about[1].Template.Get("metadata", "labels").At(), help, "%s selects the pods of %s and of %s", np.Label(), about[0].Label(), about[1].Label())
		}
	}
}

// autoscaled requires that an autoscaler aims at something that is rendered.
func (m *Case) autoscaled(o *overlay) {
	for _, h := range o.Kinds("HorizontalPodAutoscaler") {
		target := h.Get("spec", "scaleTargetRef")
		hit := false
		for _, w := range o.Workloads() {
			hit = hit || w.Kind == target.Get("kind").Text() && w.Name == target.Get("name").Text()
		}
		if !hit {
			m.broken(target.At(), o.At(), "name the workload", "%s scales %s %s, which %s does not render", h.Label(), quoted(target.Get("kind").Text()), quoted(target.Get("name").Text()), o.Dir)
		}
	}
}

// instance is the label that tells one application's pods from another's (K19).
const instance = "app.kubernetes.io/instance"

// foreign are the labels of another application's pod, as like these as can be.
func foreign(l pipeline.Labels) pipeline.Labels {
	out := maps.Clone(l)
	for _, name := range []string{instance, "app.kubernetes.io/name", "app.kubernetes.io/part-of"} {
		out[name] = "another-application"
	}
	return out
}
