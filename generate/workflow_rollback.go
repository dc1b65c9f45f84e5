package generate

import (
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// RollbackFile is the workflow that takes a deploy back.
const RollbackFile = ".github/workflows/rollback.yaml"

// rollbackTimeout is in minutes; five refused pushes fit into it.
const rollbackTimeout = 5

// askedFor is what a person approves: the deploy to go back to, or how far to go.
const askedFor = "${{ inputs.to && format('back to {0}', inputs.to) || format('back by {0}', inputs.steps) }}"

// rollback writes the workflow that restores what was live in the GitOps repository. It
// builds nothing: what is deployed again is the recorded digest (X27, T18).
func (r *renderer) rollback() {
	if !r.plan.Rollback {
		return
	}
	var jobs []yamldoc.Doc
	var names []string
	for _, e := range r.plan.Environments {
		jobs = append(jobs, r.approveJob(e, nil, r.chosen(e), yamldoc.Of(askedFor)), r.rollbackJob(e))
		names = append(names, e.Name)
	}
	r.addWorkflow(RollbackFile, r.fill("github/rollback", yamldoc.Values{
		"name":         r.own("name", "Roll back "+r.plan.Spec.Name),
		"environments": r.own("environments", names).Flow(),
		"first":        r.own("environments", names[len(names)-1]),
		"jobs":         yamldoc.Block(yamldoc.Spaced(jobs...)),
	}))
}

func (r *renderer) rollbackJob(e EnvironmentPlan) yamldoc.Doc {
	c := r.credential(e)
	_, at, _ := promiseOf(r.plan.Spec, "rollback")
	back := r.written(e, c)
	// The image is the one that the history has, also where the spec names another now.
	delete(back, "image")
	back["title"] = r.own(at, "Revert the deploy (criterion "+r.criterionID("rollback")+")")
	revert := "github/rollback-commit"
	if back["run"] = r.script("history", "gitops-start", "go-back", "rollback"); r.plan.GitOps.Proposes {
		revert, back["run"] = "github/rollback-propose", r.script("history", "gitops-start", "pull-request", "go-back", "propose-rollback")
		back["rollbacks"] = r.own(e.Path, e.Rollbacks)
	}
	steps := []yamldoc.Doc{c.steps, r.fill("github/rollback-steps", r.checkouts(c)), r.getKustomize(), r.fill(revert, back)}
	permissions := yamldoc.Of(yamldoc.Map{})
	if r.plan.GitOps.Credential == WorkflowCredential {
		permissions = yamldoc.Block(r.fill("github/rollback-permissions-same", nil))
	}
	body := r.fill("github/rollback-job", yamldoc.Values{
		"name":        r.own(e.Path, "Roll back "+e.Name),
		"needs":       r.optional(e.Path+".approval", e.Approve),
		"chosen":      r.chosen(e),
		"timeout":     yamldoc.Of(rollbackTimeout),
		"environment": r.environment(e),
		"permissions": permissions,
		"group":       r.writeGroup(e),
		"steps":       yamldoc.Block(yamldoc.Spaced(steps...)),
	})
	return yamldoc.Join(yamldoc.Text("rollback-"+e.Name+":"), body.Indent(2))
}

// chosen picks the job of the environment that was asked for, on the branch whose
// workflow has been reviewed.
func (r *renderer) chosen(e EnvironmentPlan) yamldoc.Value {
	s := r.plan.Spec
	return yamldoc.Of("github.ref == 'refs/heads/" + s.Source.Branch + "' && inputs.environment == '" + e.Name + "'")
}

// criterionID is the id of the one criterion of a kind, "" when there is none.
func (r *renderer) criterionID(kind string) string {
	c, _, _ := promiseOf(r.plan.Spec, kind)
	return c.ID
}
