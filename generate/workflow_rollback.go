package generate

import (
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// RollbackFile is the workflow that takes a deploy back.
const RollbackFile = ".github/workflows/rollback.yaml"

// rollbackTimeout is in minutes; five refused pushes fit into it.
const rollbackTimeout = 5

// rollback writes the workflow that reverts bumps in the GitOps repository. It
// builds nothing: what is deployed again is the recorded digest (X27, T18).
func (r *renderer) rollback() {
	if !r.plan.Rollback {
		return
	}
	var jobs []yamldoc.Doc
	var names []string
	for _, e := range r.plan.Environments {
		jobs = append(jobs, r.approveJob(e, nil, r.chosen(e), yamldoc.Of("a rollback")), r.rollbackJob(e))
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
	back["title"] = r.own(at, "Revert the deploy (criterion "+r.criterionID("rollback")+")")
	revert := "github/rollback-commit"
	if back["run"] = r.script("rollback"); r.plan.GitOps.Proposes {
		revert, back["run"] = "github/rollback-propose", r.script("propose-rollback")
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
