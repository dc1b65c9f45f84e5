package frompipeline

import (
	"cmp"
	"slices"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// placement reads on which nodes the pods of a program run, and as whom.
func (d *drafter) placement(p *program) {
	pod, at := p.last().workload.Pod(), below(p.field("placement")...)
	for name, value := range pod.Get("nodeSelector").Pairs() {
		if everywhere(p, name) {
			d.add(value.Text(), value.At(), at("nodes", name)...)
		}
	}
	d.addText(pod.Get("priorityClassName"), at("priorityClass")...)
	d.addText(pod.Get("runtimeClassName"), at("runtimeClass")...)
	d.tolerations(p, pod.Get("tolerations"), at("tolerations")...)
	for field, how := range togetherness {
		if n := how(pod); n.strict == "require" && d.kind(p).stays() {
			d.add(n.strict, n.at, at(field)...)
		}
	}
	for _, o := range p.last().in.kinds("ServiceAccount") {
		if o.Name != pod.Get("serviceAccountName").Text() {
			continue
		}
		for name, value := range o.Get("metadata", "annotations").Pairs() {
			if name != "email" && name != "argocd.argoproj.io/sync-wave" {
				d.add(value.Text(), value.At(), p.field("serviceAccount", "annotations", name)...)
			}
		}
	}
}

// ofAccount reports whether the draft has an annotation of the account of a program.
func (d *drafter) ofAccount(o *pipeline.Object, key string) bool {
	return o.Kind == "ServiceAccount" && slices.ContainsFunc(d.programs, func(p *program) bool {
		return p.last().workload.Pod().Get("serviceAccountName").Text() == o.Name && d.tree.Root.Has(p.field("serviceAccount", "annotations", key)...)
	})
}

// tolerations reads those that a spec can express: without a time, and for one key.
func (d *drafter) tolerations(p *program, all pipeline.Node, at ...string) {
	var out []map[string]any
	for _, t := range all.Items() {
		if t.Get("tolerationSeconds").OK() || t.Get("key").Text() == "" {
			d.leave(t.At(), d.patching(p), "a toleration for some time, or for every taint")
			continue
		}
		one := map[string]any{}
		for _, field := range []string{"key", "value", "effect"} {
			if text := t.Get(field).Text(); text != "" {
				one[field] = text
			}
		}
		out = append(out, one)
	}
	if len(out) > 0 {
		d.add(out, all.At(), at...)
	}
}

// strictness is how strictly pods are kept from being together, and where that was read.
type strictness struct {
	strict string
	at     pipeline.Place
}

// togetherness reads it, by the fields of a spec.
var togetherness = map[string]func(pod pipeline.Node) strictness{
	"spread": func(pod pipeline.Node) strictness {
		all := pod.Get("topologySpreadConstraints")
		for _, c := range all.Items() {
			if otherwise := c.Get("whenUnsatisfiable"); c.Get("topologyKey").Text() == zone {
				return strictness{map[string]string{"DoNotSchedule": "require"}[otherwise.Text()], otherwise.At()}.or("prefer")
			}
		}
		return strictness{"none", all.At()}
	},
	"apart": func(pod pipeline.Node) strictness {
		apart := pod.Get("affinity", "podAntiAffinity")
		for _, t := range apart.Get("requiredDuringSchedulingIgnoredDuringExecution").Items() {
			if t.Get("topologyKey").Text() == host {
				return strictness{"require", t.At()}
			}
		}
		for _, t := range apart.Get("preferredDuringSchedulingIgnoredDuringExecution").Items() {
			if t.Get("podAffinityTerm", "topologyKey").Text() == host {
				return strictness{"prefer", t.At()}
			}
		}
		return strictness{"none", pod.Get("affinity").At()}
	},
}

const zone, host = "topology.kubernetes.io/zone", "kubernetes.io/hostname"

func (s strictness) or(usual string) strictness {
	s.strict = cmp.Or(s.strict, usual)
	return s
}

// everywhere reports whether the nodes of a program have a label in every environment.
func everywhere(p *program, label string) bool {
	return !slices.ContainsFunc(p.runs, func(r run) bool { return !r.workload.Pod().Get("nodeSelector", label).OK() })
}

// nodesAlone reads the labels of nodes that the last environment has and another one has not.
func (d *drafter) nodesAlone(p *program, at func(...string) []string) {
	for name, value := range p.last().workload.Pod().Get("nodeSelector").Pairs() {
		if !everywhere(p, name) {
			d.add(value.Text(), value.At(), at("placement", "nodes", name)...)
		}
	}
}

// placementUnlike reads where the pods of a program run in an environment, as far as it differs from the last one. What is
// only in the last one cannot be taken away in another.
func (d *drafter) placementUnlike(of *program, p run, at func(...string) []string) {
	mine, last := p.workload.Pod(), of.last().workload.Pod()
	alone := func(field string, n pipeline.Node) {
		d.leave(n.At(), "write it in the other environments instead", "that the environment %s has no %s of %s: an environment adds to what a workload has", p.in.env, field, of.key)
	}
	for name, value := range mine.Get("nodeSelector").Pairs() {
		if value.Text() != last.Get("nodeSelector", name).Text() || !everywhere(of, name) {
			d.add(value.Text(), value.At(), at("placement", "nodes", name)...)
		}
	}
	for kubernetes, ours := range map[string]string{"priorityClassName": "priorityClass", "runtimeClassName": "runtimeClass", "tolerations": "tolerations"} {
		a, b := mine.Get(kubernetes), last.Get(kubernetes)
		switch {
		case scalars(a) == scalars(b):
		case !a.OK() || a.IsList() && len(a.Items()) == 0:
			alone(kubernetes, b)
		case a.IsList():
			d.tolerations(of, a, at("placement", ours)...)
		default:
			d.addText(a, at("placement", ours)...)
		}
	}
	for field, how := range togetherness {
		if here := how(mine); here.strict != how(last).strict && d.kind(of).stays() {
			d.add(here.strict, here.at, at("placement", field)...)
		}
	}
}
