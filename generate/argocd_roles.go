package generate

import (
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// roles are those of the project: who may look, and who may start syncs besides.
func (r *renderer) roles(project plan.Project) []yamldoc.Doc {
	a := r.plan.ArgoCD
	var out []yamldoc.Doc
	if a.ViewerRole {
		out = append(out, r.viewerRole(project.Name))
	}
	var syncs []string
	for _, e := range r.plan.Of(project).Sites() {
		if !e.Sync.Automated {
			of := e.Application
			if e.Cluster.Fleet != nil {
				of = e.In("*")
			}
			syncs = append(syncs, "applications, sync, "+project.Name+"/"+of)
		}
	}
	if len(a.Operators) > 0 && len(syncs) > 0 {
		out = append(out, r.projectRole(project.Name, "operator", "argocd.operators", r.own("argocd.operators", "Sees the applications and their logs, and starts syncs of what is synced by hand"), a.Operators, syncs...))
	}
	return out
}

// viewerRole may look at the applications of a project.
func (r *renderer) viewerRole(project string) yamldoc.Doc {
	const does = "Sees the applications and their logs; changes nothing"
	description := yamldoc.Of(does)
	if c := r.plan.Demands.By(plan.Shown, "", ""); c != nil {
		description = r.own(c.At(), does+" (criterion "+c.ID+")")
	}
	return r.projectRole(project, "viewer", "argocd.viewers", description, r.plan.ArgoCD.Viewers)
}

// projectRole may read the applications and their logs, and what else it is given. Logs need a right of their own since Argo CD
// 3.0 (A12).
func (r *renderer) projectRole(project, name, at string, description yamldoc.Value, groups []string, more ...string) yamldoc.Doc {
	policies := []string{"applications, get, " + project + "/*", "logs, get, " + project + "/*"}
	if r.plan.ArgoCD.ApplicationSet {
		policies = append(policies, "applicationsets, get, "+project+"/*") // what it complains of, doctor asks
	}
	policies = append(policies, more...)
	for i, p := range policies {
		policies[i] = "p, proj:" + project + ":" + name + ", " + p + ", allow"
	}
	named := yamldoc.Omit
	if len(groups) > 0 {
		named = r.own(at, groupNames(groups))
	}
	return r.fill("argocd/"+name, yamldoc.Values{"policies": yamldoc.Of(policies), "description": description, "groups": named})
}
