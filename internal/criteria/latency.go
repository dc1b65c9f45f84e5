package criteria

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// latency promises that most of the requests to a new version are answered in time.
var latency = Kind{
	Kind: plan.Kind{
		Name: "latency", Mode: plan.Enforced, Rules: judgedRules, Reach: judgedReach,
		Gate: judgedGate, Fails: judgedFails, Measure: judgedMeasure,
		Asks: wants(plan.Judged), Gauge: plan.Prometheus.Quantile,
		Check: judgedFits,
		Keeps: func(p plan.Plan, c plan.Criterion) string {
			return judgedKeeps(p, c, fmt.Sprintf("less than %g %% of them were answered within %s", c.Quantile, schema.Short(c.Within)))
		},
		Labels: func(_ plan.Plan, c plan.Criterion) []plan.Label {
			return []plan.Label{{On: plan.ToRollout, Text: fmt.Sprintf("p%g ≤ %s", c.Quantile, schema.Short(c.Within))}}
		},
	},
	Support: judgedSupport,
	Proof:   isJudged,
	Promised: func(c plan.Criterion) string {
		return fmt.Sprintf("%g %% within %s", c.Quantile, schema.Short(c.Within))
	},
	JudgeEach: judgedBefore,
	Loosened:  []Loosening{later, judgedLess},
}
