package generate

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// root is the Application that brings what makes the others (A28).
func (r *renderer) root(in plan.Instance) yamldoc.Doc {
	root := *in.Root
	refresh := yamldoc.Omit
	if r.plan.ArgoCD.RetryRefresh {
		refresh = yamldoc.Of(true)
	}
	return r.fill("argocd/root", yamldoc.Values{
		"name":            r.own(root.Path, root.Name),
		"argocdNamespace": r.argoNamespace(in),
		"project":         r.own(root.Path, root.Project),
		"repoURL":         r.argoReads(in),
		"revision":        r.own("gitops.branch", "refs/heads/"+r.plan.GitOps.Branch),
		"path":            r.own(root.Path, root.Folder),
		"refresh":         refresh,
	})
}

// rootProject lets the root bring what makes Applications, into the namespace of Argo CD, and nothing else.
func (r *renderer) rootProject(in plan.Instance) yamldoc.Doc {
	root := *in.Root
	var kinds []yamldoc.Doc
	by, previews := r.plan.By(in), r.plan.Previews
	fleets := len(by.Fleets())
	if !r.plan.ArgoCD.ApplicationSet && fleets < len(by.Environments) {
		kinds = append(kinds, r.kind("argoproj.io", "Application"))
	}
	if r.plan.ArgoCD.ApplicationSet && len(by.Environments) > 0 || fleets > 0 || previews != nil && previews.Overlay.Instance.Cluster == in.Cluster {
		kinds = append(kinds, r.kind("argoproj.io", "ApplicationSet"))
	}
	roles := yamldoc.Omit
	if r.plan.ArgoCD.ViewerRole {
		roles = list(r.viewerRole(root.Project))
	}
	return r.fill("argocd/root-project", yamldoc.Values{
		"name":            r.own(root.Path, root.Project),
		"argocdNamespace": r.argoNamespace(in),
		"description":     r.own("name", "Brings the Applications of "+r.plan.Name),
		"repoURL":         r.argoReads(in),
		"kinds":           list(kinds...),
		"roles":           roles,
		"integrity":       r.integrity(in),
	})
}

// bringing are the annotations of what a root brings, empty without one: neither a file that is gone nor the deletion of
// the root takes an Application away, and with it what runs.
func (r *renderer) bringing() yamldoc.Doc {
	if !r.plan.ArgoCD.AppOfApps {
		return yamldoc.Doc{}
	}
	return r.fill("argocd/brought", nil)
}

func (r *renderer) brought() yamldoc.Value { return annotated(r.bringing()) }

// rootFits refuses a project of Applications that is the root's.
func rootFits(s input) diag.List {
	var out diag.List
	for _, e := range s.Environments {
		if project := projectOf(s, e, plan.Instance{}); s.ArgoCD.AppOfApps && project.Name == rootOf(s, plan.Instance{}).Project {
			out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: project.Path,
				Message: fmt.Sprintf("the project %s is that of the root Application, which may bring Applications and nothing else", project.Name), Help: "call it otherwise"})
		}
	}
	return out
}
