package rules

import (
	"maps"
	"slices"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// selectorsFindPods holds every selector against the rendered labels, and with a spec against
// those of another application's pod that differs in its name alone.
func selectorsFindPods(c *Case) {
	for _, o := range c.overlays {
		for _, s := range selections(o) {
			c.selects(o, s)
		}
		for _, w := range o.Workloads() {
			if w.LongRunning() {
				c.selectsItself(o, w)
			}
		}
		for _, h := range o.Kinds("HorizontalPodAutoscaler") {
			if !slices.ContainsFunc(o.Workloads(), func(w pipeline.Workload) bool { return w.Scaled(h) }) {
				ref := h.Get("spec", "scaleTargetRef")
				c.broken(ref.At(), o.At(), "name the workload", "%s scales %s %s, which is not there", h.Label(), ref.Get("kind").Text(), quoted(ref.Get("name").Text()))
			}
		}
	}
}

// selection is one selector, with how its kind reads it.
type selection struct {
	who string
	// of is the name of the object, which is that of the workload that it is about.
	of string
	pipeline.Node
	hit func(pipeline.Node, pipeline.Labels) bool
}

// selections are those of objects that are about the pods of a workload.
func selections(o *overlay) []selection {
	var out []selection
	for _, s := range o.Kinds("Service") {
		out = append(out, selection{s.Label(), s.Name, s.Get("spec", "selector"), pipeline.Selects})
	}
	for _, kind := range []struct{ name, field string }{{"PodDisruptionBudget", "selector"}, {"NetworkPolicy", "podSelector"}} {
		for _, s := range o.Kinds(kind.name) {
			out = append(out, selection{s.Label(), s.Name, s.Get("spec", kind.field), pipeline.Matches})
		}
	}
	return out
}

const selectByInstance = "select by the label " + instance + " of the pods"

// selects requires that a selector finds the pods of a workload; with a spec, of one and no
// other: its pods would get another's traffic, count for another, or have another's rules.
func (c *Case) selects(o *overlay, s selection) {
	if c.Facts == nil && !s.asks() {
		return
	}
	var found []pipeline.Workload
	for _, w := range o.Workloads() {
		if s.hit(s.Node, w.Labels()) {
			found = append(found, w)
		}
	}
	switch {
	case len(found) == 0:
		other := nowhere
		for _, a := range c.Programs(o.Target) {
			other = labels(a.Workload)
			break
		}
		c.broken(s.At(), other, "write the labels of the pods", "%s selects none of the pods", s.who)
	case c.Facts == nil:
	case s.hit(s.Node, foreign(found[0].Labels())):
		c.broken(s.At(), labels(found[0]), selectByInstance, "%s selects pods of other applications too, in %s", s.who, o.Dir)
	case len(found) > 1:
		c.broken(s.At(), labels(found[1]), selectByInstance, "%s selects the pods of %s and of %s", s.who, found[0].Label(), found[1].Label())
	case s.of != found[0].Name && c.Facts.Workload(s.of) != nil:
		c.broken(s.At(), labels(found[0]), selectByInstance+" "+s.of, "%s selects the pods of %s and not its own", s.who, found[0].Label())
	}
}

// asks reports a selector that asks for some label.
func (s selection) asks() bool {
	for _, pairs := range []pipeline.Node{s.Get("matchLabels"), s.Node} {
		for _, v := range pairs.Pairs() {
			if v.Text() != "" {
				return true
			}
		}
	}
	return false
}

func labels(w pipeline.Workload) pipeline.Place { return w.Template.Get("metadata", "labels").At() }

// selectsItself requires that a workload finds its own pods; with a spec also where it spreads
// them, and that it finds no others.
func (c *Case) selectsItself(o *overlay, w pipeline.Workload) {
	selector := w.Get("spec", "selector")
	own := w.Labels()
	if (c.Facts != nil || selector.Get("matchLabels").OK()) && !pipeline.Matches(selector, own) {
		c.broken(selector.At(), labels(w), "give the pods the labels that the selector asks for", "%s does not select its own pods, and is refused", w.Label())
		return
	}
	if c.Facts == nil || c.Facts.Workload(w.Name) == nil {
		return
	}
	for _, s := range append(spreads(w), selector) {
		switch {
		case !pipeline.Matches(s, own):
			c.broken(s.At(), labels(w), selectByInstance, "%s spreads pods, and none of its own", w.Label())
		case pipeline.Matches(s, foreign(own)):
			c.broken(s.At(), labels(w), selectByInstance, "%s selects pods of other applications too, in %s", w.Label(), o.Dir)
		}
	}
	for _, other := range o.Workloads() {
		if other.Object != w.Object && pipeline.Matches(selector, other.Labels()) {
			c.broken(selector.At(), labels(other), "give the pods of "+other.Label()+" another label", "%s selects the pods of %s too", w.Label(), other.Label())
		}
	}
}

// spreads are the selectors by which a workload keeps its pods apart.
func spreads(w pipeline.Workload) []pipeline.Node {
	var out []pipeline.Node
	for _, s := range w.Pod().Get("topologySpreadConstraints").Items() {
		out = append(out, s.Get("labelSelector"))
	}
	anti := w.Pod().Get("affinity", "podAntiAffinity")
	for _, t := range anti.Get("preferredDuringSchedulingIgnoredDuringExecution").Items() {
		out = append(out, t.Get("podAffinityTerm", "labelSelector"))
	}
	for _, t := range anti.Get("requiredDuringSchedulingIgnoredDuringExecution").Items() {
		out = append(out, t.Get("labelSelector"))
	}
	return out
}

// instance is the label by which the pods of one application differ from another's (K19).
const instance = "app.kubernetes.io/instance"

// foreign are the labels of another application's pod, as like these as can be.
func foreign(l pipeline.Labels) pipeline.Labels {
	out := maps.Clone(l)
	for _, name := range []string{instance, "app.kubernetes.io/name", "app.kubernetes.io/part-of"} {
		out[name] = "another-application"
	}
	return out
}
