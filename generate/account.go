package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

const rbac = "rbac.authorization.k8s.io"

// resourcesOfCluster have no namespace, and no Role gives rights over them.
var resourcesOfCluster = []string{
	"apiservices", "clusterrolebindings", "clusterroles", "customresourcedefinitions", "ingressclasses", "mutatingwebhookconfigurations", "namespaces", "nodes",
	"persistentvolumes", "priorityclasses", "runtimeclasses", "storageclasses", "validatingadmissionpolicies", "validatingwebhookconfigurations",
}

// rightsOf are what the account of a workload may do.
func rightsOf(w schema.Workload) []plan.RoleRule {
	var out []plan.RoleRule
	for i, m := range w.ServiceAccount.May {
		for _, r := range m.ByGroup() {
			out = append(out, plan.RoleRule{Path: schema.Item(w.At+".serviceAccount.may", i), Verbs: r.Verbs, APIGroups: r.APIGroups, Resources: r.Resources, Names: r.Names})
		}
	}
	return out
}

// nameless are verbs whose requests name no object, so that names limit nothing and forbid everything.
var nameless = []string{"create", "deletecollection"}

// rightsFit refuses rights that nobody has: over what is not there, or in another group. Which of the others are too
// many, the rules say.
func rightsFit(s input) diag.List {
	var out diag.List
	for _, w := range s.Workloads {
		report := func(code diag.Code, at, help, format string, args ...any) {
			out = append(out, diag.Diagnostic{Code: code, Path: at, Help: help, Message: at + " " + fmt.Sprintf(format, args...)})
		}
		a, at := w.Value.ServiceAccount, w.Value.At+".serviceAccount"
		switch {
		case len(a.May) == 0:
		case a.Existing != "":
			report(diag.NotApplicable, at+".may", "leave it out, and give the rights where the account is made", "does nothing: somebody else makes the account %s", a.Existing)
		case a.Token:
			report(diag.NotApplicable, at+".token", "leave it out", "does nothing: with may the pods get the token")
		}
		for i, m := range a.May {
			at := schema.Item(at+".may", i)
			for j, resource := range m.Resources {
				if at := schema.Item(at+".resources", j); slices.Contains(m.Resources[:j], resource) {
					report(diag.Duplicate, at, "keep one", "is %s a second time", resource)
				} else {
					resourceFits(w.ID, at, resource, m, report)
				}
			}
			for j, verb := range m.Verbs {
				at := schema.Item(at+".verbs", j)
				switch {
				case slices.Contains(m.Verbs[:j], verb):
					report(diag.Duplicate, at, "keep one", "is %s a second time", verb)
				case len(m.Names) > 0 && slices.Contains(nameless, verb):
					report(diag.NotApplicable, at, "give it an entry of its own, without names", "is %s, which does nothing beside names: such a request names no object", verb)
				}
			}
		}
	}
	return out
}

// resourceFits refuses a resource that is not in the groups of its entry, or belongs to no namespace.
func resourceFits(account, at, resource string, m schema.Right, report func(code diag.Code, at, help, format string, args ...any)) {
	whole, _, _ := strings.Cut(resource, "/")
	groups := schema.GroupsOf(resource)
	switch {
	case resource == "*":
		if m.APIGroups == nil {
			report(diag.MissingField, at, "write apiGroups too, or name the resources", "means every resource, and nothing says of which groups")
		}
	case slices.Contains(resourcesOfCluster, whole):
		report(diag.BadValue, at, "leave it out, and have whoever runs the cluster bind a ClusterRole to the account "+account, "is %s, which belongs to the whole cluster, and the account has rights in its namespace", resource)
	case m.APIGroups == nil && len(groups) == 0:
		help := "write a resource of Kubernetes in the plural, or apiGroups for what others add"
		if meant := diag.Closest(whole, schema.OwnResources()); meant != "" {
			help = fmt.Sprintf("did you mean %q? For what others add to the API write apiGroups too", meant)
		}
		report(diag.UnknownName, at, help, "is %s, and Kubernetes has no such resource", resource)
	case len(groups) > 0 && len(m.APIGroups) > 0 && !slices.ContainsFunc(m.APIGroups, func(g string) bool { return g == "*" || slices.Contains(groups, g) || !schema.OwnGroup(g) }):
		report(diag.Contradiction, at, fmt.Sprintf("write apiGroups: [%q], or leave apiGroups out", groups[0]), "is %s, which Kubernetes has in the group %q, and apiGroups does not name it", resource, groups[0])
	}
}
