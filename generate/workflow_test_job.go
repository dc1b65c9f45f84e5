package generate

import (
	"cmp"
	"fmt"
	"path"
	"slices"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

func (r *renderer) testJob(t plan.Test) yamldoc.Doc {
	j := r.plan.Jobs.Find(t.Job)
	return r.testJobAs(t, j, r.when(j), true)
}

// testJobAs is a job with tests. Where a change is judged, it holds the coverage against the promise and keeps the report.
func (r *renderer) testJobAs(t plan.Test, j plan.Job, condition string, judges bool) yamldoc.Doc {
	steps, defaults := append(r.toolSteps(t, j), r.ownSteps(withSecrets(t), t.Cached, unlessMissing(j))...), yamldoc.Omit
	if judges {
		steps = append(steps, r.coverageGate(t, j)...)
	}
	if t.Directory.Value != nil && t.Directory.Value != "." {
		defaults = yamldoc.Of(yamldoc.Map{{Key: "run", Value: yamldoc.Of(yamldoc.Map{{Key: "working-directory", Value: r.value(t.Directory)}})}})
	}
	strategy, env, leg := r.matrix(t.Matrix, len(t.Tools) > 0)
	if t.Report.Value != nil && judges {
		report := t.Report
		report.Value = path.Join(fmt.Sprint(cmp.Or(t.Directory.Value, any("."))), fmt.Sprint(report.Value))
		steps = append(steps, r.fill("github/coverage-artifact", yamldoc.Values{
			"upload": r.uses("actions/upload-artifact"),
			"name":   yamldoc.Of(t.Artifact() + leg),
			"path":   r.value(report),
		}))
	}
	return r.job(j, "github/test", yamldoc.Values{
		"needs":       r.needs(j, nil),
		"condition":   r.optional("", condition),
		"defaults":    defaults,
		"environment": r.environmentOf(j),
		"container":   r.container(t.Container),
		"services":    r.services(t.Path+".services", t.Services),
		"env":         mapping(append(env, r.entries(t.Path+".env", t.Env)...)),
		"strategy":    strategy,
		"outputs":     r.missing(j),
		"steps":       r.with(j, r.secretsFirst(j), steps...),
	})
}

// matrix is what a job with a matrix has besides, nothing without one: the strategy, a variable of each axis, and what
// differs in the names of what its legs leave.
func (r *renderer) matrix(all []plan.Axis, tools bool) (strategy yamldoc.Value, env yamldoc.Map, leg string) {
	if len(all) == 0 {
		return yamldoc.Omit, nil, ""
	}
	var axes yamldoc.Map
	for _, a := range all {
		axes = append(axes, yamldoc.Entry{Key: a.Name, Value: r.own(a.Path, a.Values).Flow()})
		if a.Name == "version" && tools {
			continue // the step that sets the language up reads it
		}
		env = append(env, yamldoc.Entry{Key: a.Name, Value: yamldoc.Of("${{ matrix." + a.Name + " }}")})
	}
	return yamldoc.Of(yamldoc.Map{{Key: "fail-fast", Value: yamldoc.Of(false)}, {Key: "matrix", Value: yamldoc.Of(axes)}}), env, "-${{ strategy.job-index }}"
}

// toolSteps are those of a language's usual way.
func (r *renderer) toolSteps(t plan.Test, j plan.Job) []yamldoc.Doc {
	var out []yamldoc.Doc
	needed := r.optional("", unlessMissing(j))
	for _, s := range t.Tools {
		variables := r.values(s.Env)
		for _, g := range t.GivenTo(s) {
			variables = append(variables, yamldoc.Entry{Key: g.As, Value: given(g)})
		}
		if s.Fetches {
			variables = append(variables, feedVariables(t.FeedVariables, "")...)
		}
		name, env := yamldoc.Of(s.Name), mapping(variables)
		if s.ID != "" {
			name = r.step(j, s.ID)
		}
		switch {
		case s.Uses != "":
			out = append(out, r.fill("github/step-uses", yamldoc.Values{"name": name, "id": yamldoc.Omit, "if": needed, "uses": r.uses(s.Uses), "env": env, "with": mapping(r.values(s.With))}))
		case len(s.Scripts) > 0:
			out = append(out, r.runIf(needed, name, env, r.script(s.Scripts...)))
		default:
			out = append(out, r.runIf(needed, name, env, r.own(s.Run.Path, wholeLines(s.Run.Value.(string)))))
		}
	}
	return out
}

func (r *renderer) values(all []plan.Value) yamldoc.Map {
	var out yamldoc.Map
	for _, v := range all {
		out = append(out, yamldoc.Entry{Key: v.Name, Value: r.value(v)})
	}
	return out
}

func (r *renderer) value(v plan.Value) yamldoc.Value { return r.own(v.Path, v.Value) }

// withSecrets are the author's own steps of the tests, of which scripts get the secrets.
func withSecrets(t plan.Test) []plan.OwnStep {
	out := slices.Clone(t.Steps)
	for i, step := range out {
		if step.Run != "" {
			out[i].Given = t.Secrets
		}
	}
	return out
}

// coverageGate compares the report that the steps before it have left with what is promised.
func (r *renderer) coverageGate(t plan.Test, j plan.Job) []yamldoc.Doc {
	c := r.plan.Demands.By(plan.Covered, t.Job, "")
	if t.Format == "" || c == nil {
		return nil
	}
	env := r.values([]plan.Value{promised(c), {Name: "COVERAGE_REPORT", Path: t.Report.Path, Value: t.Report.Value}})
	return []yamldoc.Doc{r.runIf(r.optional("", unlessMissing(j)), r.step(j, plan.StepTest), yamldoc.Of(env), r.script("coverage-"+t.Format, "coverage-gate"))}
}

// container is that in which a job runs, nothing for the runner itself.
func (r *renderer) container(c *plan.JobContainer) yamldoc.Value {
	if c == nil {
		return yamldoc.Omit
	}
	body := yamldoc.Map{{Key: "image", Value: r.own(c.Path+".image", c.Image)}}
	if c.Private {
		body = append(body, r.credentials(c.Image))
	}
	if c.User != "" {
		body = append(body, yamldoc.Entry{Key: "options", Value: r.own(c.Path+".user", "--user "+c.User)})
	}
	return yamldoc.Of(body)
}

// credentials are those by which a private image is pulled.
func (r *renderer) credentials(image string) yamldoc.Entry {
	user, password := userAndPassword(r.readerOf(plan.HostOf(image)).Login)
	return yamldoc.Entry{Key: "credentials", Value: yamldoc.Of(yamldoc.Map{{Key: "username", Value: user}, {Key: "password", Value: password}})}
}

func (r *renderer) services(origin string, all map[string]plan.Service) yamldoc.Value {
	var out yamldoc.Map
	for _, name := range sorted(all) {
		s, at := all[name], schema.Join(origin, name)
		body := yamldoc.Map{{Key: "image", Value: r.own(at+".image", s.Image)}}
		if s.Private {
			body = append(body, r.credentials(s.Image))
		}
		if len(s.Env) > 0 {
			body = append(body, yamldoc.Entry{Key: "env", Value: r.variables(at+".env", s.Env)})
		}
		if len(s.Ports) > 0 {
			ports := make([]string, len(s.Ports))
			for i, p := range s.Ports {
				ports[i] = number(p) + ":" + number(p)
			}
			body = append(body, yamldoc.Entry{Key: "ports", Value: r.own(at+".ports", ports)})
		}
		if s.Ready != "" {
			body = append(body, yamldoc.Entry{Key: "options", Value: r.own(at+".ready",
				"--health-cmd \""+s.Ready+"\" --health-interval 5s --health-timeout 5s --health-retries 12")})
		}
		out = append(out, yamldoc.Entry{Key: name, Value: yamldoc.Of(body)})
	}
	return mapping(out)
}
