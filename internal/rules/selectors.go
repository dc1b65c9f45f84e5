package rules

import (
	"cmp"
	"maps"
	"slices"
	"strings"

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
		for _, h := range o.Scalers() {
			ref := h.Get("spec", "scaleTargetRef")
			kind := cmp.Or(ref.Get("kind").Text(), "Deployment")
			existing := c.Facts != nil && c.Facts.exists(kind, ref.Get("name").Text())
			if !existing && !slices.ContainsFunc(o.Objects, func(obj *pipeline.Object) bool { return obj.Scaled(h) }) {
				c.broken(ref.At(), o.At(), "name the workload", "%s scales %s %s, which is not there", h.Label(), kind, quoted(ref.Get("name").Text()))
			}
		}
	}
}

// selection is the selector of an object, with how its kind reads it.
type selection struct {
	*pipeline.Object
	selector pipeline.Node
	hit      func(pipeline.Node, pipeline.Labels) bool
}

// selections are those of objects that are about the pods of a workload.
func selections(o *overlay) []selection {
	var out []selection
	for _, s := range o.Kinds("Service") {
		out = append(out, selection{s, s.Get("spec", "selector"), pipeline.Selects})
	}
	for _, kind := range []struct{ name, field string }{{"PodDisruptionBudget", "selector"}, {"NetworkPolicy", "podSelector"}} {
		for _, s := range o.Kinds(kind.name) {
			out = append(out, selection{s, s.Get("spec", kind.field), pipeline.Matches})
		}
	}
	return out
}

const selectByInstance = "select by the label " + instance + " of the pods"

// byOwnLabel is what to write to select the pods of a workload alone.
func byOwnLabel(w pipeline.Workload) string {
	if w.Added() {
		return "select by a label that only the pods of " + w.Label() + " have, such as app: " + w.Name
	}
	return selectByInstance
}

// selects requires that a selector finds the pods of a workload; with a spec, of one and no
// other: its pods would get another's traffic, count for another, or have another's rules.
// What the author adds may be for several of the workloads here.
func (c *Case) selects(o *overlay, s selection) {
	if c.Facts == nil && (!s.asks() || len(o.Kinds("Experiment")) > 0) { // the pods of an Experiment are in no workload
		return
	}
	added := c.Facts != nil && s.Added()
	if added && s.Kind == "Service" && !s.selector.OK() { // for what lies outside of the cluster, or has its addresses beside it
		return
	}
	if c.Facts == nil && !slices.ContainsFunc(o.Workloads(), func(w pipeline.Workload) bool { return sameNamespace(s.Object, w.Object) }) {
		return // its pods come from elsewhere
	}
	var found []pipeline.Workload
	for _, w := range o.Workloads() {
		if s.hit(s.selector, w.Labels()) {
			found = append(found, w)
		}
	}
	switch at := s.selector.At(); {
	case len(found) == 0:
		other := nowhere
		for _, a := range c.Programs(o.Target) {
			other = labels(a.Workload)
			break
		}
		c.broken(at, other, "write the labels of the pods", "%s selects none of the pods", s.Label())
	case c.Facts == nil:
	case added && s.Kind == "NetworkPolicy" && o.env != nil && !o.env.Shared: // it may be for whatever is in the namespace
	case s.hit(s.selector, stranger(found[0])):
		c.broken(at, labels(found[0]), byOwnLabel(found[0]), "%s selects pods of other applications too, in %s", s.Label(), o.Dir)
	case len(found) > 1 && (added || anyClaimed(found)):
	case len(found) > 1:
		c.broken(at, labels(found[1]), byOwnLabel(found[0]), "%s selects the pods of %s and of %s", s.Label(), found[0].Label(), found[1].Label())
	case s.Name != found[0].Name && c.Facts.Workload(s.Name) != nil:
		c.broken(at, labels(found[0]), selectByInstance+" "+s.Name, "%s selects the pods of %s and not its own", s.Label(), found[0].Label())
	}
}

// anyClaimed reports workloads of which one takes the pods of another for its own, which is said of that one.
func anyClaimed(all []pipeline.Workload) bool {
	return slices.ContainsFunc(all, func(w pipeline.Workload) bool { return claimed(all, w) })
}

// claimed reports a workload whose pods another one takes for its own.
func claimed(all []pipeline.Workload, w pipeline.Workload) bool {
	return slices.ContainsFunc(all, func(other pipeline.Workload) bool {
		return other.LongRunning() && other.Object != w.Object && pipeline.Matches(other.Get("spec", "selector"), w.Labels())
	})
}

// asks reports a selector that asks for some label.
func (s selection) asks() bool {
	for _, pairs := range []pipeline.Node{s.selector.Get("matchLabels"), s.selector} {
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
	if c.Facts == nil {
		return
	}
	if c.Facts.Workload(w.Name) != nil {
		for _, s := range append(spreads(w), selector) {
			switch {
			case !pipeline.Matches(s, own):
				c.broken(s.At(), labels(w), selectByInstance, "%s spreads pods, and none of its own", w.Label())
			case pipeline.Matches(s, stranger(w)):
				c.broken(s.At(), labels(w), selectByInstance, "%s selects pods of other applications too, in %s", w.Label(), o.Dir)
			}
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

// keptBySelector reports a label that the spec takes over from what ran before.
func keptBySelector(at pipeline.Place) bool {
	return at.Known() && strings.Contains(at.File.Origin(at.Line), ".selector")
}

// sharedLabels are those that pods of many applications have in common.
var sharedLabels = []string{
	"app.kubernetes.io/component", "app.kubernetes.io/managed-by", "app.kubernetes.io/version", "component", "env", "environment", "managed-by", "tier", "version",
}

// stranger is foreign for the pods of any workload: a person may call those of his own by any label, and may give those of
// others one.
func stranger(w pipeline.Workload) pipeline.Labels {
	out := foreign(w.Labels())
	for name := range out {
		at := w.Template.Get("metadata", "labels", name).At()
		own := w.Added() || at.Custom() || keptBySelector(at)
		if own && !slices.Contains(sharedLabels, name) {
			out[name] = "another-application"
		}
	}
	return out
}
