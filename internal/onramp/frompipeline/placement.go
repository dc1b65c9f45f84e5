package frompipeline

import (
	"slices"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// placement reads on which nodes the pods of a program run, and as whom.
func (d *drafter) placement(p *program) {
	pod, at := p.last().workload.Pod(), below(p.field("placement")...)
	for name, value := range pod.Get("nodeSelector").Pairs() {
		d.add(value.Text(), value.At(), at("nodes", name)...)
	}
	d.addText(pod.Get("priorityClassName"), at("priorityClass")...)
	d.addText(pod.Get("runtimeClassName"), at("runtimeClass")...)
	d.tolerations(p, pod.Get("tolerations"))
	for _, c := range pod.Get("topologySpreadConstraints").Items() {
		if otherwise := c.Get("whenUnsatisfiable"); c.Get("topologyKey").Text() == "topology.kubernetes.io/zone" && otherwise.Text() == "DoNotSchedule" && d.kind(p).stays() {
			d.add("require", otherwise.At(), at("spread")...)
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
func (d *drafter) tolerations(p *program, all pipeline.Node) {
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
		d.add(out, all.At(), p.field("placement", "tolerations")...)
	}
}
