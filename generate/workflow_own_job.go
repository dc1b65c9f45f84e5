package generate

import (
	"slices"
	"sort"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
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
	if r.plan.Notice != nil && j.Path == r.plan.Notice.Path {
		steps = append(steps, r.notice())
	}
	strategy, env, _ := r.matrix(j.Own.Matrix, false)
	cached := slices.ContainsFunc(r.plan.Tests, func(t plan.Test) bool { return t.Cached }) && j.Runs != r.plan.Release.Runs
	return r.job(j, "github/extra-job", yamldoc.Values{
		"name":        r.title(j.Path+".name", j),
		"needs":       needs,
		"condition":   runs,
		"environment": r.optional(j.Path+".environment", j.Own.Environment),
		"strategy":    strategy,
		"outputs":     r.outputsOf(j),
		"container":   r.container(j.Own.Container),
		"services":    r.services(j.Path+".services", j.Own.Services),
		"env":         mapping(append(env, r.entries(j.Path+".env", j.Own.Env)...)),
		"steps":       yamldoc.Block(yamldoc.Spaced(append(steps, r.ownSteps(j.Own.Steps, cached, "")...)...)),
	}, r.cameFrom(j.Path)).From(j.Path)
}

// outputsOf are what the steps of a job leave to others.
func (r *renderer) outputsOf(j plan.Job) yamldoc.Value {
	var out yamldoc.Map
	for _, step := range j.Own.Steps {
		for i, name := range step.Sets {
			out = append(out, yamldoc.Entry{Key: name, Value: yamldoc.From(schema.Item(step.Path+".sets", i), "${{ steps."+step.ID+".outputs."+name+" }}")})
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Key < out[j].Key })
	return mapping(out)
}
