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
	for _, w := range s.Workloads {
		r, at := w.Value.Rollout, w.Value.At+".rollout"
		if r.Strategy == schema.Recreates {
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
		out = append(out, s.rolls(w)...)
	}
	return out
}

// rolls refuses numbers by which no pod could ever be replaced, in the workload itself or in an environment.
func (s input) rolls(w schema.Named[schema.Workload]) diag.List {
	var out diag.List
	stuck := func(at string, surge, unavailable *int) {
		if surge != nil && *surge == 0 && (unavailable == nil || *unavailable == 0) {
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: at + ".rollout.surge",
				Message: at + ".rollout lets no pod run beside the others and none be away: Kubernetes refuses it, since none could be replaced", Help: "write surge: 1, or unavailable: 1"})
		}
	}
	own := w.Value.Rollout
	stuck(w.Value.At, own.Surge, own.Unavailable)
	for _, e := range s.Environments {
		d := e.Value.Difference(w.ID)
		surge, unavailable := d.Rollout.Surge, d.Rollout.Unavailable
		switch {
		case surge == nil && unavailable == nil:
		case own.Strategy == schema.Recreates:
			out = append(out, onlyRolling(d.At+".rollout", surge, unavailable)...)
		default:
			if surge == nil {
				surge = own.Surge
			}
			if unavailable == nil {
				unavailable = own.Unavailable
			}
			stuck(d.At, surge, unavailable)
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
