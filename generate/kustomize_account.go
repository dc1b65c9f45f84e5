package generate

import (
	"slices"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// role is what the account of a workload may do in its namespace, and what gives it to it.
func (r *renderer) role(w plan.Workload) []baseFile {
	var rules []yamldoc.Doc
	for _, m := range w.Pod.Account.May {
		rules = append(rules, r.fill("kustomize/role-rule", yamldoc.Values{
			"groups": r.own(m.Path+".apiGroups", m.APIGroups), "resources": r.own(m.Path+".resources", m.Resources),
			"names": r.texts(m.Path+".names", m.Names), "verbs": r.own(m.Path+".verbs", m.Verbs),
		}))
	}
	if len(rules) == 0 {
		return nil
	}
	values := yamldoc.Values{"name": r.name(w), "annotations": r.wave(w), "rules": list(rules...)}
	return []baseFile{{"role.yaml", r.fill("kustomize/role", values)}, {"rolebinding.yaml", r.fill("kustomize/rolebinding", yamldoc.Values{"name": values["name"], "annotations": values["annotations"]})}}
}

// apiPorts are those of the API servers of clusters. A policy sees the port of the server itself, and not that of the
// Service kubernetes.
var apiPorts = []int{443, 6443}

// toAPI lets out a program that talks to the API of Kubernetes, to the ports that the spec does not name anyway.
func (r *renderer) toAPI(w plan.Workload) []yamldoc.Doc {
	var ports []yamldoc.Doc
	for _, port := range apiPorts {
		if w.Pod.Account.Asks() && !slices.Contains(w.Egress, port) {
			ports = append(ports, r.fill("kustomize/egress-port", yamldoc.Values{"port": r.own(w.Path+".serviceAccount", port)}))
		}
	}
	if len(ports) == 0 {
		return nil
	}
	return []yamldoc.Doc{r.fill("kustomize/egress-api", yamldoc.Values{"ports": list(ports...)})}
}
