package generate

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// podOf is what a spec says of the pods of a workload, beside their containers.
func podOf(w schema.Workload) plan.Pod {
	p, a := placementOf(w.Placement, w.At), w.ServiceAccount
	p.Spread, p.Apart = cmp.Or(p.Spread, plan.Preferred), cmp.Or(p.Apart, plan.Preferred)
	return plan.Pod{
		Placement: p,
		Account:   plan.Account{Annotations: a.Annotations, Existing: a.Existing, Token: a.Token, May: rightsOf(w)},
		Labels:    w.Labels, Annotations: w.Annotations, Selector: w.Selector, HostAliases: w.HostAliases,
		DNS: plan.DNS{Nameservers: w.DNS.Nameservers, Searches: w.DNS.Searches, Options: w.DNS.Options},
	}
}

// placementOf is where pods run, with what the spec says at a place.
func placementOf(p schema.Placement, at string) plan.Placement {
	out := plan.Placement{Nodes: p.Nodes, PriorityClass: p.PriorityClass, RuntimeClass: p.RuntimeClass, Spread: plan.Strictness(p.Spread), Apart: plan.Strictness(p.Apart)}
	for i, t := range p.Tolerations {
		out.Tolerations = append(out.Tolerations, plan.Toleration{Path: schema.Item(at+".placement.tolerations", i), Key: t.Key, Value: t.Value, Effect: t.Effect})
	}
	return out
}

// existingOf are the objects that must exist for a workload: those that its author names, and those that its pods refer to
// in some environment.
func existingOf(s input, id string, w schema.Workload) []string {
	type object struct{ kind, name string }
	out := slices.Clone(w.Existing)
	all := []object{{"PriorityClass", w.Placement.PriorityClass}, {"RuntimeClass", w.Placement.RuntimeClass}, {"ServiceAccount", w.ServiceAccount.Existing}}
	for _, e := range s.Environments {
		for _, d := range e.Value.Differing(id) {
			if p := d.Placement; p != nil {
				all = append(all, object{"PriorityClass", p.PriorityClass}, object{"RuntimeClass", p.RuntimeClass})
			}
		}
	}
	for _, o := range all {
		if reference := o.kind + "/" + o.name; o.name != "" && !strings.HasPrefix(reference, "PriorityClass/system-") && !slices.Contains(out, reference) {
			out = append(out, reference)
		}
	}
	return out
}

// ofTools are the beginnings of annotations and labels that a tool obeys, or writes itself, with what it does.
var ofTools = []struct{ prefix, whose string }{
	{"argocd.argoproj.io/", "Argo CD obeys it"},
	{"kubectl.kubernetes.io/", "kubectl writes it"},
	{"deployment.kubernetes.io/", "Kubernetes writes it"},
	{"app.kubernetes.io/", "the objects of a workload are known by it"},
	{"pipegen/", "pipegen writes it"},
	{"container.apparmor.security.beta.kubernetes.io/", "it takes the protection of a container away"},
	{"seccomp.security.alpha.kubernetes.io/", "it takes the protection of a container away"},
}

// ofObjects are labels and annotations that the objects of every workload have.
var ofObjects = []string{"owner", "email", "pod-template-hash", "controller-revision-hash"}

// podsFit refuses what others write or obey, and settings of pods that do nothing.
func podsFit(s input) diag.List {
	var out diag.List
	report := func(code diag.Code, at, help, format string, args ...any) {
		out = append(out, diag.Diagnostic{Code: code, Path: at, Help: help, Message: at + " " + fmt.Sprintf(format, args...)})
	}
	for _, w := range s.Workloads {
		v := w.Value
		out = append(out, selectorFits(w)...)
		for _, m := range []struct {
			at     string
			values map[string]string
		}{{v.At + ".labels", v.Labels}, {v.At + ".annotations", v.Annotations}, {v.At + ".serviceAccount.annotations", v.ServiceAccount.Annotations}} {
			for _, key := range sorted(m.values) {
				i := slices.IndexFunc(ofTools, func(t struct{ prefix, whose string }) bool { return strings.HasPrefix(key, t.prefix) })
				if i >= 0 {
					report(diag.Reserved, schema.Join(m.at, key), "leave it out", "is not yours to set: %s", ofTools[i].whose)
				} else if slices.Contains(ofObjects, key) {
					report(diag.Reserved, schema.Join(m.at, key), "take another name", "is not yours to set: all objects of a workload have it")
				}
			}
		}
		for _, placed := range placements(s, w) {
			for _, f := range []struct{ field, value string }{{".spread", placed.Value.Spread}, {".apart", placed.Value.Apart}} {
				if f.value != "" && !kindOf(v).Stays() {
					report(diag.NotApplicable, placed.ID+".placement"+f.field, "leave it out", "does nothing: %s runs to its end, in one pod", w.ID)
				}
			}
		}
		if a := v.ServiceAccount; a.Existing != "" && len(a.Annotations) > 0 {
			report(diag.NotApplicable, v.At+".serviceAccount.annotations", "leave it out, and annotate the account where it is made", "does nothing: somebody else makes the account %s", a.Existing)
		}
		for _, address := range sorted(v.HostAliases) {
			if _, err := netip.ParseAddr(address); err != nil {
				report(diag.BadName, schema.Join(v.At+".hostAliases", address), "", "is no address")
			}
		}
		for i, address := range v.DNS.Nameservers {
			if _, err := netip.ParseAddr(address); err != nil {
				report(diag.BadValue, schema.Item(v.At+".dns.nameservers", i), "", "is %q, which is no address", address)
			}
		}
		if len(v.DNS.Nameservers) > 3 {
			report(diag.BadValue, schema.Item(v.At+".dns.nameservers", 3), "leave it out", "is the fourth server, and Kubernetes takes three, those of the cluster among them")
		}
	}
	return out
}

// placements are where a spec says where the pods of a workload run, by their places.
func placements(s input, w schema.Named[schema.Workload]) []schema.Named[schema.Placement] {
	out := []schema.Named[schema.Placement]{{ID: w.Value.At, Value: w.Value.Placement}}
	for _, e := range s.Environments {
		for _, d := range e.Value.Differing(w.ID) {
			if d.Placement != nil {
				out = append(out, schema.Named[schema.Placement]{ID: d.At, Value: *d.Placement})
			}
		}
	}
	return out
}
