package verdict

import (
	"fmt"
	"time"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/argocd"
	"github.com/pipegen/pipegen/schema"
)

// ok is the status that a readiness path should have.
const ok = 200

// HealthPath is what to ask at a public address: what the smoke Job asks, else the
// path of readiness.
func HealthPath(p generate.Plan) string {
	if p.Smoke != nil {
		return p.Smoke.Path
	}
	return p.Spec.Deploy.Probes.Readiness
}

// HealthStatus is the status that HealthPath should have.
func HealthStatus(p generate.Plan) int {
	if p.Smoke != nil {
		return p.Smoke.Status
	}
	return ok
}

func (j judge) synced(c schema.Synced, e live.Environment) Result {
	d := newest(e)
	if d == nil {
		return j.undeployed(e)
	}
	start, from := Evidence{What: "GitOps commit", URL: d.URL, Revision: d.SHA, At: d.At}, "from the commit to the finished sync"
	if c.From == "registry-push" {
		image := j.job(imageJob)
		if d.Back || !image.Succeeded() || e.Live.Value.Source != j.facts.Run.Value.SHA {
			return unmeasured("the run that pushed what is live is not the one of " + short(j.facts.Commit.Value.SHA))
		}
		start, from = ended(image), "from the push of the image to the finished sync"
	}
	if e.Synced.Known {
		s := e.Synced.Value
		return held(c.Within, from, start, Evidence{What: "sync", URL: e.Synced.URL, Revision: s.Revision, At: s.FinishedAt})
	}
	if !e.App.Known {
		return missing(e.App)
	}
	if e.Synced.Later && e.Carries.Known && e.Carries.Value && e.App.Value.Sync == "Synced" {
		return unmeasured("it is synced, but "+e.Synced.Why, start)
	}
	if e.Synced.Later {
		return awaited(c.Within, j.facts.At.Sub(start.At), "it is not synced", start)
	}
	return missing(e.Synced)
}

// undeployed is the result for an environment that nothing has been deployed to.
func (j judge) undeployed(e live.Environment) Result {
	switch {
	case !e.Live.Known:
		return missing(e.Live)
	case !e.Deploys.Known:
		return missing(e.Deploys)
	case e.Live.Value.Deployed():
		return unmeasured("no commit of the GitOps repository is a deploy by the workflow")
	case j.facts.Run.Known && !j.facts.Run.Value.Done():
		return pending("nothing is deployed yet: the run is in progress")
	}
	return unmeasured("nothing is deployed yet")
}

// ready measures what the startup probe enforces, in the pods that run now: from the
// start of the container to the pod's condition Ready. A pod that became ready anew,
// after a restart or a failing probe, no longer says when it did so first.
func (j judge) ready(c schema.Within, e live.Environment) Result {
	if !e.Pods.Known {
		return missing(e.Pods)
	}
	var slowest Evidence
	worst, counted := time.Duration(0), 0
	for _, p := range e.Pods.Value {
		if !current(p.Images, e.Live.Value.Digest) {
			continue
		}
		counted++
		at := Evidence{What: "pod " + p.Name, URL: e.Pods.URL, Revision: e.Live.Value.Digest, At: p.ReadyAt}
		took := p.ReadyAt.Sub(p.StartedAt)
		switch {
		case !p.Ready && p.StartedAt.IsZero():
			return pending("pod "+p.Name+" has not started", at)
		case !p.Ready && p.Restarts > 0:
			return broken(fmt.Sprintf("pod %s is not ready, and was restarted (%d)", p.Name, p.Restarts), at)
		case !p.Ready:
			return awaited(c.Within, j.facts.At.Sub(p.StartedAt), "pod "+p.Name+" is not ready", at)
		case p.Restarts > 0:
			return unmeasured(fmt.Sprintf("pod %s was restarted (%d): its first start has left no trace", p.Name, p.Restarts), at)
		case took > time.Duration(c.Within):
			return unmeasured(fmt.Sprintf("pod %s last became ready %s after its start, and may have been ready before", p.Name, duration(took)), at)
		}
		if took >= worst {
			worst, slowest = took, at
		}
	}
	if counted == 0 {
		return j.absent(e)
	}
	return kept(fmt.Sprintf("%s from the container's start, the slowest of %d pods", duration(worst), counted), slowest)
}

