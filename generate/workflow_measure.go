package generate

import (
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

func (r *renderer) measureJob(j plan.Job) yamldoc.Doc {
	var steps []yamldoc.Doc
	for _, c := range r.plan.Demands.Measures {
		pushed := yamldoc.Omit
		if c.Pushed {
			pushed = yamldoc.Of("${{ github.event.repository.pushed_at }}")
		}
		steps = append(steps, r.fill("github/measure-step", yamldoc.Values{
			"name":      r.step(j, plan.StepMeasure+c.ID),
			"criterion": r.own(c.Path, c.ID),
			"seconds":   r.own(c.Path, int(c.Within.Seconds())),
			"pushedAt":  pushed,
			"run":       r.script("measure-"+c.Kind, "measure"),
		}))
	}
	return r.job(j, "github/measure", yamldoc.Values{
		"needs": r.needs(j, nil),
		// pushed_at is a number in the event of a push alone.
		"condition": yamldoc.Of(r.when(j)),
		"steps":     yamldoc.Block(yamldoc.Spaced(steps...)),
	}, "# Promises that GitHub's queue can break but no gate can hold: told in the summary, with a warning.")
}
