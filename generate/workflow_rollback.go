package generate

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// askedFor is what a person approves: the deploy to go back to, or how far to go.
const askedFor = "${{ inputs.to && format('back to {0}', inputs.to) || format('back by {0}', inputs.steps) }}"

// rollbackJobs are the jobs of the workflow that takes a deploy back, if a criterion asks for it.
func rollbackJobs(s input, environments []plan.Environment) plan.Jobs {
	var out plan.Jobs
	for _, e := range environments {
		revert := promisedStep(plan.StepRevert, "Revert the deploy", s.demands.By(plan.TakenBack, "", e.Name))
		if len(revert) == 0 {
			continue
		}
		var needs []string
		if id := e.Jobs.Approve; id != "" {
			needs = []string{id}
			out = append(out, plan.Job{ID: id, Name: "Approve " + e.Name, Path: e.Path + ".approval", Runs: plan.Dispatch, Limit: plan.Limit{Minutes: approveTimeout}})
		}
		out = append(out, plan.Job{ID: e.Jobs.Rollback, Name: "Roll back " + e.Name, Path: e.Path, Needs: needs, Runs: plan.Dispatch,
			Limit: plan.Limit{Minutes: rollbackTimeout}, Rights: deployRights(s, "", "push the commit to this repository"), Steps: append(pushSteps(s), revert...)})
	}
	return out
}

// rollback writes the workflow that restores what was live in the GitOps repository. It
// builds nothing: what is deployed again is the recorded digest (X27, T18).
func (r *renderer) rollback() {
	if len(r.plan.RollbackJobs) == 0 {
		return
	}
	var jobs []yamldoc.Doc
	var names []string
	for _, e := range r.plan.Environments {
		approve := r.approveJob(e, r.plan.RollbackJobs.Find(e.Jobs.Approve), r.chosen(e), yamldoc.Of(askedFor))
		jobs = append(jobs, approve, r.rollbackJob(e, r.plan.RollbackJobs.Find(e.Jobs.Rollback)))
		names = append(names, e.Name)
	}
	r.addWorkflow(r.plan.RollbackWorkflow, r.fill("github/rollback", yamldoc.Values{
		"name":         r.own("name", "Roll back "+r.plan.Name),
		"environments": r.own("environments", names).Flow(),
		"first":        r.own("environments", names[len(names)-1]),
		"jobs":         yamldoc.Block(yamldoc.Spaced(jobs...)),
	}))
}

func (r *renderer) rollbackJob(e plan.Environment, j plan.Job) yamldoc.Doc {
	c := r.credential(e, j)
	back := r.written(e, c)
	back["title"], back["clusters"] = r.step(j, plan.StepRevert), yamldoc.Omit
	var clusters []string
	for _, at := range e.Differing() {
		clusters = append(clusters, at.Overlay)
	}
	if len(clusters) > 0 {
		back["clusters"] = r.own(e.Path, strings.Join(clusters, " "))
	}
	revert := "github/rollback-commit"
	if back["run"] = r.script(slices.Concat([]string{"history"}, c.start, []string{"go-back", "rollback"})...); e.Proposal != "" {
		merges := "propose-rollback"
		if e.Reviewed {
			merges = "review"
		}
		revert, back["run"] = "github/rollback-propose", r.script(slices.Concat([]string{"history"}, c.start, []string{"pull-request", "go-back", "request-rollback", merges})...)
		back["rollbacks"] = r.own(e.Path, e.Rollbacks)
	}
	steps := []yamldoc.Doc{c.steps, r.fill("github/rollback-steps", r.checkouts(j, c)), r.getKustomize(), r.getHelm(e), r.fill(revert, back)}
	return r.job(j, "github/rollback-job", yamldoc.Values{
		"needs":       r.optional(e.Path+".approval", e.Jobs.Approve),
		"condition":   r.chosen(e),
		"environment": r.environment(e),
		"group":       r.writeGroup(e),
		"steps":       yamldoc.Block(yamldoc.Spaced(steps...)),
	})
}

// chosen picks the job of the environment that was asked for, on the branch whose
// workflow has been reviewed.
func (r *renderer) chosen(e plan.Environment) yamldoc.Value {
	reviewed := plan.Dispatch.Condition(plan.Dispatch|plan.DispatchElsewhere, r.plan.Source.Branch)
	return yamldoc.Of(reviewed + " && inputs.environment == '" + e.Name + "'")
}
