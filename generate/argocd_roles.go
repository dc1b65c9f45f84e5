package generate

import (
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// roles are those of the project: who may look, and who may start syncs besides.
func (r *renderer) roles() []yamldoc.Doc {
	a := r.plan.ArgoCD
	var out []yamldoc.Doc
	if a.ViewerRole {
		const does = "Sees the applications and their logs; changes nothing"
		description := yamldoc.Of(does)
		if c := r.plan.Demands.By(plan.Shown, "", ""); c != nil {
			description = r.own(c.At(), does+" (criterion "+c.ID+")")
		}
		out = append(out, r.projectRole("viewer", "argocd.viewers", description, a.Viewers))
	}
	if len(a.Operators) > 0 {
		var syncs []string
		for _, e := range r.plan.Environments {
			if !e.Sync.Automated {
				syncs = append(syncs, "applications, sync, "+a.Project+"/"+e.Application)
			}
		}
		out = append(out, r.projectRole("operator", "argocd.operators", r.own("argocd.operators", "Sees the applications and their logs, and starts syncs of what is synced by hand"), a.Operators, syncs...))
	}
	return out
}

// projectRole may read the applications and their logs, and what else it is given. Logs need a right of their own since Argo CD
// 3.0 (A12).
func (r *renderer) projectRole(name, at string, description yamldoc.Value, groups []string, more ...string) yamldoc.Doc {
	project := r.plan.ArgoCD.Project
	policies := []string{"applications, get, " + project + "/*", "logs, get, " + project + "/*"}
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
