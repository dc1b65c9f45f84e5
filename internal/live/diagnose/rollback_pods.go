package diagnose

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/remote"
)

// lastBack returns the newest rollback if nothing was deployed since.
func lastBack(e environment) (live.Deploy, *answer) {
	at, no := back(e)
	if no == nil && at > 0 {
		a := excluded("there was a deploy since the rollback")
		no = &a
	}
	if no != nil {
		return live.Deploy{}, no
	}
	return e.Deploys.Value[0], nil
}

func digestGone(p delivery, e environment) answer {
	d, no := lastBack(e)
	switch {
	case no != nil:
		return *no
	case e.Image.Known:
		return excluded("the registry has the image")
	case e.Image.Kind != remote.NotFound:
		return lacking(e.Image)
	}
	return found("the registry does not have "+e.Live.Value.Digest+", or does not show it to this credential", "", deployAt("rollback", d.Commit))
}

func notSynced(p delivery, e environment) answer {
	d, no := lastBack(e)
	switch {
	case no != nil:
		return *no
	case e.Reverted.Known:
		return excluded("the rollback is synced")
	case !e.Reverted.Later || e.Reverted.Kind != "":
		return lacking(e.Reverted)
	}
	return found(fmt.Sprintf("no sync has brought the rollback of %s ago", duration(p.facts.At.Sub(d.At))), "", deployAt("rollback", d.Commit))
}

func byTag(p delivery, e environment) answer {
	if !e.Pods.Known {
		return lacking(e.Pods)
	}
	for _, pod := range e.Pods.Value {
		for _, image := range pod.Images {
			if p.plan.Builds(image) && !strings.Contains(image, "@") {
				return found("pod "+pod.Name+" runs "+brief(image), "", podAt(p, e, pod))
			}
		}
	}
	return excluded("each pod names its image by digest: what a node has cached cannot be another")
}

func oldPods(p delivery, e environment) answer {
	_, no := lastBack(e)
	switch {
	case no != nil:
		return *no
	case !e.Reverted.Known:
		return excluded("the rollback is not synced yet")
	case !e.Pods.Known:
		return lacking(e.Pods)
	}
	for _, pod := range e.Pods.Value {
		for _, image := range pod.Images {
			at := strings.Index(image, "@")
			if p.plan.Builds(image) && at >= 0 && image[at+1:] != e.Live.Value.Digest {
				return found("pod "+pod.Name+" still runs "+brief(image), "", podAt(p, e, pod))
			}
		}
	}
	return excluded("all pods run what the rollback names")
}
