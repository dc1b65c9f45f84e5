package criteria

import (
	"fmt"
	"time"

	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/rules"
)

// ready promises when a container gives its first good answer.
var ready = Kind{
	Kind: plan.Kind{
		Name: "ready", Mode: plan.Enforced, Rules: []string{"T12", "T28"},
		Reach: plan.Reach{Of: plan.OfWorkloads, Fits: plan.Workload.Starts, Who: "a workload with a startup probe", Everywhere: "a workload has one startup probe for every environment"},
		Gate:  "failureThreshold of the startup probe", Fails: "the container is killed and gets no traffic; the rollout stops there",
		Measure: "the pod's timestamps also hold scheduling and the pull",
		Asks: func(c plan.Criterion, d *plan.Demands) {
			if seconds(c.Within) >= leastStart {
				d.Add(plan.Started, c)
			}
		},
		Check:  startsInTime,
		Keeps:  func(p plan.Plan, c plan.Criterion) string { return ofEach(p, c, keepsStart) },
		Labels: labelStart,
	},
	Support:  []Part{secondsToStart, startupProbe, startupTimes, startupGround, readiness, tryStep, source, rendering},
	Proof:    stopsSlowStart,
	Promised: within,
	// It measures what the startup probe enforces, in the pods that run now: from the start of the container to the pod's
	// condition Ready. A pod that became ready anew, after a restart or a failing probe, no longer says when it did first.
	JudgeEach: func(c plan.Criterion, d Delivery, e Environment) Outcome {
		return d.eachWorkload(c, e, func(w Workload) Outcome { return d.started(c, e, w) })
	},
	Loosened: []Loosening{later},
}

// started holds the start of each pod of a workload against the promise.
func (d Delivery) started(c plan.Criterion, e Environment, w Workload) Outcome {
	var slowest Evidence
	worst := time.Duration(0)
	for _, p := range w.Pods {
		at := Evidence{What: "pod " + p.Name, URL: e.Pods.URL, Revision: w.Digest, At: p.ReadyAt}
		took := p.ReadyAt.Sub(p.StartedAt)
		switch {
		case !p.Ready && p.StartedAt.IsZero():
			return Pending("pod "+p.Name+" has not started", at)
		case !p.Ready && p.Restarts > 0:
			return Broken.By(fmt.Sprintf("pod %s is not ready, and was restarted (%d)", p.Name, p.Restarts), at)
		case !p.Ready:
			return awaited(c.Within, d.At.Sub(p.StartedAt), "pod "+p.Name+" is not ready", at)
		case p.Restarts > 0:
			return Unmeasured.By(fmt.Sprintf("pod %s was restarted (%d): its first start has left no trace", p.Name, p.Restarts), at)
		case took > c.Within:
			return Unmeasured.By(fmt.Sprintf("pod %s last became ready %s after its start, and may have been ready before", p.Name, Took(took)), at)
		}
		if took >= worst {
			worst, slowest = took, at
		}
	}
	return Kept.By(fmt.Sprintf("%s from the container's start, the slowest of %d pods", Took(worst), len(w.Pods)), slowest)
}

// stopsSlowStart: the startup probe gives up within the promise.
func stopsSlowStart(c plan.Criterion, on *rules.Case) {
	for t, a := range programs(c, on) {
		probe := a.Container.Get("startupProbe")
		if !probe.OK() && !a.Called() {
			continue // nobody waits for it
		}
		if takes := longestStart(probe); takes > c.Within {
			at, help := toShorten(probe)
			on.Unkept("T12", at, t.At(), help, "%s may take %s to start, and %s are promised", a.Label(), takes, c.Within)
		}
	}
}

// longestStart is how long a container may take to start before its probe has it stopped. What is not said is as
// Kubernetes takes it.
func longestStart(probe pipeline.Node) time.Duration {
	delay, _ := probe.Get("initialDelaySeconds").Number()
	period, given := probe.Get("periodSeconds").Number()
	if !given {
		period = 10
	}
	threshold, given := probe.Get("failureThreshold").Number()
	if !given {
		threshold = 3
	}
	return time.Duration(delay+period*threshold) * time.Second
}

// toShorten is what makes a start long, and what to do about it. What pipegen writes has no delay.
func toShorten(probe pipeline.Node) (at pipeline.Place, help string) {
	if delay := probe.Get("initialDelaySeconds"); delay.OK() {
		return delay.At(), "take initialDelaySeconds out, or lower it"
	}
	return probe.Get("failureThreshold").At(), "lower failureThreshold or periodSeconds"
}
