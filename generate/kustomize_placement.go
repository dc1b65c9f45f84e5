package generate

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// placement is where the pods of a workload run. Those of what runs all the time are spread, and what runs to its end does
// so once.
func (r *renderer) placement(w plan.Workload) yamldoc.Values {
	out := r.nodes(w.Path+".placement.", w.Pod.Placement)
	out["restart"], out["grace"], out["affinity"], out["spread"] = yamldoc.Omit, yamldoc.Omit, yamldoc.Omit, yamldoc.Omit
	if !w.Kind.Stays() {
		out["restart"] = yamldoc.Of("Never")
		return out
	}
	out["grace"] = r.unlessUsual(w.Path+".rollout.grace", w.Rollout.Grace, plan.Grace)
	p := w.Pod.Placement
	if p.Apart != plan.Indifferent {
		out["affinity"] = yamldoc.Block(r.fill("kustomize/pod-affinity", yamldoc.Values{"apart": r.apart(w, p.Apart)}))
	}
	if p.Spread != plan.Indifferent {
		out["spread"] = list(r.spread(w, w.Path+".placement.spread", p.Spread))
	}
	return out
}

// nodes are those on which pods may run, and how much they matter there.
func (r *renderer) nodes(at string, p plan.Placement) yamldoc.Values {
	var tolerations []yamldoc.Doc
	for _, t := range p.Tolerations {
		operator := "Exists"
		if t.Value != "" {
			operator = "Equal"
		}
		tolerations = append(tolerations, r.fill("kustomize/toleration", yamldoc.Values{
			"key": r.own(t.Path+".key", t.Key), "operator": yamldoc.Of(operator), "value": r.optional(t.Path+".value", t.Value), "effect": r.optional(t.Path+".effect", t.Effect),
		}))
	}
	return yamldoc.Values{
		"nodes": r.variables(at+"nodes", p.Nodes), "tolerations": list(tolerations...),
		"priorityClass": r.optional(at+"priorityClass", p.PriorityClass), "runtimeClass": r.optional(at+"runtimeClass", p.RuntimeClass),
	}
}

// apart keeps pods on nodes of their own.
func (r *renderer) apart(w plan.Workload, how plan.Strictness) yamldoc.Value {
	if how == plan.Required {
		return yamldoc.Block(r.fill("kustomize/pod-apart-required", yamldoc.Values{"name": r.name(w), "versions": versionLabel(w)}))
	}
	return yamldoc.Block(r.fill("kustomize/pod-apart", yamldoc.Values{"name": r.name(w)}))
}

// versionLabel is the label in which the pods of two versions differ.
func versionLabel(w plan.Workload) yamldoc.Value {
	if w.Rollout.Progressive() {
		return yamldoc.Of([]string{"rollouts-pod-template-hash"})
	}
	return yamldoc.Of([]string{"pod-template-hash"})
}

// spread spreads pods over zones.
func (r *renderer) spread(w plan.Workload, at string, how plan.Strictness) yamldoc.Doc {
	otherwise := yamldoc.Of("ScheduleAnyway")
	if how == plan.Required {
		otherwise = r.own(at, "DoNotSchedule")
	}
	// Pods that are replaced in their places have one version at a time.
	versions := versionLabel(w)
	if w.Stateful != nil {
		versions = yamldoc.Omit
	}
	return r.fill("kustomize/pod-spread", yamldoc.Values{"name": r.name(w), "otherwise": otherwise, "versions": versions})
}

// patchPlacement is where the pods of a workload run in an environment, as far as it differs.
func (r *renderer) patchPlacement(w plan.Workload, d plan.Delta) yamldoc.Values {
	p, at := plan.Placement{}, d.Path+".placement."
	if d.Placement != nil {
		p = *d.Placement
	}
	out := r.nodes(at, p)
	out["affinity"], out["spread"] = yamldoc.Omit, yamldoc.Omit
	switch p.Apart {
	case "":
	case plan.Indifferent:
		out["affinity"] = r.own(at+"apart", nil)
	default:
		out["affinity"] = yamldoc.Block(r.fill("kustomize/overlay-affinity", yamldoc.Values{"apart": r.apart(w, p.Apart)}))
	}
	switch p.Spread {
	case "":
	case plan.Indifferent:
		out["spread"] = r.own(at+"spread", nil)
	default:
		out["spread"] = list(r.fill("kustomize/overlay-spread", nil), r.spread(w, at+"spread", p.Spread))
	}
	return out
}

// names are how the pods of a workload find others by name.
func (r *renderer) names(w plan.Workload) yamldoc.Values {
	var aliases, options []yamldoc.Doc
	for _, address := range sorted(w.Pod.HostAliases) {
		at := schema.Join(w.Path+".hostAliases", address)
		aliases = append(aliases, r.fill("kustomize/host-alias", yamldoc.Values{"address": r.own(at, address), "names": r.texts(at, w.Pod.HostAliases[address])}))
	}
	out := yamldoc.Values{"hostAliases": list(aliases...), "dns": yamldoc.Omit}
	d, at := w.Pod.DNS, w.Path+".dns."
	if !d.Configured() {
		return out
	}
	for _, name := range sorted(d.Options) {
		options = append(options, r.fill("kustomize/dns-option", yamldoc.Values{"name": yamldoc.Of(name), "value": r.own(schema.Join(at+"options", name), d.Options[name])}))
	}
	out["dns"] = yamldoc.Block(r.fill("kustomize/dns", yamldoc.Values{
		"nameservers": r.texts(at+"nameservers", d.Nameservers), "searches": r.texts(at+"searches", d.Searches), "options": list(options...),
	}))
	return out
}

// texts is a list of texts, or nothing.
func (r *renderer) texts(at string, values []string) yamldoc.Value {
	if len(values) == 0 {
		return yamldoc.Omit
	}
	return r.own(at, values)
}

// account is the one of the pods of a workload. One that somebody else makes says nothing of the registry.
func (r *renderer) account(w plan.Workload) yamldoc.Values {
	a, at := w.Pod.Account, w.Path+".serviceAccount."
	out := yamldoc.Values{"account": r.name(w), "token": yamldoc.Of(false), "pullSecrets": yamldoc.Omit}
	if a.Existing != "" {
		out["account"], out["pullSecrets"] = r.own(at+"existing", a.Existing), r.pullSecrets(w)
	}
	switch {
	case a.Token:
		out["token"] = r.own(at+"token", true)
	case a.Asks():
		out["token"] = r.own(at+"may", true)
	}
	return out
}

// marks are the labels and annotations of the pods of a workload.
func (r *renderer) marks(w plan.Workload) yamldoc.Values {
	labels := yamldoc.Map{{Key: instance, Value: r.name(w)}}
	for _, l := range slices.Concat(r.entries(w.Path+".labels", w.Pod.Labels), r.entries(w.Path+".selector", w.Pod.Selector)) {
		if !slices.ContainsFunc(labels, func(x yamldoc.Entry) bool { return x.Key == l.Key }) && !strings.HasPrefix(l.Key, recommended) {
			labels = append(labels, l)
		}
	}
	return yamldoc.Values{
		"labels":         yamldoc.Of(labels),
		"podAnnotations": r.variables(w.Path+".annotations", w.Pod.Annotations),
	}
}
