package generate

import (
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// attestJob is the id of the job that attests what no criterion asks for.
const attestJob = "attest"

// attestsApart reports whether the image is attested without a promise: then no deploy
// waits for Sigstore.
func attestsApart(s schema.Spec) bool {
	_, _, promised := promiseOf(s, "attested")
	return s.Image.Attest && !promised
}

// signsFirst reports whether the job that names the image asks Sigstore for something,
// for which the deploys wait.
func signsFirst(s schema.Spec) bool {
	_, _, signed := promiseOf(s, "signed")
	return signed || s.Image.Attest && !attestsApart(s)
}

// attest attests the image with the digest that an expression gives. The action itself
// asks Sigstore again when it does not answer.
func (r *renderer) attest(digest string) yamldoc.Doc {
	return r.fill("github/attest", yamldoc.Values{
		"name":   r.titled("Attest where the image comes from", "attested"),
		"attest": r.uses("actions/attest"),
		"image":  r.image(),
		"digest": yamldoc.Of("${{ " + digest + " }}"),
	})
}

func (r *renderer) attestApart() yamldoc.Doc {
	if !attestsApart(r.plan.Spec) {
		return yamldoc.Doc{}
	}
	return r.fill("github/attest-job", yamldoc.Values{
		"needs":       r.needs(attestJob, ""),
		"published":   yamldoc.Of(r.plan.Release.Condition),
		"timeout":     yamldoc.Of(attestTimeout),
		"permissions": r.sigstorePermissions("store the attestation beside the image", true),
		"steps":       yamldoc.Block(yamldoc.Spaced(r.login(), r.attest("needs.image.outputs.digest"))),
	})
}

// imagePermissions are those of the job that names the image, each with its reason
// (W16, W17).
func (r *renderer) imagePermissions() yamldoc.Value {
	s := r.plan.Spec
	if !signsFirst(s) {
		return yamldoc.Of(yamldoc.Map{grant("packages", "name the pushed image")})
	}
	return r.sigstorePermissions("name the pushed image, and store what is signed beside it", s.Image.Attest && !attestsApart(s))
}

func (r *renderer) sigstorePermissions(packages string, attests bool) yamldoc.Value {
	m := yamldoc.Map{grant("packages", packages), grant("id-token", "sign as this workflow")}
	if attests {
		m = append(m, grant("attestations", "store the attestation"), grant("artifact-metadata", "link the attestation to the package"))
	}
	return yamldoc.Of(m)
}

func grant(name, why string) yamldoc.Entry {
	return yamldoc.Entry{Key: name, Value: yamldoc.Of("write").Comment(why)}
}
