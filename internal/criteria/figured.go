package criteria

import (
	"fmt"
	"slices"

	"github.com/pipegen/pipegen/internal/plan"
)

// figured judges a criterion by what Prometheus says of the requests to each workload. Good says whether a figure keeps it, and
// writes it.
func (d Delivery) figured(c plan.Criterion, e Environment, good func(Figure) (bool, string)) Outcome {
	mine := slices.DeleteFunc(slices.Clone(e.Figures), func(f Figured) bool { return f.Criterion != c.ID })
	if len(mine) == 0 {
		return Unmeasured.By("Prometheus has the figures, and nothing says how to ask it from here: prometheus.outside would")
	}
	return Together(mine, func(f Figured) string { return f.Workload }, c.Of, func(f Figured) Outcome {
		at := Evidence{What: "Prometheus", URL: f.Answer.URL, At: d.At}
		switch {
		case !f.Answer.Known:
			return f.Answer.Missing()
		case f.Answer.Value.Requests < float64(c.Floor()):
			return Unmeasured.By(fmt.Sprintf("%.0f requests say nothing, %d are needed", f.Answer.Value.Requests, c.Floor()), at)
		case !f.Answer.Value.Given:
			return Unmeasured.By(fmt.Sprintf("Prometheus has no figure of %.0f requests", f.Answer.Value.Requests), at)
		}
		kept, says := good(f.Answer.Value)
		if kept {
			return Kept.By(says, at)
		}
		return Broken.By(says, at)
	})
}
