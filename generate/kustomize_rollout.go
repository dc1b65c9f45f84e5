package generate

import (
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// strategy is how the pods of a workload are replaced.
func (r *renderer) strategy(w plan.Workload) yamldoc.Values {
	at, how := w.Path+".rollout.", w.Rollout
	out := yamldoc.Values{
		"history": yamldoc.Omit, "rolling": yamldoc.Omit, "partly": yamldoc.Omit, "recreate": yamldoc.Omit,
		"minReady": r.unlessUsual(at+"minReady", how.MinReady, plan.MinReady),
	}
	if how.History != nil {
		out["history"] = r.own(at+"history", *how.History)
	}
	which := "rolling"
	switch {
	case how.Recreate:
		out["recreate"] = yamldoc.Block(r.fill("kustomize/strategy-recreate", nil))
		return out
	case how.Unavailable > 0:
		which = "partly"
	}
	unavailable := r.promised(r.plan.Demands.By(plan.NoGap, w.Name, ""), 0)
	if how.Unavailable > 0 {
		unavailable = r.own(at+"unavailable", how.Unavailable)
	}
	out[which] = yamldoc.Block(r.fill("kustomize/strategy-rolling", yamldoc.Values{"surge": r.unlessUsual(at+"surge", how.Surge, 1), "unavailable": unavailable}))
	return out
}

// unlessUsual is a number of the spec's, or one that pods have without it.
func (r *renderer) unlessUsual(at string, n, usual int) yamldoc.Value {
	if n == usual {
		return yamldoc.Of(n)
	}
	return r.own(at, n)
}

// lifecycle is what happens before the program is asked to stop, or nothing.
func (r *renderer) lifecycle(w plan.Workload) yamldoc.Value {
	at, how := w.Path+".rollout.", w.Rollout
	switch {
	case len(how.PreStop) > 0:
		return yamldoc.Block(r.fill("kustomize/lifecycle-command", yamldoc.Values{"command": r.words(at+"preStop", how.PreStop)}))
	case how.Pause > 0:
		return yamldoc.Block(r.fill("kustomize/lifecycle", yamldoc.Values{"seconds": r.unlessUsual(at+"pause", how.Pause, plan.Pause)}))
	}
	return yamldoc.Omit
}
