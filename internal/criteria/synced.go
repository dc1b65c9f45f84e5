package criteria

import "github.com/pipegen/pipegen/internal/plan"

// fromPush starts the clock when the image is pushed.
const fromPush = "registry-push"

// synced promises when Argo CD has brought a deploy to the cluster.
var synced = Kind{
	Name: "synced",
	Support: []Part{
		Stops(InApplications, `^spec\.(?:template\.spec\.)?syncPolicy\.automated$`, "Argo CD syncs without being asked"),
		Stops(InApplications, `^spec\.(?:template\.spec\.)?syncPolicy\.retry\.limit$`, "retry of a failed sync"),
		syncs, source, deployJob,
		needs(InProject, `^spec\.(sourceRepos|destinations|syncWindows|\w+ResourceWhitelist)\b`, "what the project lets Argo CD sync, and when"),
	},
	Promised: within,
	JudgeEach: func(c plan.Criterion, d Delivery, e Environment) Outcome {
		n := e.Newest()
		if n == nil {
			return d.undeployed(e)
		}
		start, from := Evidence{What: "GitOps commit", URL: n.URL, Revision: n.SHA, At: n.At}, "from the commit to the finished sync"
		if c.From == fromPush {
			image := d.Jobs.Value.Image
			if n.Back || !image.Succeeded || e.Live.Value.Source != d.Run.Value.SHA {
				return Unmeasured.By("the run that pushed what is live is not the one of " + d.Commit)
			}
			start, from = image.Ended, "from the push of the image to the finished sync"
		}
		switch {
		case e.Synced.Known:
			return held(c.Within, from, start, e.Synced.Value)
		case !e.Application.Known:
			return e.Application.Missing()
		case e.Synced.Later && e.Carries.Known && e.Carries.Value && e.Application.Value.Synced:
			return Unmeasured.By("it is synced, but "+e.Synced.Why, start)
		case e.Synced.Later:
			return awaited(c.Within, d.At.Sub(start.At), "it is not synced", start)
		}
		return e.Synced.Missing()
	},
	Loosened: []Loosening{later},
}
