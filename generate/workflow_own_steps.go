package generate

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// with puts the author's steps around a job's own work. The checkout, where the job
// has one, comes before them.
func (r *renderer) with(j plan.Job, checkout yamldoc.Doc, own ...yamldoc.Doc) yamldoc.Value {
	return yamldoc.Block(r.around(j, checkout, own...))
}

func (r *renderer) around(j plan.Job, checkout yamldoc.Doc, own ...yamldoc.Doc) yamldoc.Doc {
	cached := slices.ContainsFunc(r.plan.Tests, func(t plan.Test) bool { return t.Job == j.ID && t.Cached })
	steps := []yamldoc.Doc{checkout}
	for _, a := range j.Added {
		steps = append(steps, r.added(a.Path+".before", a.Before, cached, unlessMissing(j)))
	}
	steps = append(steps, own...)
	for _, a := range j.Added {
		steps = append(steps, r.added(a.Path+".after", a.After, cached, unlessMissing(j)))
	}
	return yamldoc.Spaced(steps...)
}

// addedVariables are the author's variables of one of pipegen's jobs. What is said of it alone wins.
func (r *renderer) addedVariables(j plan.Job) yamldoc.Value {
	var out yamldoc.Map
	for _, a := range j.Added {
		out = slices.DeleteFunc(out, func(e yamldoc.Entry) bool { _, again := a.Env[e.Key]; return again })
		out = append(out, r.entries(a.Path+".env", a.Env)...)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Key < out[j].Key })
	return mapping(out)
}

// added are steps of the author's own, below a line that says where they come from.
func (r *renderer) added(at string, steps []plan.OwnStep, cached bool, needed string) yamldoc.Doc {
	if len(steps) == 0 {
		return yamldoc.Doc{}
	}
	return yamldoc.Join(yamldoc.Text(r.cameFrom(at)), yamldoc.Spaced(r.ownSteps(steps, cached, needed)...)).From(at)
}

func (r *renderer) workflowEnv() yamldoc.Doc {
	const at = "workflow.env"
	if len(r.plan.Env) == 0 {
		return yamldoc.Doc{}
	}
	return yamldoc.Join(yamldoc.Text(r.cameFrom(at)), r.fill("github/env", yamldoc.Values{"env": r.variables(at, r.plan.Env)}))
}

func (r *renderer) cameFrom(at string) string { return "# From " + at + " in " + r.plan.SpecFile + "." }

// ownSteps are steps of the author's own. Those that run on success take a condition besides, "" for none.
func (r *renderer) ownSteps(steps []plan.OwnStep, cached bool, needed string) []yamldoc.Doc {
	docs := make([]yamldoc.Doc, len(steps))
	for i, step := range steps {
		docs[i] = r.ownStep(step, cached, needed)
	}
	return docs
}

// conditions are the words of a step's if in GitHub's language.
var conditions = map[string]string{"failure": "failure()", "always": "always()"}

func (r *renderer) ownStep(step plan.OwnStep, cached bool, needed string) yamldoc.Doc {
	at := step.Path
	values := yamldoc.Values{"name": r.own(at+".name", step.Name), "id": r.optional(at+".sets", step.ID), "if": r.optional(at+".if", cmp.Or(conditions[step.If], needed)), "env": r.stepVariables(step)}
	if step.Run != "" {
		values["run"] = r.own(at+".run", wholeLines(step.Run))
		return r.fill("github/step-run", values)
	}
	name, _, pinned := strings.Cut(step.Uses, "@")
	values["uses"] = r.own(at+".uses", step.Uses).Comment(step.Version)
	if !pinned {
		values["uses"] = r.uses(step.Uses)
	}
	values["with"] = r.inputs(name, step, cached)
	return r.fill("github/step-uses", values)
}

// wholeLines ends a script of several lines with a newline, as a file of it would
// be: YAML needs no extra mark then.
func wholeLines(script string) string {
	if strings.Contains(script, "\n") && !strings.HasSuffix(script, "\n") {
		return script + "\n"
	}
	return script
}

// cacheOff is the input that turns off a cache which an action has on by default
// (W32).
var cacheOff = map[string]string{
	"actions/setup-go":   "cache",
	"actions/setup-node": "package-manager-cache",
	"astral-sh/setup-uv": "enable-cache",
}

func (r *renderer) inputs(action string, step plan.OwnStep, cached bool) yamldoc.Value {
	var with yamldoc.Map
	for _, input := range sorted(step.With) {
		with = append(with, yamldoc.Entry{Key: input, Value: r.own(schema.Join(step.Path+".with", input), step.With[input])})
	}
	if strings.EqualFold(action, "actions/checkout") && step.With["persist-credentials"] == nil {
		with = append(with, yamldoc.Entry{Key: "persist-credentials", Value: yamldoc.Of(false)})
	}
	if off, ok := cacheOff[action]; ok && !cached && step.With[off] == nil {
		with = append(with, yamldoc.Entry{Key: off, Value: yamldoc.Of(false)})
	}
	return mapping(with)
}

// stepVariables are a step's variables from all of their sources, by name.
func (r *renderer) stepVariables(step plan.OwnStep) yamldoc.Value {
	m := r.entries(step.Path+".env", step.Env)
	from := func(field, context string, names map[string]string) {
		for variable, name := range names {
			value := yamldoc.From(schema.Join(step.Path+"."+field, variable), "${{ "+context+"."+name+" }}")
			m = append(m, yamldoc.Entry{Key: variable, Value: value})
		}
	}
	from("secrets", "secrets", step.Secrets)
	for _, g := range step.Given {
		m = append(m, yamldoc.Entry{Key: g.As, Value: given(g)})
	}
	from("vars", "vars", step.Vars)
	from("outputs", "needs", step.Outputs)
	if step.Token {
		m = append(m, yamldoc.Entry{Key: "GH_TOKEN", Value: yamldoc.From(step.Path+".token", "${{ github.token }}")})
	}
	sort.SliceStable(m, func(i, j int) bool { return m[i].Key < m[j].Key })
	return mapping(m)
}

// needs are the jobs that a job waits for, with the criterion that bites there, nil for none.
func (r *renderer) needs(j plan.Job, c *plan.Criterion) yamldoc.Value {
	at, comment := "", ""
	if c != nil {
		at, comment = c.At(), "criterion "+c.ID
	}
	if len(j.Needs) == 0 {
		return yamldoc.Omit
	}
	if len(j.Needs) == 1 {
		return r.own(at, j.Needs[0]).Comment(comment)
	}
	return r.own(at, j.Needs).Flow().Comment(comment)
}
