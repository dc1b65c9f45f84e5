package generate

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/yamldoc"
)

// Whom a bump is by when no App of the user's own makes it: the account that
// GitHub itself uses in workflows.
const (
	workflowAuthor = "github-actions[bot]"
	workflowEmail  = "41898282+github-actions[bot]@users.noreply.github.com"
)

// deployJobs bring the image to one environment: the approval that it may take, the write to the GitOps
// repository, and the wait for its merge where another environment comes after.
func (r *renderer) deployJobs(e EnvironmentPlan) []yamldoc.Doc {
	approve := r.approveJob(e, r.plan.Needs[e.Approve], r.condition(e), yamldoc.Of("${{ needs.image.outputs.tag }}"))
	return []yamldoc.Doc{approve, r.deployJob(e), r.mergedJob(e)}
}

// condition is that of a deploy, traced to the environment that it waits for.
func (r *renderer) condition(e EnvironmentPlan) yamldoc.Value {
	if e.Spec.After == "" {
		return yamldoc.Of(r.plan.condition(e))
	}
	return r.own(e.Path+".after", r.plan.condition(e))
}

func (r *renderer) deployJob(e EnvironmentPlan) yamldoc.Doc {
	c := r.credential(e)
	own := yamldoc.Spaced(c.steps, r.fill("github/deploy-checkouts", r.checkouts(c)), r.getKustomize(), r.bump(e, c))
	needs := yamldoc.Of("image")
	if all := r.plan.Needs[e.Job]; len(all) > 1 {
		needs = r.own(e.Path+".after", all).Flow()
	}
	outputs := yamldoc.Omit
	if followed(r.plan.Spec, e.Name) {
		outputs = yamldoc.Of(yamldoc.Map{{Key: "deployed", Value: yamldoc.Of("${{ steps.deploy.outputs.deployed }}")}})
	}
	body := r.fill("github/deploy", yamldoc.Values{
		"name":        r.own(e.Path, "Deploy to "+e.Name),
		"needs":       needs,
		"published":   r.condition(e),
		"timeout":     yamldoc.Of(r.plan.Timeouts.Deploy),
		"environment": r.environment(e),
		"permissions": r.deployPermissions(),
		"outputs":     outputs,
		"group":       r.writeGroup(e),
		"env":         r.additionalEnv("deploy"),
		"steps":       r.with("deploy", yamldoc.Doc{}, own),
	})
	return yamldoc.Join(yamldoc.Text(e.Job+":"), body.Indent(2))
}

func (r *renderer) deployPermissions() yamldoc.Value {
	permissions := "github/deploy-permissions"
	if r.plan.GitOps.Credential == WorkflowCredential {
		permissions += "-same"
	}
	return yamldoc.Block(r.fill(permissions, nil))
}

// mergedJob waits for the pull request of a deploy, so that the environment after it
// takes only what was merged (O02).
func (r *renderer) mergedJob(e EnvironmentPlan) yamldoc.Doc {
	if e.Merged == "" {
		return yamldoc.Doc{}
	}
	c := r.credential(e)
	v := yamldoc.Values{
		"token":       c.token,
		"environment": r.own(e.Path, e.Name),
		"gitops":      r.own("gitops.repository", r.plan.Spec.GitOps.Repository),
		"branch":      r.own("gitops.branch", r.plan.Spec.GitOps.Branch),
		"proposal":    r.own(e.Path, e.Proposal),
		"live":        r.own(e.Path, e.Live),
		"wait":        yamldoc.Of(secondsToMerge),
		"lower":       r.lower(e),
		"because":     r.because(),
		"run":         r.script(append(r.order(), "pull-request", "merged")...),
	}
	body := r.fill("github/deploy-merged", yamldoc.Values{
		"name":        r.own(e.Path, mergedTitle(e.Name)),
		"needs":       r.own(e.Path, r.plan.Needs[e.Merged]).Flow(),
		"condition":   yamldoc.Of(r.plan.Release.Condition + " && needs." + e.Job + ".outputs.deployed != 'false'"),
		"timeout":     yamldoc.Of(mergedTimeout),
		"environment": r.environment(e),
		"permissions": r.deployPermissions(),
		"steps":       yamldoc.Block(yamldoc.Spaced(c.steps, r.fill("github/deploy-checkouts", r.checkouts(c)), r.fill("github/deploy-merged-step", v))),
	})
	return yamldoc.Join(yamldoc.Text(e.Merged+":"), body.Indent(2))
}

