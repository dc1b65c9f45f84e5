package criteria

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// triggered promises when a push starts the pipeline. GitHub guarantees nothing, so a run measures itself.
var triggered = Kind{
	Kind: plan.Kind{
		Name: "triggered", Mode: plan.Measured, Rules: []string{"T01"},
		Reach:   plan.Reach{Whole: "one push starts one run", Everywhere: "one push starts one run"},
		Measure: "a step of the job Measure compares the push with the start of the run, and warns",
		Asks: func(c plan.Criterion, d *plan.Demands) {
			d.Measures = append(d.Measures, plan.Measure{Criterion: c, Pushed: true})
		},
		Keeps: func(_ plan.Plan, c plan.Criterion) string {
			return fmt.Sprintf("The job Measure warns above %s; GitHub guarantees nothing.", schema.Short(c.Within))
		},
		Labels: bound(plan.ToTest),
	},
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
	Lacks:    Reasons{"Proof": "a step of the run measures it, and nothing depends on that", "Check": "GitHub bounds nothing that a figure could be held against"},
}
