package criteria

import (
	"github.com/pipegen/pipegen/internal/plan"
)

// attested promises that everybody can check where an image comes from.
var attested = Kind{
	Name: "attested",
	Support: []Part{
		Stops(InPipeline, `^jobs\.image\.steps\.uses$`, "attest step").In(plan.StepAttest),
		imageJob, shells, imageJobs, deployJob,
	},
	Promised: func(plan.Criterion) string { return "an attestation for the image" },
	// There are two places: where registries do not keep it, GitHub does.
	JudgeEach: func(_ plan.Criterion, d Delivery, e Environment) Outcome {
		at := Evidence{What: "registry", URL: e.Attested.URL, Revision: e.Live.Value.Digest, At: d.At}
		github := Evidence{What: "GitHub", URL: e.Attestations.URL, Revision: e.Live.Value.Digest, At: d.At}
		switch {
		case e.Attested.Known && e.Attested.Value:
			return Kept.By("there is an attestation in the registry; 'gh attestation verify' says what it is worth", at)
		case e.Attestations.Known && e.Attestations.Value > 0:
			return Kept.By("GitHub has an attestation; 'gh attestation verify' says what it is worth", github)
		case !e.Attested.Known:
			return e.Attested.Missing()
		case !e.Attestations.Known:
			return e.Attestations.Missing()
		case !e.Image.Known:
			return e.Image.Missing()
		}
		return Broken.By("neither the registry nor GitHub has an attestation", at, github)
	},
	Lacks: Reasons{"Loosened": noFigure},
}
