package criteria

import (
	"fmt"
	"strconv"

	"github.com/pipegen/pipegen/internal/plan"
)

// coverage promises how much of the code the tests run.
var coverage = Kind{
	Name: "coverage",
	Support: []Part{
		Stops(InPipeline, `^jobs\.test\.steps\.env\.COVERAGE_MIN$`, "coverage threshold"),
		waitsForTest, requiredGate, triggers, shells, testJob, imageJobs, gateJob,
	},
	Promised: func(c plan.Criterion) string { return "at least " + percent(c) },
	// The figure itself is in the summary of the run, which the API does not give.
	Judge: func(c plan.Criterion, d Delivery) Outcome {
		return d.step(c.ID, "the gate at "+percent(c)+" passed", "the gate did not pass", "the gate")
	},
	Loosened: []Loosening{{
		Code: "coverage-lowered", Why: "Code with fewer tests is deployed.",
		Says: func(before, after plan.Criterion) string {
			if after.AtLeast >= before.AtLeast {
				return ""
			}
			return fmt.Sprintf("asks for a coverage of %g %% instead of %g %%", after.AtLeast, before.AtLeast)
		},
	}},
}

func percent(c plan.Criterion) string { return strconv.FormatFloat(c.AtLeast, 'f', -1, 64) + " %" }
