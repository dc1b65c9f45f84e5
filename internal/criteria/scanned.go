package criteria

import (
	"github.com/pipegen/pipegen/internal/plan"
)

// scanned promises that no image with a known vulnerability is published.
var scanned = Kind{
	Name: "scanned",
	Support: []Part{
		Stops(InPipeline, `^jobs\.publish\.steps\.uses$`, "scan of the image").In(plan.StepScan),
		needs(InPipeline, `^jobs\.(build|publish)\.(if|continue-on-error|defaults|strategy|env|steps)\b`, "what is built, scanned and pushed, in this order"),
		shells,
	},
	Promised: func(c plan.Criterion) string {
		return "no known vulnerability of severity " + c.Refuse + " or above"
	},
	Judge: func(c plan.Criterion, d Delivery) Outcome {
		return d.step(c.ID, "the scan passed before the image was pushed", "the scan did not pass", "the scan")
	},
	Loosened: []Loosening{{
		Code: "scan-loosened", Why: "Images with vulnerabilities that stopped them before are published.",
		Says: func(before, after plan.Criterion) string {
			if before.Refuse == after.Refuse || after.Refuse != "critical" {
				return ""
			}
			return "refuses critical vulnerabilities alone"
		},
	}},
}
