package criteria

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// latency promises that most of the requests to a new version are answered in time.
var latency = judged(Kind{
	Kind: plan.Kind{Name: "latency", Gauge: plan.Prometheus.Quantile, Alarm: plan.Prometheus.Slow, Asked: plan.Prometheus.AskedQuantile},
	Promised: func(c plan.Criterion) string {
		return fmt.Sprintf("%g %% within %s", c.Quantile, schema.Short(c.Within))
	},
	Loosened: []Loosening{later},
}, func(c plan.Criterion) string {
	return fmt.Sprintf("less than %g %% of them were answered within %s", c.Quantile, schema.Short(c.Within))
}, func(c plan.Criterion) string {
	return fmt.Sprintf("p%g ≤ %s", c.Quantile, schema.Short(c.Within))
})
