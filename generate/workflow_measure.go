package generate

import (
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

func (r *renderer) measureJob(j plan.Job) yamldoc.Doc {
	var steps []yamldoc.Doc
	for _, c := range r.plan.Demands.Measures {
		pushed, jobs, run := yamldoc.Omit, yamldoc.Omit, "measure-"+c.Kind
		if c.Pushed {
			pushed = yamldoc.Of("${{ github.event.repository.pushed_at }}")
		}
		if !c.Pushed && len(r.plan.Images) > 1 {
			var names []string
			for _, i := range r.plan.ImagesOf(c.Criterion) {
				names = append(names, r.plan.Jobs.Find(i.Jobs.Name).Name)
			}
			jobs, run = yamldoc.Of(strings.Join(names, ", ")), "measure-images"
		}
		steps = append(steps, r.fill("github/measure-step", yamldoc.Values{
			"name":      r.step(j, plan.StepMeasure+c.ID),
			"criterion": r.own(c.Path, c.ID),
			"seconds":   r.own(c.Path, int(c.Within.Seconds())),
			"pushedAt":  pushed,
			"jobs":      jobs,
			"run":       r.script(run, "measure"),
		}))
	}
	return r.job(j, "github/measure", yamldoc.Values{
		"needs": r.needs(j, nil),
		// pushed_at is a number in the event of a push alone.
		"condition": yamldoc.Of(r.when(j)),
		"steps":     yamldoc.Block(yamldoc.Spaced(steps...)),
	}, "# Promises that GitHub's queue can break but no gate can hold: told in the summary, with a warning.")
}
