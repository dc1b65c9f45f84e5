package generate

import (
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// renderedWorkflow renders each environment in the GitOps repository, where every change of the manifests comes by, and
// shows a pull request what it changes.
func (r *renderer) renderedWorkflow() {
	p, g := r.plan.GitOps.Rendered, r.plan.GitOps
	if p == nil {
		return
	}
	var jobs []yamldoc.Doc
	var all []string
	for i, e := range r.plan.Environments {
		j := p.Jobs[i]
		var overlays []string
		for _, at := range e.Running() {
			overlays = append(overlays, at.Overlay)
			all = append(all, strings.Trim(at.Name+"-"+at.Site, "-")+"="+at.Overlay)
		}
		jobs = append(jobs, r.job(j, "github/render", yamldoc.Values{
			"condition": r.own("gitops.branch", "github.ref == 'refs/heads/"+g.Branch+"' && github.event_name == 'push'"),
			"group":     r.own(e.Path, "render-"+r.plan.Name+"-"+e.Name),
			"steps": yamldoc.Block(yamldoc.Spaced(r.fill("github/render-checkout", yamldoc.Values{"checkout": r.uses("actions/checkout")}), r.getKustomize(), r.fill("github/render-step", yamldoc.Values{
				"application": r.own("name", r.plan.Name),
				"environment": r.own(e.Path, e.Name),
				"branch":      r.own("gitops.branch", g.Branch),
				"rendered":    r.own(p.Path+".branch", e.Rendered),
				"folder":      r.own("name", g.Folder),
				"overlays":    r.own(e.Path, strings.Join(overlays, " ")),
				"workflow":    r.own("name", p.Workflow),
				"authorName":  yamldoc.Of(workflowAuthor),
				"authorEmail": yamldoc.Of(workflowEmail),
				"run":         r.script("render"),
			}))),
		}))
	}
	jobs = append(jobs, r.job(p.Jobs[len(r.plan.Environments)], "github/difference", yamldoc.Values{
		"group": yamldoc.From("name", "difference-"+r.plan.Name+"-${{ github.event.pull_request.number }}"),
		"steps": yamldoc.Block(yamldoc.Spaced(r.fill("github/difference-checkout", yamldoc.Values{"checkout": r.uses("actions/checkout")}), r.getKustomize(),
			r.fill("github/difference-step", yamldoc.Values{"overlays": r.own(p.Path, strings.Join(all, "\n")), "run": r.script("difference")}))),
	}))
	paths := yamldoc.Omit
	if starts := r.rendersFor(); starts != nil {
		paths = r.own("name", starts)
	}
	r.add(artifact.GitOps, p.Workflow, yamldoc.Spaced(r.fill("github/rendered", yamldoc.Values{
		"name":     r.own("name", "Render "+r.plan.Name),
		"branches": r.own("gitops.branch", []string{g.Branch}).Flow(),
		"paths":    paths,
	}), r.under("jobs", yamldoc.Spaced(jobs...))).Once())
}
