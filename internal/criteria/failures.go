package criteria

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/plan"
)

// failures promises that few of the requests to a new version fail. The field is called errors.
var failures = judged(Kind{
	Kind:     plan.Kind{Name: "errors", Gauge: plan.Prometheus.Share, Alarm: plan.Prometheus.Failing, Asked: plan.Prometheus.AskedShare},
	Promised: func(c plan.Criterion) string { return fmt.Sprintf("below %g %%", c.Below) },
}, func(c plan.Criterion) string {
	return fmt.Sprintf("%g %% or more of them have failed", c.Below)
}, func(c plan.Criterion) string {
	return fmt.Sprintf("errors < %g %%", c.Below)
})
