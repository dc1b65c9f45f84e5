package generate

import (
	"cmp"
	"fmt"
	"time"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// All in seconds.
const (
	defaultStartup = 60
	// nextSync is the time between the end of a sync and the next one.
	nextSync = 5
	// defaultDeadline and mostDeadline are rule K16: Kubernetes' own 600 leaves Argo
	// CD on Progressing for ten minutes.
	defaultDeadline = 180
	mostDeadline    = 240
)

func rolloutOf(s input, w schema.Named[schema.Workload]) (plan.Rollout, diag.List) {
	r := plan.Rollout{Startup: startupOf(s, w) / plan.StartupPeriod * plan.StartupPeriod, After: afterDeadline(s, w)}
	needed := r.Needed()
	r.Deadline = min(max(defaultDeadline, needed+1), max(mostDeadline, needed+1))
	if own := seconds(w.Value.ProgressDeadline); own > 0 {
		r.Deadline, r.DeadlinePath = own, w.Value.At+".progressDeadline"
		if own <= needed {
			return r, diag.List{{Code: diag.Contradiction, Rule: "T14", Path: r.DeadlinePath,
				Message: fmt.Sprintf("%s is %d s, but a healthy pod may take %s", r.DeadlinePath, own, r.Parts()),
				Help:    fmt.Sprintf("give it at least %ds, or leave it out", needed+1)}}
		}
		return r, nil
	}
	if back := s.demands.By(plan.TakenBack, "", ""); back != nil {
		worst, _ := detection(s)
		if left := int(back.Within/time.Second) - worst - r.After; left > needed {
			r.Deadline = min(r.Deadline, left-1)
		}
	}
	return r, nil
}

// afterDeadline is what a rollback from a stuck rollout takes once the deadline has passed, in seconds. A smoke Job
// keeps the sync of a stuck rollout running until then, and Argo CD does not leave a running sync for a newer commit
// (see docs/evidence.md). Without a smoke Job the revert is synced at once, and nothing waits.
func afterDeadline(s input, w schema.Named[schema.Workload]) int {
	if s.demands.By(plan.Asked, "", "") == nil {
		return 0
	}
	return nextSync + plan.RolloutTime(mostReplicas(s, w))
}

// startupOf is the time in seconds that a container has for its first good answer: the spec's own, else what a
// criterion leaves (T12), else a minute. One period is kept back: the last probe must have answered by then.
func startupOf(s input, w schema.Named[schema.Workload]) int {
	switch own, c := seconds(w.Value.Probes.Startup), s.demands.By(plan.Started, w.ID, ""); {
	case own > 0:
		return own
	case c != nil:
		return max(int(c.Within/time.Second)-plan.StartupPeriod, plan.StartupPeriod)
	}
	return defaultStartup
}

// mostReplicas is the largest number of pods of a workload in any environment.
func mostReplicas(s input, w schema.Named[schema.Workload]) int {
	most := 0
	for _, e := range s.Environments {
		most = max(most, cmp.Or(e.Value.Difference(w.ID).Replicas, w.Value.Replicas))
	}
	return most
}
