package criteria

import (
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/rules"
)

// signed promises a signature of every image.
var signed = Kind{
	Kind: plan.Kind{
		Name: "signed", Mode: plan.Enforced, Tool: "cosign",
		Reach: ofImages,
		Gate:  "the sign step of the job Image", Fails: "the job fails, and nothing is deployed",
		Asks: wants(plan.Signed),
		Keeps: func(p plan.Plan, c plan.Criterion) string {
			return sentence(theJobs(p, namesOf(p, c)...), len(c.Of) > 1, "signs the digest with the workflow's identity, and fails when it cannot.", "sign the digests with the workflow's identity, and fail when they cannot.")
		},
	},
	Support: []Part{
		Stops(InPipeline, `^jobs\.image\.steps\.run$`, "sign step").Where(`cosign sign `),
		changesJob, shells, imagesRun, imageJob, imageSteps, deployJob, promotion,
	},
	Proof:    signs,
	Promised: func(plan.Criterion) string { return "a signature beside the image" },
	JudgeEach: func(c plan.Criterion, d Delivery, e Environment) Outcome {
		return e.eachImage(c, func(i Image) Outcome {
			if !i.Signed.Known {
				return i.Signed.Missing()
			}
			at := Evidence{What: "registry", URL: i.Signed.URL, Revision: i.Digest, At: d.At}
			switch {
			case i.Signed.Value:
				return Kept.By("there is a signature; 'cosign verify' says whose", at)
			case !i.Stored.Known:
				return i.Stored.Missing()
			}
			return Broken.By("there is no signature beside the image", at)
		})
	},
	Lacks: Reasons{"Check": canHold, "Labels": "the image is signed within the station Image", "Loosened": noFigure},
}

func signs(c plan.Criterion, on *rules.Case) {
	eachImage(c, on, "signs it", func(s *pipeline.Step) bool { return strings.Contains(s.Run(), "cosign sign") })
}
