package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
)

// defaultProject is in every Argo CD, and allows everything: other applications are in it.
const defaultProject = "default"

// projectFits refuses to write a project that everybody has, and what only a project of the pipeline's own can hold.
func projectFits(s input) diag.List {
	var out diag.List
	project := s.ArgoCD.Project
	if !project.Existing {
		if project.Name == defaultProject {
			out = append(out, diag.Diagnostic{Code: diag.BadValue, Rule: "A02", Path: "argocd.project",
				Message: `argocd.project is "default", which every Argo CD has: written for this pipeline, it would lock all other applications out`,
				Help:    `leave it out, for a project of its own, or write argocd: project: {name: "default", existing: true}`})
		}
		return out
	}
	keeper := "ask whoever keeps the project " + project.Name + ", and leave it out here"
	no := func(at, what string) {
		out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at,
			Message: fmt.Sprintf("%s does nothing: %s, and the project %s is somebody else's", at, what, project.Name), Help: keeper})
	}
	if len(s.ArgoCD.Viewers) > 0 {
		no("argocd.viewers", "a role of the project holds them")
	}
	if len(s.ArgoCD.Operators) > 0 {
		no("argocd.operators", "a role of the project holds them")
	}
	if len(s.ArgoCD.SyncWindows) > 0 {
		no("argocd.syncWindows", "the project holds them")
	}
	if len(s.ArgoCD.Signers) > 0 {
		no("argocd.signers", "the project holds them")
	}
	if promisesLogs(s) {
		c := s.demands.By(plan.Shown, "", "")
		out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: c.At(),
			Message: fmt.Sprintf("criterion %s cannot be held in Argo CD: a role of the project gives the right to logs, and the project %s is somebody else's", c.ID, project.Name),
			Help:    `promise the logs in GitHub alone, in: ["github"], or let a person see to it with the kind manual`})
	}
	return out
}

// projectStep is the first step of the bootstrap: to apply the project, or to have it allow what the pipeline needs.
func projectStep(p plan.Plan) string {
	a := p.ArgoCD
	if !a.ExistingProject {
		return "Apply the project: `kubectl apply -f " + a.ProjectFile + "`."
	}
	var used, kinds []string
	for _, e := range p.Environments {
		used = append(used, namespaceOf(p, e))
	}
	where := ""
	if all := p.Clusters(); len(all) == 1 {
		where = " on `" + all[0].String() + "`"
	}
	for _, k := range append(allowedKinds(p), customKinds(p)...) {
		kinds = append(kinds, strings.TrimPrefix(k.group+"/"+k.kind, "/"))
	}
	cluster := ""
	if slices.ContainsFunc(p.Environments, p.Creates) {
		cluster = ", `Namespace` among the kinds of the whole cluster"
	}
	return "The project `" + a.Project + "` is somebody else's: pipegen does not write it. Have it allow the repository `" + p.GitOps.URL + "`, " + namespaces(used) + where + cluster + ", and, where it lists kinds, " + inWords(kinds) + "."
}
