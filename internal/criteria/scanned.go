package criteria

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
)

// scanned promises that no image with a known vulnerability is published.
var scanned = Kind{
	Kind: plan.Kind{
		Name: "scanned", Mode: plan.Enforced, Tool: "trivy",
		Gate: "the scan of the image before it is pushed", Fails: "the job fails, and nothing is published",
		Asks: func(c plan.Criterion, d *plan.Demands) { d.Scanned = &c },
		Keeps: func(_ plan.Plan, c plan.Criterion) string {
			return fmt.Sprintf("The image is scanned before it is pushed; a known vulnerability that is %s and can be mended stops it.", strings.Join(c.Severities(), " or "))
		},
	},
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
	Lacks: Reasons{"Check": canHold, "Labels": "the image is scanned within the station Publish"},
}
