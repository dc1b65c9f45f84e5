package generate

import (
	"fmt"
	"time"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// rolloutsFit refuses rollouts that Kubernetes refuses, that can never go on, or that kill a pod while it still serves.
func rolloutsFit(s input) diag.List {
	var out diag.List
	for i, w := range s.Workloads {
		r, at := w.Value.Rollout, w.Value.At+".rollout"
		recreates := r.Strategy == schema.Recreates
		if recreates {
			out = append(out, onlyRolling(at, r.Surge, r.Unavailable)...)
		}
		if r.Pause > 0 && len(r.PreStop) > 0 {
			out = append(out, diag.Diagnostic{Code: diag.ChooseOne, Path: at, Message: at + " has both pause and preStop, and a container has one of them", Help: "keep one: a command may sleep too"})
		}
		grace, whose := r.Grace, at+".grace"
		if grace == 0 {
			grace, whose = schema.Duration(plan.Grace*time.Second), "the grace period"
		}
		if r.Pause >= grace {
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "K22", Path: at + ".pause",
				Message: fmt.Sprintf("%s.pause is %s, and %s is %s: the pod is killed before the program is asked to stop", at, r.Pause, whose, grace),
				Help:    fmt.Sprintf("for example grace: \"%ds\"", seconds(r.Pause)+plan.Grace-plan.Pause)})
		}
		if r.Pause == 0 && len(r.PreStop) == 0 && w.Value.Port > 0 && r.Grace > 0 && seconds(r.Grace) <= plan.Pause {
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "K22", Path: at + ".grace",
				Message: fmt.Sprintf("%s.grace is %s, and the pod serves for %d s of it: it is killed before the program is asked to stop", at, r.Grace, plan.Pause),
				Help:    "give it more, or a shorter pause"})
		}
		out = append(out, s.rolls(s.workloads[i], recreates)...)
	}
	return out
}

// rolls refuses numbers by which no pod could ever be replaced, in the workload itself or in an environment. Recreates
// says that its author has them all replaced at once.
func (s input) rolls(w plan.Workload, recreates bool) diag.List {
	if !w.Kind.Stays() {
		return nil
	}
	var out diag.List
	stuck := func(at string, r plan.Rollout) {
		if r.Surge+r.Unavailable == 0 {
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: at + ".rollout.surge",
				Message: at + ".rollout lets no pod run beside the others and none be away: Kubernetes refuses it, since none could be replaced", Help: "write surge: 1, or unavailable: 1"})
		}
	}
	stuck(w.Path, w.Rollout)
	for _, e := range s.Environments {
		d := e.Value.Difference(w.Name)
		switch {
		case d.Rollout.Surge == nil && d.Rollout.Unavailable == nil:
		case recreates:
			out = append(out, onlyRolling(d.At+".rollout", d.Rollout.Surge, d.Rollout.Unavailable)...)
		default:
			stuck(d.At, changed(s, e, w.Name).Rollout(w))
		}
	}
	return out
}

// onlyRolling refuses the numbers of a rolling update.
func onlyRolling(at string, surge, unavailable *int) diag.List {
	var out diag.List
	no := func(field string, n *int) {
		if n != nil {
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at + field, Message: at + field + " does nothing: with strategy recreate all pods are replaced at once", Help: "leave it out"})
		}
	}
	no(".surge", surge)
	no(".unavailable", unavailable)
	return out
}
