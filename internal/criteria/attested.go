package criteria

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/rules"
)

// attested promises that everybody can check where an image comes from.
var attested = Kind{
	Kind: plan.Kind{
		Name: "attested", Mode: plan.Enforced,
		Reach: ofImages,
		Gate:  "the attest step of the job Image", Fails: "the job fails, and nothing is deployed",
		Asks:  wants(plan.Attested),
		Check: isAttested,
		Keeps: func(p plan.Plan, c plan.Criterion) string {
			return sentence(theJobs(p, namesOf(p, c)...), len(c.Of) > 1, "fails", "fail") + " when the attestation cannot be stored beside the image."
		},
		Labels: label(plan.ToDeploy, "attested"),
	},
	Support: []Part{
		Stops(InPipeline, `^jobs\.image\.steps\.uses$`, "attest step").In(plan.StepAttest),
		changesJob, shells, imagesRun, imageJob, imageSteps, deployJob, promotion,
		needs(InPipeline, `^jobs\.attest\b`, "the job that attests where no deploy waits for it"),
	},
	Proof:    attests,
	Promised: func(plan.Criterion) string { return "an attestation for the image" },
	// There are two places: where registries do not keep it, GitHub does.
	JudgeEach: func(c plan.Criterion, d Delivery, e Environment) Outcome {
		return e.eachImage(c, func(i Image) Outcome {
			at := Evidence{What: "registry", URL: i.Attested.URL, Revision: i.Digest, At: d.At}
			github := Evidence{What: "GitHub", URL: i.Attestations.URL, Revision: i.Digest, At: d.At}
			switch {
			case i.Attested.Known && i.Attested.Value:
				return Kept.By("there is an attestation in the registry; 'gh attestation verify' says what it is worth", at)
			case i.Attestations.Known && i.Attestations.Value > 0:
				return Kept.By("GitHub has an attestation; 'gh attestation verify' says what it is worth", github)
			case !i.Attested.Known:
				return i.Attested.Missing()
			case !i.Attestations.Known:
				return i.Attestations.Missing()
			case !i.Stored.Known:
				return i.Stored.Missing()
			}
			return Broken.By("neither the registry nor GitHub has an attestation", at, github)
		})
	},
	Lacks: Reasons{"Loosened": noFigure},
}

// isAttested: a spec may turn attestations off.
func isAttested(p plan.Plan, c plan.Criterion) diag.List {
	var out diag.List
	for _, i := range p.ImagesOf(c) {
		if !i.Attested {
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: c.At(),
				Message: fmt.Sprintf("criterion %s promises an attested image, but %s.attest is false", c.ID, i.Path), Help: "leave " + i.Path + ".attest out"})
		}
	}
	return out
}

func attests(c plan.Criterion, on *rules.Case) {
	eachImage(c, on, "attests where it comes from", func(s *pipeline.Step) bool { return s.Uses == "actions/attest" })
}
