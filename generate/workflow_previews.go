package generate

import (
	"maps"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// previewsWorkflow builds the images of pull requests, and lets as many of them have a preview as there may be. Nothing in it
// can write to the GitOps repository: Argo CD sees a label and takes the image by its tag.
func (r *renderer) previewsWorkflow() {
	p := r.plan.Previews
	if p == nil {
		return
	}
	var jobs []yamldoc.Doc
	for _, b := range p.Builds {
		jobs = append(jobs, r.previewBuild(b, p.Jobs.Find(b.Job)))
	}
	admit := p.Jobs.Find(plan.AdmitJob)
	jobs = append(jobs, r.job(admit, "github/admit", yamldoc.Values{
		"needs":     yamldoc.Of(admit.Needs).Flow(),
		"condition": r.own(p.Path+".label", p.Concerned()),
		"group":     r.own("name", "previews-"+r.plan.Name),
		"label":     r.own(p.Path+".label", p.Label),
		"ready":     r.own(p.Path+".label", p.Ready),
		"most":      r.own(p.Path+".most", p.Most),
		"run":       r.script("admit"),
	}, "# Argo CD makes a preview for a pull request that has both labels."))
	head := r.fill("github/previews", yamldoc.Values{"name": r.own("name", "Previews of "+r.plan.Name)})
	r.addWorkflow(p.Workflow, yamldoc.Spaced(head, r.workflowEnv(), r.under("jobs", yamldoc.Spaced(jobs...))))
}

func (r *renderer) previewBuild(b plan.PreviewBuild, j plan.Job) yamldoc.Doc {
	i, p := r.plan.Image(b.Image), r.plan.Previews
	values := r.buildInputs(i)
	maps.DeleteFunc(values, func(name string, _ yamldoc.Value) bool { return name == "env" || name == "secrets" || name == "ssh" })
	values["name"] = r.step(j, plan.StepPush)
	values["platform"] = r.own(b.Leg.Path, b.Leg.Platform)
	values["tag"] = yamldoc.From(i.Path+".name", i.Reference+":"+plan.PreviewTag("${{ github.event.pull_request.number }}", "${{ github.event.pull_request.head.sha }}"))
	values["cacheFrom"] = yamldoc.Of("type=gha,scope=" + strings.ReplaceAll(r.cacheScope(i), "${{ matrix.arch }}", b.Leg.Arch))
	qemu := yamldoc.Doc{}
	if b.Leg.Emulated {
		qemu = r.emulation(i)
	}
	return r.job(j, "github/preview-build", yamldoc.Values{
		"condition": r.own(p.Path+".label", p.Trusted()),
		"steps": yamldoc.Block(yamldoc.Spaced(r.checkout(), r.shortCommit(i), qemu, r.fill("github/buildx", yamldoc.Values{
			"buildx":   r.uses("docker/setup-buildx-action"),
			"buildkit": r.ofTool("buildkit", "image="+r.tool("buildkit").Reference()),
		}), r.login(i, j, ""), r.fill("github/preview-push", values))),
	}, "# For a branch of this repository alone: what pushed it may write here anyway. No secret is within its reach.")
}
