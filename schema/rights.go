package schema

import (
	"slices"
	"strings"
)

// Right is what an account may do. APIGroups is nil where Kubernetes says in which they are.
type Right struct {
	Verbs     []string `json:"verbs"`
	Resources []string `json:"resources"`
	APIGroups []string `json:"apiGroups"`
	Names     []string `json:"names"`
}

// resourcesByGroup are the resources of Kubernetes' own that a Role may name. events are in two groups: programs that
// name none mean the first.
var resourcesByGroup = []resourceGroup{
	{"", []string{"bindings", "configmaps", "endpoints", "events", "limitranges", "persistentvolumeclaims", "pods", "podtemplates", "replicationcontrollers", "resourcequotas", "secrets", "serviceaccounts", "services"}},
	{"apps", []string{"controllerrevisions", "daemonsets", "deployments", "replicasets", "statefulsets"}},
	{"authorization.k8s.io", []string{"localsubjectaccessreviews"}},
	{"autoscaling", []string{"horizontalpodautoscalers"}},
	{"batch", []string{"cronjobs", "jobs"}},
	{"coordination.k8s.io", []string{"leases"}},
	{"discovery.k8s.io", []string{"endpointslices"}},
	{"events.k8s.io", []string{"events"}},
	{"networking.k8s.io", []string{"ingresses", "networkpolicies"}},
	{"policy", []string{"poddisruptionbudgets"}},
	{"rbac.authorization.k8s.io", []string{"rolebindings", "roles"}},
	{"resource.k8s.io", []string{"resourceclaims", "resourceclaimtemplates"}},
	{"storage.k8s.io", []string{"csistoragecapacities"}},
}

type resourceGroup struct {
	group     string
	resources []string
}

// GroupsOf are the groups in which Kubernetes has a resource, or the resource of which it is a part.
func GroupsOf(resource string) []string {
	whole, _, _ := strings.Cut(resource, "/")
	var out []string
	for _, g := range resourcesByGroup {
		if slices.Contains(g.resources, whole) {
			out = append(out, g.group)
		}
	}
	return out
}

// ByGroup is the right with its groups: one that names none is one for each group in which Kubernetes has some of its
// resources.
func (r Right) ByGroup() []Right {
	if r.APIGroups != nil {
		return []Right{r}
	}
	var out []Right
	for _, g := range resourcesByGroup {
		in := r
		in.APIGroups, in.Resources = []string{g.group}, nil
		for _, resource := range r.Resources {
			if groups := GroupsOf(resource); len(groups) > 0 && groups[0] == g.group {
				in.Resources = append(in.Resources, resource)
			}
		}
		if len(in.Resources) > 0 {
			out = append(out, in)
		}
	}
	return out
}

// OwnGroup reports a group of Kubernetes' own.
func OwnGroup(group string) bool {
	return slices.ContainsFunc(resourcesByGroup, func(g resourceGroup) bool { return g.group == group })
}

// OwnResources are those of Kubernetes that a Role may name.
func OwnResources() []string {
	var out []string
	for _, g := range resourcesByGroup {
		out = append(out, g.resources...)
	}
	return out
}
