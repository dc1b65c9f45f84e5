package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/remote"
)

// lastBack returns the newest rollback if nothing was deployed since.
func lastBack(p delivery, e environment) (live.Deploy, *answer) {
	switch at, no := back(p, e); {
	case no != nil:
		return live.Deploy{}, no
	case at > 0:
		return live.Deploy{}, excluded("there was a deploy since the rollback")
	}
	return e.Deploys.Value[0], nil
}

func digestGone(p delivery, e environment, d live.Deploy) *answer {
	out := excluded("the registry has the image")
	for _, i := range e.Images {
		switch {
		case i.Manifest.Kind == remote.NotFound:
			return found("the registry does not have "+i.Live.Digest+p.of(i)+", or does not show it to this credential", "", commitAt("rollback", d.Commit))
		case !i.Manifest.Known:
			out = lacking(i.Manifest)
		}
	}
	return out
}

// of names an image where there are several.
func (p delivery) of(i live.Image) string {
	if len(p.plan.Images) == 1 {
		return ""
	}
	return " of " + i.Live.Short()
}

func notSynced(p delivery, e environment, d live.Deploy) *answer {
	switch {
	case e.Reverted.Known:
		return excluded("the rollback is synced")
	case !e.Reverted.Later || e.Reverted.Kind != "":
		return lacking(e.Reverted)
	}
	return found(fmt.Sprintf("no sync has brought the rollback of %s ago", duration(p.facts.At.Sub(d.At))), "", commitAt("rollback", d.Commit))
}

// running returns the answer for the first pod with an image of ours that satisfies a test, or if the pods are not
// known.
func running(p delivery, e environment, says string, is func(image string) bool) *answer {
	pods, no := pods(p, e)
	for _, pod := range pods {
		for _, image := range pod.Images {
			if p.plan.Builds(image) && is(image) {
				return found("pod "+pod.Name+" "+says+" "+brief(image), "", podAt(p, e, pod))
			}
		}
	}
	return no
}

func byTag(p delivery, e environment) *answer {
	return cmp.Or(running(p, e, "runs", func(image string) bool { return !strings.Contains(image, "@") }),
		excluded("each pod names its image by digest: what a node has cached cannot be another"))
}

func oldPods(p delivery, e environment, _ live.Deploy) *answer {
	if !e.Reverted.Known {
		return excluded("the rollback is not synced yet")
	}
	return cmp.Or(running(p, e, "still runs", func(image string) bool {
		_, digest, ok := strings.Cut(image, "@")
		return ok && !slices.ContainsFunc(e.Live.Value.Images, func(r live.Reference) bool { return r.Digest == digest })
	}), excluded("all pods run what the rollback names"))
}
