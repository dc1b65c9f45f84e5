package criteria

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/plan"
)

// failures promises that few of the requests to a new version fail. The field is called errors.
var failures = Kind{
	Kind: plan.Kind{
		Name: "errors", Mode: plan.Enforced, Rules: judgedRules, Reach: judgedReach,
		Gate: judgedGate, Fails: judgedFails, Measure: judgedMeasure,
		Asks: wants(plan.Judged), Gauge: plan.Prometheus.Share,
		Check: judgedFits,
		Keeps: func(p plan.Plan, c plan.Criterion) string {
			return judgedKeeps(p, c, fmt.Sprintf("%g %% or more of them have failed", c.Below))
		},
		Labels: func(_ plan.Plan, c plan.Criterion) []plan.Label {
			return []plan.Label{{On: plan.ToRollout, Text: fmt.Sprintf("errors < %g %%", c.Below)}}
		},
	},
	Support:   judgedSupport,
	Proof:     isJudged,
	Promised:  func(c plan.Criterion) string { return fmt.Sprintf("below %g %%", c.Below) },
	JudgeEach: judgedBefore,
	Loosened:  []Loosening{judgedLess},
}
