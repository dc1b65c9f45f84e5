package criteria

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/plan"
)

// endpoint promises a good answer after each deploy.
var endpoint = Kind{
	Name: "endpoint",
	Support: []Part{
		secondsToStart, startupProbe,
		Stops(InSmoke, `^spec\.activeDeadlineSeconds$`, "when the smoke Job is stopped, its start included"),
		Stops(InSmoke, `^metadata\.annotations\.argocd\.argoproj\.io/hook$`, "the smoke Job runs after each sync"),
		Shows(InSmoke, `^metadata\.annotations\.pipegen/criterion$`, "the criterion that the smoke Job names"),
		Shows(InSmoke, Container+`env\.value$`, "what the smoke Job asks, which status it expects, and for how long"),
		needs(InSmoke, `^(metadata\.annotations|spec)\b`, "the smoke Job, and what Argo CD makes of it"),
		startupGround, rendered, syncs,
	},
	Promised: func(c plan.Criterion) string { return fmt.Sprintf("%d within %s", c.Status, short(c.Within)) },
	// It is what the smoke Job of the last sync has found.
	JudgeEach: func(c plan.Criterion, d Delivery, e Environment) Outcome {
		if c.From == fromOutside {
			o := e.Address
			if o.Status == Kept {
				o = Unmeasured.By(o.Measured+" now; nothing has asked from outside when it was deployed", o.Evidence...)
			}
			return o
		}
		switch {
		case !e.Application.Known:
			return e.Application.Missing()
		case e.Newest() == nil:
			return d.undeployed(e)
		}
		job := e.Application.Value.Smoke
		question := fmt.Sprintf("%d from %s within %s", c.Status, d.HealthPath, short(c.Within))
		switch {
		case e.Synced.Later && !e.Synced.Known && job.Phase != "Failed":
			return Pending("the sync that asks has not finished")
		case !job.Ran:
			return Unmeasured.By("the last sync ran no smoke Job: was it a sync of selected resources?")
		case job.Phase == "Running":
			return Pending("the smoke Job is asking", job.Evidence)
		case job.Phase == "Failed" || job.Phase == "Error":
			return Broken.By("the smoke Job got no "+question, job.Evidence)
		case job.Phase != "Succeeded":
			return Unmeasured.By("Argo CD does not say how the smoke Job ended", job.Evidence)
		}
		return Kept.By("the smoke Job got "+question, job.Evidence)
	},
	Loosened: []Loosening{later, {
		Code: "endpoint-loosened", Why: "Another answer counts as well, and nobody who relies on the old one is told.",
		Says: func(before, after plan.Criterion) string {
			if before.Endpoint == after.Endpoint && before.Status == after.Status && before.From == after.From {
				return ""
			}
			return "asks another question: its path, status or place differs"
		},
	}},
}

// fromOutside is where nothing that pipegen generates can ask.
const fromOutside = "outside"
