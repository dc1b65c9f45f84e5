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
	var projects []plan.Project
	all := inOneSet(s)
	for _, e := range all {
		project := projectOf(s, e, plan.Instance{})
		if first := projectOf(s, all[0], plan.Instance{}); project.Name != first.Name {
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: project.Path,
				Message: fmt.Sprintf("%s and %s are in different projects, and the ApplicationSet has one template for both", all[0].ID, e.ID),
				Help:    "put all environments into one project, or leave argocd.applicationSet out"})
		}
	}
	for _, e := range s.Environments {
		project := projectOf(s, e, plan.Instance{})
		same := slices.IndexFunc(projects, func(o plan.Project) bool { return o.Name == project.Name })
		switch {
		case same < 0:
			projects = append(projects, project)
		case projects[same].Existing != project.Existing:
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: project.Path,
				Message: fmt.Sprintf("the project %s is somebody else's in one place, and written by pipegen in another", project.Name), Help: "say existing: true in both, or in neither"})
		}
	}
	for _, project := range projects {
		out = append(out, projectKept(s, project)...)
	}
	if slices.ContainsFunc(projects, func(p plan.Project) bool { return !p.Existing }) {
		return out
	}
	keeper := "ask whoever keeps the project " + projects[0].Name + ", and leave it out here"
	no := func(at, what string) {
		out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at,
			Message: fmt.Sprintf("%s does nothing: %s, and the project %s is somebody else's", at, what, projects[0].Name), Help: keeper})
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
	return out
}

// projectKept refuses to write the project that everybody has, and promises that somebody else's would have to keep.
func projectKept(s input, project plan.Project) diag.List {
	switch {
	case !project.Existing && project.Name == defaultProject:
		return diag.List{{Code: diag.BadValue, Rule: "A02", Path: project.Path,
			Message: project.Path + ` is "default", which every Argo CD has: written for this pipeline, it would lock all other applications out`,
			Help:    `leave it out, for a project of its own, or write argocd: project: {name: "default", existing: true}`}}
	case project.Existing && len(s.ArgoCD.Signers) > 0:
		return diag.List{{Code: diag.NotApplicable, Path: "argocd.signers",
			Message: fmt.Sprintf("argocd.signers does nothing: the project holds them, and the project %s is somebody else's", project.Name),
			Help:    "ask whoever keeps the project " + project.Name + ", and leave it out here"}}
	case project.Existing && promisesLogs(s):
		c := s.demands.By(plan.Shown, "", "")
		return diag.List{{Code: diag.NotApplicable, Path: c.At(),
			Message: fmt.Sprintf("criterion %s cannot be held in Argo CD: a role of the project gives the right to logs, and the project %s is somebody else's", c.ID, project.Name),
			Help:    `promise the logs in GitHub alone, in: ["github"], or let a person see to it with the kind manual`}}
	}
	return nil
}

// projectStep is the first step of the bootstrap: to apply a project, or to have it allow what the pipeline needs.
func projectStep(of plan.Plan, project plan.Project) string {
	p := of.Of(project)
	in := p.Sites()[0].Instance
	if !project.Existing {
		return "Apply the project" + in.Of() + ": `kubectl apply" + in.Context() + " -f " + project.File + "`."
	}
	var used, kinds []string
	for _, e := range p.Sites() {
		used = append(used, namespaceOf(of, e))
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
	return "The project `" + project.Name + "`" + in.Of() + " is somebody else's: pipegen does not write it. Have it allow the repository `" + in.URL + "`, " + namespaces(used) + where + cluster + ", and, where it lists kinds, " + inWords(kinds) + "."
}
