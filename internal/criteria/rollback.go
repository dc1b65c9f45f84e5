package criteria

import (
	"github.com/pipegen/pipegen/internal/plan"
)

// rollback promises when a deploy is taken back.
var rollback = Kind{
	Name: "rollback",
	Support: []Part{
		Stops(InRollback, `^jobs\.rollback-([\w-]+)\.steps\.name$`, "revert of a deploy to $1").In(plan.StepRevert),
		Stops(InDeployment, `^spec\.progressDeadlineSeconds$`, "when a stuck rollout counts as failed"),
		needs(InRollback, `^(on|defaults|jobs)\b`, "the workflow that takes deploys back"),
		startupGround, rendered, source, syncs,
		needs(InProject, `^spec\.syncWindows\b`, "when Argo CD may sync"),
	},
	Promised: within,
	// It measures the last one that happened. Of a promise that nobody has tried it says just that.
	JudgeEach: func(c plan.Criterion, d Delivery, e Environment) Outcome {
		if !e.Deploys.Known {
			return e.Deploys.Missing()
		}
		for _, back := range e.Deploys.Value {
			if !back.Back {
				continue
			}
			start := Evidence{What: "rollback", URL: back.URL, Revision: back.SHA, At: back.At}
			switch {
			case e.Reverted.Known:
				return held(c.Within, "from the revert to the finished sync", start, e.Reverted.Value)
			case !e.Application.Known:
				return e.Application.Missing(start)
			case e.Reverted.Later && e.Newest().SHA == back.SHA:
				return awaited(c.Within, d.At.Sub(back.At), "the revert is not synced", start)
			}
			return Unmeasured.By("there was a rollback, but "+e.Reverted.Why, start)
		}
		return Unmeasured.By("never exercised: no deploy has been taken back; run 'pipegen rollback' or the workflow rollback.yaml to try it")
	},
	Loosened: []Loosening{later},
}
