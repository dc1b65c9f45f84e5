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

// elements is what one ApplicationSet makes Applications from, each with what is not the same for all of them.
type elements struct {
	first            plan.Environment
	clusters, levels bool
	// overlay is the field that names the overlay, and fragment has it: of a file, Argo CD says itself what its path is.
	overlay, fragment string
}

func (r *renderer) elementsOf(in plan.Instance, by plan.Plan) elements {
	out := elements{first: by.Sites()[0], clusters: len(by.Clusters()) > 1, overlay: "path", fragment: "argocd/element"}
	out.levels = slices.ContainsFunc(by.Environments, func(e plan.Environment) bool { return r.plan.PodSecurity(e) != r.plan.PodSecurity(out.first) })
	if in.Elements != "" {
		out.overlay, out.fragment = "overlay", "argocd/element-file"
	}
	return out
}

func (r *renderer) element(of elements, e plan.Environment) yamldoc.Doc {
	v := yamldoc.Values{
		"environment": r.own(e.Path, e.Name),
		"application": r.own(e.Path, e.Application),
		"cluster":     yamldoc.Omit,
		"namespace":   r.own(e.Path+".namespace", e.Namespace),
		of.overlay:    r.own(e.Path, e.Overlay),
		"branch":      yamldoc.Omit,
		"level":       yamldoc.Omit,
	}
	if of.clusters {
		v["cluster"] = r.cluster(e)
	}
	if of.levels {
		v["level"] = yamldoc.Of(r.plan.PodSecurity(e))
	}
	if e.Rendered != "" {
		v["branch"] = r.own(r.plan.GitOps.Rendered.Path+".branch", e.Rendered)
	}
	return r.fill(of.fragment, v)
}

// generator gives the elements: they are in a list, or in files that a commit brings.
func (r *renderer) generator(in plan.Instance, by plan.Plan, of elements) yamldoc.Doc {
	if in.Elements != "" {
		return r.fill("argocd/generator-files", yamldoc.Values{
			"repoURL":  r.argoReads(in),
			"revision": r.own("gitops.branch", "refs/heads/"+r.plan.GitOps.Branch),
			"path":     r.own("argocd.applicationSet", in.Elements+"/*.yaml"),
			"every":    yamldoc.Of(setInterval),
		})
	}
	var all []yamldoc.Doc
	for _, e := range by.Sites() {
		all = append(all, r.element(of, e))
	}
	return r.fill("argocd/generator-list", yamldoc.Values{"elements": list(all...)})
}

// applicationSet makes the Applications that application writes, except for their finalizer: with one in the template,
// Argo CD would delete what an Application deployed even if preserveResourcesOnDeletion is set (A22).
func (r *renderer) applicationSet(in plan.Instance, by plan.Plan, of elements) yamldoc.Doc {
	first := of.first
	cluster, level, revision := r.cluster(first), yamldoc.Of(r.plan.PodSecurity(first)), r.revision(first)
	if of.clusters {
		cluster = fromElement("cluster")
	}
	if of.levels {
		level = fromElement("level")
	}
	if first.Rendered != "" {
		revision = yamldoc.Of("refs/heads/{{ .branch }}")
	}
	return r.fill("argocd/applicationset", yamldoc.Values{
		"name":            r.own("name", r.plan.Name),
		"argocdNamespace": r.argoNamespace(in),
		"brought":         r.brought(),
		"generators":      list(r.generator(in, by, of)),
		"application":     fromElement("application"),
		"annotations":     annotated(r.applicationAnnotations(first)),
		"spec":            r.applicationSpec(in, first.Project, revision, fromElement(of.overlay), first.Cluster.Field(), cluster, fromElement("namespace"), first.Sync, slices.ContainsFunc(by.Environments, r.plan.Creates), level, renderedChart{r.plan.Chart(first), "{{ .environment }}", "{{ ." + of.overlay + " }}/live"}),
	})
}

// fromElement is a value that comes from each element.
func fromElement(key string) yamldoc.Value { return yamldoc.Of("{{ ." + key + " }}") }
