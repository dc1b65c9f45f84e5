package generate

import (
	"slices"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

func (r *renderer) ownJob(j plan.Job) yamldoc.Doc {
	runs, needs := yamldoc.Omit, yamldoc.Omit
	if condition := r.when(j); condition != "" {
		runs = yamldoc.From(j.Path+".when", condition)
	}
	switch len(j.Needs) {
	case 0:
	case 1:
		needs = r.own(j.Path+".needs", j.Needs[0])
	default:
		needs = r.own(j.Path+".needs", j.Needs).Flow()
	}
	var steps []yamldoc.Doc
	if j.Own.Checkout {
		steps = append(steps, r.checkout())
	}
	cached := slices.ContainsFunc(r.plan.Tests, func(t plan.Test) bool { return t.Cached }) && j.Runs != r.plan.Release.Runs
	return r.job(j, "github/extra-job", yamldoc.Values{
		"name":        r.own(j.Path+".name", j.Name),
		"needs":       needs,
		"condition":   runs,
		"environment": r.optional(j.Path+".environment", j.Own.Environment),
		"services":    r.services(j.Path+".services", j.Own.Services),
		"env":         r.variables(j.Path+".env", j.Own.Env),
		"steps":       yamldoc.Block(yamldoc.Spaced(append(steps, r.ownSteps(j.Own.Steps, cached, "")...)...)),
	}, r.cameFrom(j.Path)).From(j.Path)
}
