package generate

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// deployJobs bring the images to one environment: the approval that it may take, the write to the GitOps
// repository, and the wait for its merge where another environment comes after.
func (r *renderer) deployJobs(e plan.Environment) []yamldoc.Doc {
	jobs := r.plan.Jobs
	deploy := jobs.Find(e.Jobs.Deploy)
	approve := r.approveJob(e, jobs.Find(e.Jobs.Approve), r.condition(e, deploy), r.named("tag"))
	return []yamldoc.Doc{approve, r.deployJob(e, deploy), r.mergedJob(e, jobs.Find(e.Jobs.Merged))}
}

// perImage is a line for each image, with its place in the spec.
func (r *renderer) perImage(line func(plan.Image) (at, text string)) yamldoc.Value {
	lines, at := make([]string, len(r.plan.Images)), ""
	for i, image := range r.plan.Images {
		at, lines[i] = line(image)
	}
	return yamldoc.From(at, strings.Join(lines, "\n"))
}

// named is an output of the jobs that name the images.
func (r *renderer) named(output string) yamldoc.Value {
	return r.perImage(func(i plan.Image) (at, text string) {
		return "", "${{ needs." + i.Jobs.Name + ".outputs." + output + " }}"
	})
}

func (r *renderer) deployJob(e plan.Environment, j plan.Job) yamldoc.Doc {
	c := r.credential(e, j)
	own := yamldoc.Spaced(c.steps, r.fill("github/deploy-checkouts", r.checkouts(j, c)), r.getKustomize(), r.bump(e, c))
	needs := r.needs(j, nil)
	if len(j.Needs) > 1 {
		needs = r.own(e.Path+".after", j.Needs).Flow()
	}
	outputs := yamldoc.Omit
	if e.Followed {
		outputs = yamldoc.Of(yamldoc.Map{{Key: "deployed", Value: yamldoc.Of("${{ steps.deploy.outputs.deployed }}")}})
	}
	return r.job(j, "github/deploy", yamldoc.Values{
		"needs":       needs,
		"condition":   r.condition(e, j),
		"environment": r.environment(e),
		"outputs":     outputs,
		"group":       r.writeGroup(e),
		"env":         r.variables(j.Added.Path+".env", j.Added.Env),
		"steps":       r.with(j, yamldoc.Doc{}, own),
	})
}

// mergedJob waits for the pull request of a deploy, so that the environment after it
// takes only what was merged (O02).
func (r *renderer) mergedJob(e plan.Environment, j plan.Job) yamldoc.Doc {
	if j.ID == "" {
		return yamldoc.Doc{}
	}
	c := r.credential(e, j)
	v := yamldoc.Values{
		"token":       c.token,
		"environment": r.own(e.Path, e.Name),
		"gitops":      r.own("gitops.repository", r.plan.GitOps.Repository),
		"branch":      r.own("gitops.branch", r.plan.GitOps.Branch),
		"proposal":    r.own(e.Path, e.Proposal),
		"live":        r.own(e.Path, e.Live),
		"wait":        yamldoc.Of(secondsToMerge),
		"lower":       r.lower(e),
		"because":     r.because(),
		"digest":      r.named("digest"),
		"run":         r.script(append(r.order(), "pull-request", "merged")...),
	}
	return r.job(j, "github/deploy-merged", yamldoc.Values{
		"needs":       r.own(e.Path, j.Needs).Flow(),
		"condition":   yamldoc.Of(r.when(j) + " && needs." + e.Jobs.Deploy + ".outputs.deployed != 'false'"),
		"environment": r.environment(e),
		"steps":       yamldoc.Block(yamldoc.Spaced(c.steps, r.fill("github/deploy-checkouts", r.checkouts(j, c)), r.fill("github/deploy-merged-step", v))),
	})
}

// checkouts is what a job checks out to write to the GitOps repository.
func (r *renderer) checkouts(j plan.Job, c pusher) yamldoc.Values {
	return yamldoc.Values{
		"name":     r.step(j, plan.StepCheckout),
		"checkout": r.uses("actions/checkout"),
		"gitops":   r.own("gitops.repository", r.plan.GitOps.Repository),
		"branch":   r.own("gitops.branch", r.plan.GitOps.Branch),
		"token":    c.token,
	}
}