// checkouts is what a job checks out to write to the GitOps repository.
func (r *renderer) checkouts(c pusher) yamldoc.Values {
	return yamldoc.Values{
		"checkout": r.uses("actions/checkout"),
		"gitops":   r.own("gitops.repository", r.plan.Spec.GitOps.Repository),
		"branch":   r.own("gitops.branch", r.plan.Spec.GitOps.Branch),
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
func (r *renderer) bump(e EnvironmentPlan, c pusher) yamldoc.Doc {
	v := r.written(e, c)
	v["imageName"] = r.own("name", r.plan.Spec.Name)
	v["after"] = r.optional(e.Path+".after", e.After)
	v["id"], v["because"], v["lower"] = yamldoc.Omit, r.because(), r.lower(e)
	if followed(r.plan.Spec, e.Name) {
		v["id"] = yamldoc.Of("deploy")
	}
	if !r.plan.GitOps.Proposes {
		v["run"] = r.script(append(r.order(), "deploy-start", "deploy")...)
		return r.fill("github/deploy-commit", v)
	}
	v["run"] = r.script(append(r.order(), "pull-request", "deploy-start", "propose")...)
	return r.fill("github/deploy-propose", v)
}

// because is a person's reason to deploy what its order alone would keep away. Only a branch's workflow is started by
// hand to release.
func (r *renderer) because() yamldoc.Value {
	if r.plan.Release.ByTag {
		return yamldoc.Omit
	}
	return yamldoc.Of("${{ inputs.because }}")
}

// lower is the spec's word that a lower release may replace a higher one.
func (r *renderer) lower(e EnvironmentPlan) yamldoc.Value {
	if !e.Spec.LowerReleases {
		return yamldoc.Omit
	}
	return r.own(e.Path+".lowerReleases", "true")
}

// order are the scripts that keep deploys in order. They are the same for all environments, so that
// the whole script is in the workflow once; what an environment has of its own is in its variables.
func (r *renderer) order() []string {
	apart, check := "order-branch", "order-first"
	if r.plan.Release.ByTag {
		apart = "order-tag"
	}
	if slices.ContainsFunc(r.plan.Environments, func(e EnvironmentPlan) bool { return e.After != "" }) {
		check = "order-after"
	}
	return []string{"gitops-start", "order", apart, check}
}

// written is what a script needs to know that changes a live folder.
func (r *renderer) written(e EnvironmentPlan, c pusher) yamldoc.Values {
	s := r.plan.Spec
	v := yamldoc.Values{
		"branch":      r.own("gitops.branch", s.GitOps.Branch),
		"token":       c.token,
		"application": r.own("name", s.Name),
		"environment": r.own(e.Path, e.Name),
		"overlay":     r.own(e.Path, e.Overlay),
		"live":        r.own(e.Path, e.Live),
		"image":       r.image(),
		"authorName":  c.name,
		"authorEmail": c.email,
	}
	if r.plan.GitOps.Proposes {
		v["gitops"], v["proposal"] = r.own("gitops.repository", s.GitOps.Repository), r.own(e.Path, e.Proposal)
	}
	return v
}

// environment is the GitHub environment of a job: it holds the secrets (W21).
func (r *renderer) environment(e EnvironmentPlan) yamldoc.Value {
	m := yamldoc.Map{{Key: "name", Value: r.own(e.Path, e.Name)}}
	if e.Spec.URL != "" {
		m = append(m, yamldoc.Entry{Key: "url", Value: r.own(e.Path+".url", e.Spec.URL)})
	}
	return yamldoc.Of(m)
}

// writeGroup is the concurrency group of all that writes to one overlay (W29, X12).
func (r *renderer) writeGroup(e EnvironmentPlan) yamldoc.Value {
	return r.own(e.Path, "gitops-"+r.plan.Spec.Name+"-"+e.Name)
}

// pusher is who may push: a token, the commit's author, and the steps that make
// sure of both before anything is done (W18, W20, W40).
type pusher struct {
	token, name, email yamldoc.Value
	steps              yamldoc.Doc
}

func (r *renderer) credential(e EnvironmentPlan) pusher {
	c := r.plan.Spec.GitOps.Credential
	owner, repository, _ := strings.Cut(r.plan.Spec.GitOps.Repository, "/")
	gitops := r.own("gitops.repository", r.plan.Spec.GitOps.Repository)
	environment := r.own(e.Path, e.Name)
	p := pusher{token: yamldoc.Of("${{ github.token }}"), name: yamldoc.Of(workflowAuthor), email: yamldoc.Of(workflowEmail)}
	switch r.plan.GitOps.Credential {
	case WorkflowCredential:
		return p
	case TokenCredential:
		p.token = yamldoc.From("gitops.credential.token", "${{ secrets."+c.Token+" }}")
		p.steps = r.fill("github/credential-token", yamldoc.Values{
			"token":       p.token,
			"secret":      r.own("gitops.credential.token", c.Token),
			"environment": environment,
			"gitops":      gitops,
			"run":         r.script("credential-token"),
		})
		return p
	}
	pulls := yamldoc.Omit
	if r.plan.GitOps.Proposes {
		pulls = yamldoc.Of("write")
	}
	return pusher{
		token: yamldoc.Of("${{ steps.app.outputs.token }}"),
		name:  yamldoc.Of("${{ steps.author.outputs.name }}"),
		email: yamldoc.Of("${{ steps.author.outputs.email }}"),
		steps: r.fill("github/credential-app", yamldoc.Values{
			"clientID":    yamldoc.From("gitops.credential.app.clientID", "${{ vars."+c.App.ClientID+" }}"),
			"privateKey":  yamldoc.From("gitops.credential.app.privateKey", "${{ secrets."+c.App.PrivateKey+" }}"),
			"variable":    r.own("gitops.credential.app.clientID", c.App.ClientID),
			"secret":      r.own("gitops.credential.app.privateKey", c.App.PrivateKey),
			"environment": environment,
			"gitops":      gitops,
			"run":         r.script("credential-app"),
			"appToken":    r.uses("actions/create-github-app-token"),
			"owner":       r.own("gitops.repository", owner),
			"repository":  r.own("gitops.repository", repository),
			"pulls":       pulls,
			"author":      r.script("author-app"),
		}),
	}
}

func number(n int) string { return strconv.Itoa(n) }
