package verdict

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live"
)

// image is the link from the GitOps repository to the registry.
func (j judge) image(e live.Environment) criteria.Outcome {
	if !e.Image.Known {
		return missing(e.Image)
	}
	l, m := e.Live.Value, e.Image.Value
	at := criteria.Evidence{What: "image", URL: e.Image.URL, Revision: l.Digest, At: j.facts.At}
	var wrong []string
	for _, i := range j.plan.Images {
		for _, leg := range i.Legs {
			if i.Reference == l.Image && !slices.Contains(m.Platforms, leg.Platform) {
				wrong = append(wrong, fmt.Sprintf("it has no %s, only %s", leg.Platform, strings.Join(m.Platforms, ", ")))
			}
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
		return criteria.Broken.By(strings.Join(wrong, "; "), at)
	case !e.Tagged.Known:
		r := missing(e.Tagged)
		r.Measured, r.Evidence = "the tag "+l.Tag+": "+r.Measured, []criteria.Evidence{at}
		return r
	}
	return criteria.Kept.By(fmt.Sprintf("%s is %s for %s", l.Tag, l.Digest, strings.Join(m.Platforms, ", ")), at)
}
