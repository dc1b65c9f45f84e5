package verdict

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/registry"
)

func (j judge) signed(e live.Environment) Result {
	if !e.Referrers.Known {
		return missing(e.Referrers)
	}
	at := Evidence{What: "registry", URL: e.Referrers.URL, Revision: e.Live.Value.Digest, At: j.facts.At}
	if slices.ContainsFunc(e.Referrers.Value, registry.Referrer.Signature) {
		return kept("there is a signature; 'cosign verify' says whose", at)
	}
	if !e.Image.Known {
		return missing(e.Image)
	}
	return broken("there is no signature beside the image", at)
}

// attested looks in both places: where registries do not keep it, GitHub does.
func (j judge) attested(e live.Environment) Result {
	at := Evidence{What: "registry", URL: e.Referrers.URL, Revision: e.Live.Value.Digest, At: j.facts.At}
	github := Evidence{What: "GitHub", URL: e.Attestations.URL, Revision: e.Live.Value.Digest, At: j.facts.At}
	switch {
	case e.Referrers.Known && slices.ContainsFunc(e.Referrers.Value, registry.Referrer.Attestation):
		return kept("there is an attestation in the registry; 'gh attestation verify' says what it is worth", at)
	case e.Attestations.Known && e.Attestations.Value > 0:
		return kept("GitHub has an attestation; 'gh attestation verify' says what it is worth", github)
	case !e.Referrers.Known:
		return missing(e.Referrers)
	case !e.Attestations.Known:
		return missing(e.Attestations)
	case !e.Image.Known:
		return missing(e.Image)
	}
	return broken("neither the registry nor GitHub has an attestation", at, github)
}

// image is the link from the GitOps repository to the registry.
func (j judge) image(e live.Environment) Result {
	if !e.Image.Known {
		return missing(e.Image)
	}
	l, m := e.Live.Value, e.Image.Value
	at := Evidence{What: "image", URL: e.Image.URL, Revision: l.Digest, At: j.facts.At}
	var wrong []string
	for _, leg := range j.plan.Image.Legs {
		if !slices.Contains(m.Platforms, leg.Platform) {
			wrong = append(wrong, fmt.Sprintf("it has no %s, only %s", leg.Platform, strings.Join(m.Platforms, ", ")))
		}
	}
	if m.Revision != "" && m.Revision != l.Source {
		wrong = append(wrong, fmt.Sprintf("it says it was built from %s, the GitOps repository says from %s", short(m.Revision), short(l.Source)))
	}
	if e.Tagged.Known && e.Tagged.Value != l.Digest {
		wrong = append(wrong, fmt.Sprintf("the tag %s points to %s, and not to what is deployed", l.Tag, e.Tagged.Value))
	}
	switch {
	case len(wrong) > 0:
		return broken(strings.Join(wrong, "; "), at)
	case !e.Tagged.Known:
		r := missing(e.Tagged)
		r.Measured, r.Evidence = "the tag "+l.Tag+": "+r.Measured, []Evidence{at}
		return r
	}
	return kept(fmt.Sprintf("%s is %s for %s", l.Tag, l.Digest, strings.Join(m.Platforms, ", ")), at)
}
