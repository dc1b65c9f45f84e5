package generate

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// applicationNames lists the Applications of all environments, as Markdown.
func applicationNames(p plan.Plan) string {
	var out []string
	for _, e := range p.Environments {
		for _, name := range e.Applications() {
			out = append(out, "`"+name+"`")
		}
	}
	return strings.Join(out, ", ")
}

// applicationSet makes the Applications that application writes, except for their finalizer: with one in the template,
// Argo CD would delete what an Application deployed even if preserveResourcesOnDeletion is set (A22).
func (r *renderer) applicationSet(in plan.Instance, by plan.Plan) yamldoc.Doc {
	first := by.Sites()[0]
	cluster, several := r.cluster(first), len(by.Clusters()) > 1
	if several {
		cluster = fromElement("cluster")
	}
	level, differ := yamldoc.Of(r.plan.PodSecurity(first)), slices.ContainsFunc(by.Environments, func(e plan.Environment) bool { return r.plan.PodSecurity(e) != r.plan.PodSecurity(first) })
	if differ {
		level = fromElement("level")
	}
	revision := r.revision(first)
	if first.Rendered != "" {
		revision = yamldoc.Of("refs/heads/{{ .branch }}")
	}
	var elements []yamldoc.Doc
	for _, e := range by.Sites() {
		own, takes, branch := yamldoc.Omit, yamldoc.Omit, yamldoc.Omit
		if several {
			own = r.cluster(e)
		}
		if differ {
			takes = yamldoc.Of(r.plan.PodSecurity(e))
		}
		if e.Rendered != "" {
			branch = r.own(r.plan.GitOps.Rendered.Path+".branch", e.Rendered)
		}
		elements = append(elements, r.fill("argocd/element", yamldoc.Values{
			"environment": r.own(e.Path, e.Name),
			"application": r.own(e.Path, e.Application),
			"cluster":     own,
			"namespace":   r.own(e.Path+".namespace", e.Namespace),
			"path":        r.own(e.Path, e.Overlay),
			"branch":      branch,
			"level":       takes,
		}))
	}
	return r.fill("argocd/applicationset", yamldoc.Values{
		"name":            r.own("name", r.plan.Name),
		"argocdNamespace": r.argoNamespace(in),
		"brought":         r.brought(),
		"elements":        list(elements...),
		"application":     fromElement("application"),
		"annotations":     annotated(r.applicationAnnotations(first)),
		"spec":            r.applicationSpec(in, first.Project, revision, fromElement("path"), first.Cluster.Field(), cluster, fromElement("namespace"), first.Sync, slices.ContainsFunc(by.Environments, r.plan.Creates), level, renderedChart{r.plan.Chart(first), "{{ .environment }}", "{{ .path }}/live"}),
	})
}

// fromElement is a value that comes from each element of the list.
func fromElement(key string) yamldoc.Value { return yamldoc.Of("{{ ." + key + " }}") }
