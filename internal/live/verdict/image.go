package verdict

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live"
)

// images is the link from the GitOps repository to the registries.
func (j judge) images(e live.Environment) criteria.Outcome {
	name := func(i live.Image) string { return imageOf(j.plan, e, i).Name }
	return criteria.Together(e.Images, name, nil, func(i live.Image) criteria.Outcome { return j.image(e, i) })
}

func (j judge) image(e live.Environment, i live.Image) criteria.Outcome {
	if !i.Manifest.Known {
		return missing(i.Manifest)
	}
	l, m := i.Live, i.Manifest.Value
	at := criteria.Evidence{What: "image", URL: i.Manifest.URL, Revision: l.Digest, At: j.facts.At}
	var wrong []string
	for _, leg := range imageOf(j.plan, e, i).Legs {
		if !slices.Contains(m.Platforms, leg.Platform) {
			wrong = append(wrong, fmt.Sprintf("it has no %s, only %s", leg.Platform, strings.Join(m.Platforms, ", ")))
		}
	}
	source, reused := e.Live.Value.Source, ""
	if m.Revision != "" && m.Revision != source {
		other := fmt.Sprintf("it says it was built from %s, the GitOps repository says from %s", short(m.Revision), short(source))
		switch {
		case !i.Reused:
			wrong = append(wrong, other)
		case i.Named.Known && i.Named.Value.Digest != l.Digest:
			wrong = append(wrong, fmt.Sprintf("%s is live, and the run for %s has named %s as %s", l.Digest, short(source), i.Named.Value.Digest, i.Named.Value.Tag))
		case !i.Named.Known && i.Named.Value.Tag != "":
			r := missing(i.Named)
			r.Measured, r.Evidence = "the tag "+i.Named.Value.Tag+": "+r.Measured, []criteria.Evidence{at}
			return r
		case !i.Named.Known && !i.Earlier.Known:
			return missing(i.Earlier, at)
		case !i.Named.Known && !i.Earlier.Value:
			wrong = append(wrong, other+", which is not built on it")
		}
		reused = ", built from " + short(m.Revision) + " and not changed since"
	}
	if i.Tagged.Known && i.Tagged.Value != l.Digest {
		wrong = append(wrong, fmt.Sprintf("the tag %s points to %s, and not to what is deployed", l.Tag, i.Tagged.Value))
	}
	switch {
	case len(wrong) > 0:
		return criteria.Broken.By(strings.Join(wrong, "; "), at)
	case !i.Tagged.Known:
		r := missing(i.Tagged)
		r.Measured, r.Evidence = "the tag "+l.Tag+": "+r.Measured, []criteria.Evidence{at}
		return r
	}
	return criteria.Kept.By(fmt.Sprintf("%s is %s for %s%s", l.Tag, l.Digest, strings.Join(m.Platforms, ", "), reused), at)
}
