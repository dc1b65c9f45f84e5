package generate

import (
	"maps"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// deployJobs bring the images to one environment: the approval that it may take, the write to the GitOps
// repository, and the wait for its merge where another environment comes after.
func (r *renderer) deployJobs(e plan.Environment, jobs plan.Jobs) []yamldoc.Doc {
	approve := jobs.Find(e.Jobs.Approve)
	return []yamldoc.Doc{r.approveJob(e, approve, r.condition(e, approve), r.tags(e)), r.copyJob(e, jobs.Find(e.Jobs.Copy)), r.deployJob(e, jobs.Find(e.Jobs.Deploy)), r.mergedJob(e, jobs.Find(e.Jobs.Merged))}
}

// images are those that an environment gets, a line each: what manifests call an image, and what the run has published
// under which tag and digest.
func (r *renderer) images(e plan.Environment) yamldoc.Value {
	all, at := r.plan.ImagesIn(e), ""
	lines := make([]string, len(all))
	for n, i := range all {
		at, lines[n] = i.Path+".name", i.Name+"="+e.Pulls(i).Reference+":"+r.output(e, i, "tag")+"@"+r.output(e, i, "digest")
	}
	return yamldoc.From(at, strings.Join(lines, "\n"))
}

// tags are the tags of those images, for people.
func (r *renderer) tags(e plan.Environment) yamldoc.Value {
	all := r.plan.ImagesIn(e)
	words := make([]string, len(all))
	for n, i := range all {
		words[n] = r.output(e, i, "tag")
		if len(r.plan.Images) > 1 {
			words[n] = i.Name + " " + words[n]
		}
	}
	return yamldoc.Of(strings.Join(words, ", "))
}

// output is what an environment gets of an image, from the job that names the image or finds it.
func (r *renderer) output(e plan.Environment, i plan.Image, name string) string {
	if e.Promoted != "" {
		return "${{ needs." + r.plan.Promotion(e).Find + ".outputs." + name + "-" + i.Name + " }}"
	}
	return "${{ needs." + i.Jobs.Name + ".outputs." + name + " }}"
}

func (r *renderer) deployJob(e plan.Environment, j plan.Job) yamldoc.Doc {
	c := r.credential(e, j)
	own := yamldoc.Spaced(c.steps, r.fill("github/deploy-checkouts", r.checkouts(j, c)), r.getKustomize(), r.getHelm(e), r.bump(e, c))
	needs := r.needs(j, nil)
	if len(j.Needs) > 1 && e.Follows() {
		needs = r.own(e.AfterPath, j.Needs).Flow()
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
		"env":         r.addedVariables(j),
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
	c.start = c.start[:1] // it looks, and commits nothing
	v := yamldoc.Values{
		"token":       c.token,
		"environment": r.own(e.Path, e.Name),
		"gitops":      r.own("gitops.repository", r.plan.GitOps.Repository),
		"branch":      r.own("gitops.branch", r.plan.GitOps.Branch),
		"proposal":    r.own(e.Path, e.Proposal),
		"live":        r.own(e.Path, e.Live),
		"wait":        yamldoc.Of(secondsToMerge),
		"lower":       r.lower(e),
		"because":     r.because(e),
		"images":      r.images(e),
		"commit":      r.commit(e),
		"run":         r.script(append(r.order(e, c), "pull-request", "merged")...),
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
		"key":      c.key,
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
	v["images"], v["after"] = r.images(e), r.optional(e.AfterPath, e.AfterLive)
	v["id"], v["because"], v["lower"], v["commit"], v["promotedBy"] = yamldoc.Omit, r.because(e), r.lower(e), r.commit(e), r.promotedBy(e)
	if e.Followed {
		v["id"] = yamldoc.Of("deploy")
	}
	what := " the images to the GitOps repository"
	if len(r.plan.Images) == 1 {
		what = " the image to the GitOps repository"
	}
	if e.Proposal == "" {
		v["name"], v["run"] = yamldoc.Of("Commit"+what), r.script(append(append(r.order(e, c), "deploy-start"), r.origin(e, "deploy")...)...)
		return r.fill("github/deploy-commit", v)
	}
	merges := "propose"
	if e.Reviewed {
		merges = "review"
	}
	v["name"], v["run"] = yamldoc.Of("Propose"+what), r.script(append(append(append(r.order(e, c), "pull-request", "deploy-start"), r.origin(e, "request")...), merges)...)
	return r.fill("github/deploy-propose", v)
}

// because is a person's reason for a deploy that the order of commits would refuse, where a person starts deploys: by the
// workflow that releases a branch, or by one that promotes by hand.
func (r *renderer) because(e plan.Environment) yamldoc.Value {
	if r.plan.Release.ByTag() || e.Promoted != "" && r.plan.Promotion(e).Start != plan.ByPerson {
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

// order are the scripts that keep deploys in order. They are the same for all environments of a workflow, so that
// the whole script is in the workflow once; what an environment has of its own is in its variables.
func (r *renderer) order(of plan.Environment, c pusher) []string {
	apart, check := "order-branch", "order-first"
	if of.Promoted != "" {
		return slices.Concat([]string{"promoted"}, c.start, []string{"order", apart, "order-after"})
	}
	if r.plan.Release.ByTag() {
		apart = "order-tag"
	}
	if slices.ContainsFunc(r.plan.Environments, func(e plan.Environment) bool { return e.Promoted == "" && e.After != "" }) {
		check = "order-after"
	}
	return slices.Concat(c.start, []string{"order", apart, check})
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
	maps.Copy(v, r.chartVariables(e))
	v["gitops"] = yamldoc.Omit
	if e.Proposal != "" || g.Signed {
		v["gitops"] = r.own("gitops.repository", g.Repository)
	}
	if e.Proposal != "" {
		v["proposal"] = r.own(e.Path, e.Proposal)
	} else {
		v["key"] = c.key
	}
	return v
}

// environment is the GitHub environment of a job: it holds the secrets (W21). A job after which a person has yet to merge
// has deployed nothing, and GitHub records no deployment.
func (r *renderer) environment(e plan.Environment) yamldoc.Value {
	m := yamldoc.Map{{Key: "name", Value: r.own(e.Path, e.Name)}}
	if e.Reviewed {
		m = append(m, yamldoc.Entry{Key: "deployment", Value: yamldoc.From(e.WritePath, false)})
	} else if e.URL != "" {
		m = append(m, yamldoc.Entry{Key: "url", Value: r.own(e.Path+".url", e.URL)})
	}
	return yamldoc.Of(m)
}

// writeGroup is the concurrency group of all that writes to one overlay (W29, X12).
func (r *renderer) writeGroup(e plan.Environment) yamldoc.Value {
	return r.own(e.Path, "gitops-"+r.plan.Name+"-"+e.Name)
}
