package generate

import (
	"maps"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// additions are what the author adds to one of pipegen's jobs, and their place.
func (r *renderer) additions(job string) (at string, a schema.Additions) {
	return "workflow.jobs." + job, r.plan.Spec.Workflow.Jobs[job]
}

func (r *renderer) additionalEnv(job string) yamldoc.Value {
	at, a := r.additions(job)
	return r.variables(at+".env", a.Env)
}

// with puts the author's steps around a job's own work. The checkout, where the job
// has one, comes before them.
func (r *renderer) with(job string, checkout yamldoc.Doc, own ...yamldoc.Doc) yamldoc.Value {
	at, a := r.additions(job)
	cached := job == "test" && r.plan.Test.Cached
	steps := []yamldoc.Doc{checkout, r.added(at+".before", a.Before, cached)}
	steps = append(append(steps, own...), r.added(at+".after", a.After, cached))
	return yamldoc.Block(yamldoc.Spaced(steps...))
}

// added are steps of the author's own, below a line that says where they come from.
func (r *renderer) added(at string, steps []schema.ExtraStep, cached bool) yamldoc.Doc {
	if len(steps) == 0 {
		return yamldoc.Doc{}
	}
	return yamldoc.Join(r.cameFrom(at), r.extraSteps(at, steps, cached)).From(at)
}

func (r *renderer) workflowEnv() yamldoc.Doc {
	const at = "workflow.env"
	if len(r.plan.Spec.Workflow.Env) == 0 {
		return yamldoc.Doc{}
	}
	return yamldoc.Join(r.cameFrom(at), r.fill("github/env", yamldoc.Values{"env": r.variables(at, r.plan.Spec.Workflow.Env)}))
}

func (r *renderer) cameFrom(at string) yamldoc.Doc {
	return yamldoc.Text("# From " + at + " in " + r.plan.SpecFile + ".")
}

func (r *renderer) extraSteps(at string, steps []schema.ExtraStep, cached bool) yamldoc.Doc {
	docs := make([]yamldoc.Doc, len(steps))
	for i, step := range steps {
		docs[i] = r.extraStep(schema.Item(at, i), step, cached)
	}
	return yamldoc.Spaced(docs...)
}

// conditions are the words of a step's if in GitHub's language.
var conditions = map[string]string{"failure": "failure()", "always": "always()"}

func (r *renderer) extraStep(at string, step schema.ExtraStep, cached bool) yamldoc.Doc {
	values := yamldoc.Values{"name": r.own(at+".name", step.Name), "if": r.optional(at+".if", conditions[step.If]), "env": r.stepVariables(at, step)}
	if step.Run != "" {
		values["run"] = r.own(at+".run", wholeLines(step.Run))
		return r.fill("github/step-run", values)
	}
	name, _, pinned := strings.Cut(step.Uses, "@")
	values["uses"] = r.own(at+".uses", step.Uses).Comment(step.Version)
	if !pinned {
		values["uses"] = r.uses(step.Uses)
	}
	values["with"] = r.extraInputs(at+".with", name, step, cached)
	return r.fill("github/step-uses", values)
}

func (r *renderer) extraInputs(at, action string, step schema.ExtraStep, cached bool) yamldoc.Value {
	var with yamldoc.Map
	for _, input := range slices.Sorted(maps.Keys(step.With)) {
		with = append(with, yamldoc.Entry{Key: input, Value: r.own(schema.Join(at, input), step.With[input])})
	}
	if strings.EqualFold(action, "actions/checkout") && step.With["persist-credentials"] == nil {
		with = append(with, yamldoc.Entry{Key: "persist-credentials", Value: yamldoc.Of(false)})
	}
	if off, ok := cacheOff[action]; ok && !cached && step.With[off] == nil {
		with = append(with, yamldoc.Entry{Key: off, Value: yamldoc.Of(false)})
	}
	if len(with) == 0 {
		return yamldoc.Omit
	}
	return yamldoc.Of(with)
}

// stepVariables are a step's variables from all of their sources, by name.
func (r *renderer) stepVariables(at string, step schema.ExtraStep) yamldoc.Value {
	m := r.entries(at+".env", step.Env)
	from := func(field, context string, names map[string]string) {
		for variable, name := range names {
			value := yamldoc.From(schema.Join(at+"."+field, variable), "${{ "+context+"."+name+" }}")
			m = append(m, yamldoc.Entry{Key: variable, Value: value})
		}
	}
	from("secrets", "secrets", step.Secrets)
	from("vars", "vars", step.Vars)
	from("outputs", "needs.image.outputs", step.Outputs)
	if step.Token {
		m = append(m, yamldoc.Entry{Key: "GH_TOKEN", Value: yamldoc.From(at+".token", "${{ github.token }}")})
	}
	if len(m) == 0 {
		return yamldoc.Omit
	}
	slices.SortFunc(m, func(a, b yamldoc.Entry) int { return strings.Compare(a.Key, b.Key) })
	return yamldoc.Of(m)
}

// needs are the jobs that one of pipegen's waits for; the first is its own way, at
// which a criterion of the kind bites.
func (r *renderer) needs(job, kind string) yamldoc.Value {
	all := r.plan.Needs[job]
	c, at, ok := promiseOf(r.plan.Spec, kind)
	switch {
	case len(all) == 1:
		return r.named(all[0], kind)
	case ok:
		return r.own(at, all).Flow().Comment("criterion " + c.ID)
	}
	return yamldoc.Of(all).Flow()
}
