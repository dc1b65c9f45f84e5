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
	// defaultDeadline is rule K16: Kubernetes' own 600 leaves Argo CD on Progressing for ten minutes.
	defaultDeadline = 180
)

// replacedAs is how the pods of a workload that runs all the time are replaced, without what the criteria decide.
func replacedAs(w schema.Workload) plan.Rollout {
	r := w.Rollout
	out := plan.Rollout{
		Deadline: seconds(w.ProgressDeadline), Recreate: r.Strategy == schema.Recreates, Surge: 1, History: r.History,
		MinReady: cmp.Or(seconds(r.MinReady), plan.MinReady), Grace: cmp.Or(seconds(r.Grace), plan.Grace), PreStop: r.PreStop,
	}
	if out.Deadline > 0 {
		out.DeadlinePath = w.At + ".progressDeadline"
	}
	if r.Surge != nil {
		out.Surge = *r.Surge
	}
	if r.Unavailable != nil {
		out.Unavailable = *r.Unavailable
	}
	if c := r.Canary; c != nil {
		out.Canary = &plan.Canary{Path: w.At + ".rollout.canary", Steps: stepsOf(c.Steps), StepsPath: w.At + ".rollout.canary.steps", ByRoute: c.Traffic == schema.ByRoute}
	}
	if b := r.BlueGreen; b != nil {
		out.BlueGreen = &plan.BlueGreen{Path: w.At + ".rollout.blueGreen", Keep: seconds(b.Keep)}
	}
	if w.Stateful != nil {
		out.InPlace, out.Surge, out.Unavailable = true, 0, 1
	}
	if len(r.PreStop) == 0 && (w.Port > 0 || r.Pause > 0) {
		out.Pause = cmp.Or(seconds(r.Pause), plan.Pause)
	}
	return out
}

// rolloutOf bounds the rollout of a workload, which is one of all.
func rolloutOf(s input, w plan.Workload, all []plan.Workload, environments []plan.Environment) (plan.Rollout, diag.List) {
	r := w.Rollout
	r.Startup = startupOf(s, w) / plan.StartupPeriod * plan.StartupPeriod
	needed := r.Needed()
	if own := r.Deadline; own > 0 {
		if own <= needed {
			return r, diag.List{{Code: diag.Contradiction, Rule: "T14", Path: r.DeadlinePath,
				Message: fmt.Sprintf("%s is %d s, but a healthy pod may take %s", r.DeadlinePath, own, r.Parts()),
				Help:    fmt.Sprintf("give it at least %ds, or leave it out", needed+1)}}
		}
		return r, nil
	}
	if w.Stateful != nil {
		return r, nil // Kubernetes gives it no deadline
	}
	r.Deadline = max(defaultDeadline, needed+1)
	worst, _ := detection(s)
	for _, e := range environments {
		c := s.demands.By(plan.TakenBack, "", e.Name)
		if c == nil || !w.Changes() || !w.RunsIn(e.Name) {
			continue
		}
		back := plan.WayBackOf(w, all, e)
		if left := int(c.Within/time.Second) - worst - plan.Sum(back.Before) - back.After(); left > needed {
			r.Deadline = min(r.Deadline, left-1)
		}
	}
	return r, nil
}

// startupOf is the time in seconds that a container has for its first good answer: the spec's own, else what a
// criterion leaves (T12), else a minute. One period is kept back: the last probe must have answered by then.
func startupOf(s input, w plan.Workload) int {
	switch own, c := w.Probes.Own, s.demands.By(plan.Started, w.Name, ""); {
	case w.Probes.None != "":
		return 0
	case own > 0:
		return own
	case c != nil:
		return max(int(c.Within/time.Second)-plan.StartupPeriod, plan.StartupPeriod)
	}
	return defaultStartup
}
