package generate

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// All in seconds.
const (
	defaultStartup = 60
	// startupPeriod is the time between two startup probes (K13).
	startupPeriod   = 2
	minReadySeconds = 5
	// pullAllowance is how long a node may need to schedule a pod and pull its image.
	pullAllowance = 60
	// smokeAsk is how long the smoke Job waits for one answer (T06).
	smokeAsk = 5
	// nextSync is the time between the end of a sync and the next one.
	nextSync = 5
	// defaultDeadline and mostDeadline are rule K16: Kubernetes' own 600 leaves Argo
	// CD on Progressing for ten minutes.
	defaultDeadline = 180
	mostDeadline    = 240
)

func rolloutOf(s schema.Spec) (plan.Rollout, diag.List) {
	startup, bad := startupOf(s)
	r := plan.Rollout{Startup: startup / startupPeriod * startupPeriod, Promise: startupPromise(s)}
	needed := neededBy(r)
	r.Deadline = min(max(defaultDeadline, needed+1), max(mostDeadline, needed+1))
	if own := seconds(s.Deploy.ProgressDeadline); own > 0 {
		r.Deadline = own
		if own <= needed {
			bad = append(bad, diag.Diagnostic{Code: diag.Contradiction, Rule: "T14", Path: "deploy.progressDeadline",
				Message: fmt.Sprintf("deploy.progressDeadline is %d s, but a healthy pod may take %s", own, parts(r)),
				Help:    fmt.Sprintf("give it at least %ds, or leave it out", needed+1)})
		}
		return r, bad
	}
	if c, _, ok := promiseOf(s, "rollback"); ok {
		worst, _ := detection(s)
		if left := seconds(c.Value.Rollback.Within) - worst - afterDeadline(s); left > needed {
			r.Deadline = min(r.Deadline, left-1)
		}
	}
	return r, bad
}

// afterDeadline is what a rollback from a stuck rollout takes once the deadline has
// passed, in seconds. A smoke Job keeps the sync of a stuck rollout running until then,
// and a sync that runs is not left for a newer commit: measured, see docs/evidence.md.
// Without one the revert is synced at once, and nothing waits.
func afterDeadline(s schema.Spec) int {
	if smokeOf(s) == nil {
		return 0
	}
	return nextSync + plan.RolloutTime(mostReplicas(s))
}

// neededBy is the time that one pod may take and still be healthy (T14).
func neededBy(r plan.Rollout) int { return r.Startup + minReadySeconds + pullAllowance }

func parts(r plan.Rollout) string {
	return fmt.Sprintf("%d s (start %d + ready %d + pull %d)", neededBy(r), r.Startup, minReadySeconds, pullAllowance)
}

// startupPromise is the kind of the criterion that leaves the least time to start, ""
// where none says.
func startupPromise(s schema.Spec) string {
	ready, _, isReady := promiseOf(s, "ready")
	endpoint, _, isEndpoint := promiseOf(s, "endpoint")
	switch {
	case isReady && !(isEndpoint && endpoint.Value.Endpoint.Within < ready.Value.Ready.Within):
		return "ready"
	case isEndpoint:
		return "endpoint"
	}
	return ""
}

// startupOf is the time in seconds that a container has for its first good answer:
// the spec's own, else what the criteria ready and endpoint leave (T12), else a
// minute.
func startupOf(s schema.Spec) (int, diag.List) {
	own := seconds(s.Deploy.Probes.Startup)
	budget, bad := own, diag.List(nil)
	for _, c := range s.Criteria {
		within, field := 0, ""
		switch {
		case c.Value.Ready != nil:
			within, field = seconds(c.Value.Ready.Within), ".ready.within"
		case c.Value.Endpoint != nil:
			within, field = seconds(c.Value.Endpoint.Within), ".endpoint.within"
		default:
			continue
		}
		// One period is kept back: the last probe must have answered by then.
		most := within - startupPeriod
		switch {
		case c.Value.Endpoint != nil && within < smokeAsk:
			bad = append(bad, diag.Diagnostic{Code: diag.PromiseTooShort, Rule: "T06", Path: schema.Join("criteria", c.ID) + field,
				Message: fmt.Sprintf("criterion %s promises %d s, and would fail syncs that went well: the smoke Job waits up to %d s for one answer", c.ID, within, smokeAsk),
				Help:    fmt.Sprintf("promise at least %ds", smokeAsk)})
		case most < startupPeriod:
			bad = append(bad, diag.Diagnostic{Code: diag.PromiseTooShort, Rule: "T12", Path: schema.Join("criteria", c.ID) + field,
				Message: fmt.Sprintf("criterion %s promises %d s, and cannot be enforced: the startup probe asks every %d s and needs time for one more", c.ID, within, startupPeriod),
				Help:    fmt.Sprintf("promise at least %ds", 2*startupPeriod)})
		case own > within:
			bad = append(bad, diag.Diagnostic{Code: diag.Contradiction, Rule: "T28", Path: "deploy.probes.startup",
				Message: fmt.Sprintf("deploy.probes.startup gives the program %d s, but criterion %s promises an answer within %d s", own, c.ID, within),
				Help:    "leave deploy.probes.startup out, or promise more"})
		case own == 0 && (budget == 0 || most < budget):
			budget = most
		}
	}
	if budget == 0 {
		budget = defaultStartup
	}
	return max(budget, startupPeriod), bad
}

// mostReplicas is the largest number of pods of any environment.
func mostReplicas(s schema.Spec) int {
	most := 0
	for _, e := range s.Environments {
		most = max(most, replicasIn(s, e.Value))
	}
	return most
}

func replicasIn(s schema.Spec, e schema.Environment) int {
	if e.Replicas > 0 {
		return e.Replicas
	}
	return s.Deploy.Replicas
}
