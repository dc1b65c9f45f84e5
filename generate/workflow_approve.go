package generate

import (
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// condition is when a deploy, and the approval before it, takes part in a run: when the run publishes, and the
// environment before has what it published (O02). That environment is its origin.
func (r *renderer) condition(e plan.Environment, j plan.Job) yamldoc.Value {
	if !e.Follows() {
		return yamldoc.Of(r.when(j))
	}
	return r.own(e.AfterPath, r.when(j)+" && needs."+r.plan.Environment(e.After).Jobs.Confirms+".outputs.deployed == 'true'")
}

// approveJob lets a person decide, outside the queue of the live folder.
func (r *renderer) approveJob(e plan.Environment, j plan.Job, condition yamldoc.Value, what yamldoc.Value) yamldoc.Doc {
	waits := yamldoc.Omit
	if len(j.Needs) > 0 {
		waits = r.own(e.Path, j.Needs).Flow()
	}
	return r.job(j, "github/approve", yamldoc.Values{
		"needs":       waits,
		"condition":   condition,
		"environment": r.own(j.Path, e.Approval),
		"what":        what,
		"for":         r.own(e.Path, e.Name),
		"run":         r.script("note-approval"),
	})
}
