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
	p, a := w.Placement, w.ServiceAccount
	out := plan.Pod{
		Placement: plan.Placement{
			Nodes: p.Nodes, PriorityClass: p.PriorityClass, RuntimeClass: p.RuntimeClass,
			Spread: plan.Strictness(cmp.Or(p.Spread, string(plan.Preferred))), Apart: plan.Strictness(cmp.Or(p.Apart, string(plan.Preferred))),
		},
		Account: plan.Account{Annotations: a.Annotations, Existing: a.Existing, Token: a.Token, May: rightsOf(w)},
		Labels:  w.Labels, Annotations: w.Annotations, HostAliases: w.HostAliases,
		DNS: plan.DNS{Nameservers: w.DNS.Nameservers, Searches: w.DNS.Searches, Options: w.DNS.Options},
	}
	for i, t := range p.Tolerations {
		out.Placement.Tolerations = append(out.Placement.Tolerations, plan.Toleration{Path: schema.Item(w.At+".placement.tolerations", i), Key: t.Key, Value: t.Value, Effect: t.Effect})
	}
	return out
}

// existingOf are the objects that must exist for a workload: those that its author names, and those that its pods refer to.
func existingOf(w schema.Workload) []string {
	out := slices.Clone(w.Existing)
	for _, o := range []struct{ kind, name string }{
		{"PriorityClass", w.Placement.PriorityClass}, {"RuntimeClass", w.Placement.RuntimeClass}, {"ServiceAccount", w.ServiceAccount.Existing},
	} {
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
		p := v.Placement
		for _, f := range []struct{ field, value string }{{".spread", p.Spread}, {".apart", p.Apart}} {
			if f.value != "" && !kindOf(v).Stays() {
				report(diag.NotApplicable, v.At+".placement"+f.field, "leave it out", "does nothing: %s runs to its end, in one pod", w.ID)
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