func (r *renderer) getKustomize() yamldoc.Doc {
	kustomize := r.tool("kustomize")
	return r.fill("github/kustomize", yamldoc.Values{
		"kustomize":    r.ofTool("kustomize", kustomize.Version),
		"kustomizeSum": r.ofTool("kustomize", strings.TrimPrefix(kustomize.Digest, "sha256:")),
		"getKustomize": r.script("get-kustomize"),
	})
}

// bump writes the image into the live folder: by a commit, or by a pull request (W41).
func (r *renderer) bump(e plan.Environment, c pusher) yamldoc.Doc {
	v := r.written(e, c)
	v["imageName"] = r.perImage(func(i plan.Image) (at, text string) { return i.NamePath, i.Name })
	v["image"] = r.perImage(func(i plan.Image) (at, text string) { return i.Path + ".name", i.Reference })
	v["tag"], v["digest"] = r.named("tag"), r.named("digest")
	v["after"] = r.optional(e.Path+".after", e.AfterLive)
	v["id"], v["because"], v["lower"] = yamldoc.Omit, r.because(), r.lower(e)
	if e.Followed {
		v["id"] = yamldoc.Of("deploy")
	}
	if !r.plan.GitOps.Proposes {
		v["run"] = r.script(append(r.order(), "deploy-start", "deploy")...)
		return r.fill("github/deploy-commit", v)
	}
	v["run"] = r.script(append(r.order(), "pull-request", "deploy-start", "propose")...)
	return r.fill("github/deploy-propose", v)
}

// because is a person's reason for a deploy that the order of commits would refuse. Only a workflow that releases a
// branch can be started by hand to release.
func (r *renderer) because() yamldoc.Value {
	if r.plan.Release.ByTag() {
		return yamldoc.Omit
	}
	return yamldoc.Of("${{ inputs.because }}")
}

// lower says that a lower release may replace a higher one, where the spec allows it.
func (r *renderer) lower(e plan.Environment) yamldoc.Value {
	if !e.LowerReleases {
		return yamldoc.Omit
	}
	return r.own(e.Path+".lowerReleases", "true")
}

// order are the scripts that keep deploys in order. They are the same for all environments, so that
// the whole script is in the workflow once; what an environment has of its own is in its variables.
func (r *renderer) order() []string {
	apart, check := "order-branch", "order-first"
	if r.plan.Release.ByTag() {
		apart = "order-tag"
	}
	if slices.ContainsFunc(r.plan.Environments, func(e plan.Environment) bool { return e.After != "" }) {
		check = "order-after"
	}
	return []string{"gitops-start", "order", apart, check}
}

// written is what a script that changes a live folder needs to know.
func (r *renderer) written(e plan.Environment, c pusher) yamldoc.Values {
	g := r.plan.GitOps
	v := yamldoc.Values{
		"branch":      r.own("gitops.branch", g.Branch),
		"token":       c.token,
		"application": r.own("name", r.plan.Name),
		"environment": r.own(e.Path, e.Name),
		"overlay":     r.own(e.Path, e.Overlay),
		"live":        r.own(e.Path, e.Live),
		"authorName":  c.name,
		"authorEmail": c.email,
	}
	if g.Proposes {
		v["gitops"], v["proposal"] = r.own("gitops.repository", g.Repository), r.own(e.Path, e.Proposal)
	}
	return v
}

// environment is the GitHub environment of a job: it holds the secrets (W21).
func (r *renderer) environment(e plan.Environment) yamldoc.Value {
	m := yamldoc.Map{{Key: "name", Value: r.own(e.Path, e.Name)}}
	if e.URL != "" {
		m = append(m, yamldoc.Entry{Key: "url", Value: r.own(e.Path+".url", e.URL)})
	}
	return yamldoc.Of(m)
}

// writeGroup is the concurrency group of all that writes to one overlay (W29, X12).
func (r *renderer) writeGroup(e plan.Environment) yamldoc.Value {
	return r.own(e.Path, "gitops-"+r.plan.Name+"-"+e.Name)
}