// absent is the result where no pod runs the image of the GitOps repository.
func (j judge) absent(e live.Environment) Result {
	if newest(e) == nil {
		return j.undeployed(e)
	}
	return pending("no pod runs what the GitOps repository names")
}

// endpoint is what the smoke Job of the last sync has found.
func (j judge) endpoint(c schema.Endpoint, e live.Environment) Result {
	if c.From == "outside" {
		r := j.answers(e)
		if r.Status == Kept {
			r = unmeasured(r.Measured+" now; nothing has asked from outside when it was deployed", r.Evidence...)
		}
		return r
	}
	switch {
	case !e.App.Known:
		return missing(e.App)
	case newest(e) == nil:
		return j.undeployed(e)
	}
	op := e.App.Value.Operation
	hook, ran := j.smoke(op)
	at := Evidence{What: "Job " + hook.Name, URL: e.App.URL, Revision: op.Revision, At: op.FinishedAt}
	switch {
	case e.Synced.Later && !e.Synced.Known && hook.Phase != "Failed":
		return pending("the sync that asks has not finished")
	case !ran:
		return unmeasured("the last sync ran no smoke Job: was it a sync of selected resources?")
	case hook.Phase == "Running":
		return pending("the smoke Job is asking", at)
	case hook.Phase == "Failed" || hook.Phase == "Error":
		return broken(fmt.Sprintf("the smoke Job got no %d from %s within %s", c.Status, HealthPath(j.plan), c.Within), at)
	case hook.Phase != "Succeeded":
		return unmeasured("Argo CD does not say how the smoke Job ended", at)
	}
	return kept(fmt.Sprintf("the smoke Job got %d from %s within %s", c.Status, HealthPath(j.plan), c.Within), at)
}

func (j judge) smoke(op argocd.Operation) (argocd.Hook, bool) {
	for _, h := range op.Hooks {
		if h.Kind == "Job" && h.Name == j.plan.Spec.Name+"-smoke" {
			return h, true
		}
	}
	return argocd.Hook{Name: j.plan.Spec.Name + "-smoke"}, false
}

// rollback measures the last one that happened. A promise that nobody has tried is
// said to be just that.
func (j judge) rollback(c schema.Rollback, e live.Environment) Result {
	if !e.Deploys.Known {
		return missing(e.Deploys)
	}
	for _, d := range e.Deploys.Value {
		if !d.Back {
			continue
		}
		start := Evidence{What: "rollback", URL: d.URL, Revision: d.SHA, At: d.At}
		if s := e.Reverted; s.Known {
			return held(c.Within, "from the revert to the finished sync", start, Evidence{What: "sync", URL: s.URL, Revision: s.Value.Revision, At: s.Value.FinishedAt})
		}
		if !e.App.Known {
			r := missing(e.App)
			r.Evidence = []Evidence{start}
			return r
		}
		if e.Reverted.Later && newest(e).SHA == d.SHA {
			return awaited(c.Within, j.facts.At.Sub(d.At), "the revert is not synced", start)
		}
		return unmeasured("there was a rollback, but "+e.Reverted.Why, start)
	}
	return unmeasured("never exercised: no deploy has been taken back; run 'pipegen rollback' or the workflow rollback.yaml to try it")
}

func (j judge) replicas(c schema.AtLeastPods, e live.Environment) Result {
	if !e.Pods.Known {
		return missing(e.Pods)
	}
	ready, all := j.pods(e)
	if all == 0 {
		return j.absent(e)
	}
	at := Evidence{What: "Application", URL: e.Pods.URL, Revision: e.Live.Value.Digest, At: j.facts.At}
	measured := fmt.Sprintf("%d of %d pods are ready", ready, all)
	if ready < c.AtLeast {
		return j.moving(e, measured, at)
	}
	return kept(measured, at)
}

// zeroDowntime cannot be seen afterwards: a request that was lost leaves no trace in
// the systems that are asked here.
func (j judge) zeroDowntime(live.Environment) Result {
	return unmeasured("nobody counts requests during a deploy; ask the address in a loop while one runs")
}
