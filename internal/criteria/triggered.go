package criteria

import "github.com/pipegen/pipegen/internal/plan"

// triggered promises when a push starts the pipeline. GitHub guarantees nothing, so a run measures itself.
var triggered = Kind{
	Name: "triggered",
	Support: []Part{
		Shows(InPipeline, `^on\.push$`, "the push that starts a run"),
		triggers, shells, measureJob,
	},
	Promised: within,
	Judge: func(c plan.Criterion, d Delivery) Outcome {
		if !d.Pushed.Known {
			return d.Pushed.Missing()
		}
		return held(c.Within, "from the push to the run", d.Pushed.Value, d.Run.Value.Created)
	},
	Loosened: []Loosening{later},
}
