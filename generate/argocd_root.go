package generate

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// root is the Application that brings what makes the others (A28).
func (r *renderer) root(root plan.Root) yamldoc.Doc {
	refresh := yamldoc.Omit
	if r.plan.ArgoCD.RetryRefresh {
		refresh = yamldoc.Of(true)
	}
	return r.fill("argocd/root", yamldoc.Values{
		"name":            r.own(root.Path, root.Name),
		"argocdNamespace": r.own("argocd.namespace", r.plan.ArgoCD.Namespace),
		"project":         r.own(root.Path, root.Project),
		"repoURL":         r.own("gitops.repository", r.plan.GitOps.URL),
		"revision":        r.own("gitops.branch", "refs/heads/"+r.plan.GitOps.Branch),
		"path":            r.own(root.Path, root.Folder),
		"refresh":         refresh,
	})
}

// rootProject lets the root bring what makes Applications, into the namespace of Argo CD, and nothing else.
func (r *renderer) rootProject(root plan.Root) yamldoc.Doc {
	var kinds []yamldoc.Doc
	fleets := len(r.plan.Fleets())
	if !r.plan.ArgoCD.ApplicationSet && fleets < len(r.plan.Environments) {
		kinds = append(kinds, r.kind("argoproj.io", "Application"))
	}
	if r.plan.ArgoCD.ApplicationSet || r.plan.Previews != nil || fleets > 0 {
		kinds = append(kinds, r.kind("argoproj.io", "ApplicationSet"))
	}
	roles := yamldoc.Omit
	if r.plan.ArgoCD.ViewerRole {
		roles = list(r.viewerRole(root.Project))
	}
	return r.fill("argocd/root-project", yamldoc.Values{
		"name":            r.own(root.Path, root.Project),
		"argocdNamespace": r.own("argocd.namespace", r.plan.ArgoCD.Namespace),
		"description":     r.own("name", "Brings the Applications of "+r.plan.Name),
		"repoURL":         r.own("gitops.repository", r.plan.GitOps.URL),
		"kinds":           list(kinds...),
		"roles":           roles,
		"integrity":       r.integrity(r.plan.Instances()[0]),
	})
}

// bringing are the annotations of what a root brings, empty without one: neither a file that is gone nor the deletion of
// the root takes an Application away, and with it what runs.
func (r *renderer) bringing() yamldoc.Doc {
	if r.plan.ArgoCD.Root == nil {
		return yamldoc.Doc{}
	}
	return r.fill("argocd/brought", nil)
}

func (r *renderer) brought() yamldoc.Value { return annotated(r.bringing()) }

// rootFits refuses a project of Applications that is the root's.
func rootFits(s input) diag.List {
	var out diag.List
	root := rootOf(s)
	for _, e := range s.Environments {
		if project := projectOf(s, e, plan.Instance{}); root != nil && project.Name == root.Project {
			out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: project.Path,
				Message: fmt.Sprintf("the project %s is that of the root Application, which may bring Applications and nothing else", root.Project), Help: "call it otherwise"})
		}
	}
	return out
}
