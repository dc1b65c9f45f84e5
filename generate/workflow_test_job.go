package generate

import (
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

func (r *renderer) testJob(t plan.Test) yamldoc.Doc {
	j := r.plan.Jobs.Find(t.Job)
	var steps []yamldoc.Doc
	defaults := yamldoc.Omit
	if t.Python != nil {
		steps = append(r.installSteps(t), r.pytestStep(t, j))
		if t.Python.Directory != "." {
			defaults = yamldoc.Of(yamldoc.Map{{Key: "run", Value: yamldoc.Of(yamldoc.Map{
				{Key: "working-directory", Value: r.own(t.Path+".python.directory", t.Python.Directory)}})}})
		}
	} else {
		steps = r.freeSteps(t, j)
	}
	if t.Report != "" {
		steps = append(steps, r.fill("github/coverage-artifact", yamldoc.Values{
			"upload": r.uses("actions/upload-artifact"),
			"name":   yamldoc.Of(strings.TrimSuffix("coverage-"+t.Image, "-")),
			"path":   r.own(t.Path+".report.path", t.Report),
		}))
	}
	needs, condition := yamldoc.Omit, yamldoc.Omit
	if len(j.Needs) > 0 {
		needs, condition = r.needs(j, nil), yamldoc.Of(r.when(j))
	}
	return r.job(j, "github/test", yamldoc.Values{
		"needs":     needs,
		"condition": condition,
		"defaults":  defaults,
		"services":  r.services(t.Path+".services", t.Services),
		"env":       r.variables(t.Path+".env", t.Env),
		"steps":     r.with(j, r.checkout(), steps...),
	})
}

// installSteps set up Python and the locked dependencies (W30). poetry comes
// before Python because setup-python asks it where its cache is.
func (r *renderer) installSteps(t plan.Test) []yamldoc.Doc {
	py, at := t.Python, t.Path+".python"
	version := r.own(at+".version", py.Version)
	switch py.PackageManager {
	case "poetry":
		return []yamldoc.Doc{
			r.run(yamldoc.Of("Install poetry"), yamldoc.Of(yamldoc.Map{{Key: "POETRY_VERSION", Value: r.own(at+".packageManagerVersion", py.PackageManagerVersion)}}), r.script("install-poetry")),
			r.action("Set up Python", "actions/setup-python", r.setupPython(t, version, "poetry", []string{"poetry.lock"})),
			r.run(yamldoc.Of("Install the locked dependencies"), yamldoc.Omit, r.script("sync-poetry")),
		}
	case "uv":
		return []yamldoc.Doc{
			r.action("Set up uv and Python", "astral-sh/setup-uv", yamldoc.Map{
				{Key: "version", Value: r.own(at+".packageManagerVersion", py.PackageManagerVersion)},
				{Key: "python-version", Value: version},
				{Key: "enable-cache", Value: yamldoc.Of(t.Cached)},
			}),
			r.run(yamldoc.Of("Install the locked dependencies"), yamldoc.Omit, r.script("sync-uv")),
		}
	}
	files := r.own(at+".requirements", strings.Join(py.Requirements, " "))
	return []yamldoc.Doc{
		r.action("Set up Python", "actions/setup-python", r.setupPython(t, version, "pip", py.Requirements)),
		r.run(yamldoc.Of("Install the locked dependencies"), yamldoc.Of(yamldoc.Map{{Key: "REQUIREMENTS", Value: files}}), r.script("sync-pip")),
	}
}

func (r *renderer) setupPython(t plan.Test, version yamldoc.Value, cache string, locks []string) yamldoc.Map {
	py, with := t.Python, yamldoc.Map{{Key: "python-version", Value: version}}
	if !t.Cached {
		return with
	}
	with = append(with, yamldoc.Entry{Key: "cache", Value: yamldoc.Of(cache)})
	if py.Directory == "." && cache == "poetry" {
		return with
	}
	if len(locks) == 1 {
		return append(with, yamldoc.Entry{Key: "cache-dependency-path", Value: yamldoc.Of(path.Join(py.Directory, locks[0]))})
	}
	paths := make([]string, len(locks))
	for i, l := range locks {
		paths[i] = path.Join(py.Directory, l)
	}
	return append(with, yamldoc.Entry{Key: "cache-dependency-path", Value: yamldoc.Of(strings.Join(paths, "\n") + "\n")})
}

func (r *renderer) action(name, action string, with yamldoc.Map) yamldoc.Doc {
	return r.fill("github/step-uses", yamldoc.Values{"name": yamldoc.Of(name), "if": yamldoc.Omit, "uses": r.uses(action), "env": yamldoc.Omit, "with": mapping(with)})
}

func (r *renderer) pytestStep(t plan.Test, j plan.Job) yamldoc.Doc {
	py := t.Python
	env, script := yamldoc.Map{{Key: "TESTS", Value: r.own(t.Path+".python.tests", py.Tests)}}, "pytest-"
	if c := r.plan.Demands.By(plan.Covered, t.Job, ""); c != nil {
		script = "pytest-coverage-"
		env = append(yamldoc.Map{
			{Key: "COVERAGE_MIN", Value: r.coverage(c)},
			{Key: "PACKAGE", Value: r.own(t.Path+".python.package", py.Package)},
		}, env...)
	}
	return r.run(r.step(j, plan.StepTest), yamldoc.Of(env), r.script(script+py.PackageManager))
}

func (r *renderer) coverage(c *plan.Criterion) yamldoc.Value {
	return r.own(c.At()+".atLeast", c.Percent())
}

// freeSteps are the author's own, followed by the gate over the report that they
// leave.
func (r *renderer) freeSteps(t plan.Test, j plan.Job) []yamldoc.Doc {
	out := r.ownSteps(t.Steps, t.Cached)
	if c := r.plan.Demands.By(plan.Covered, t.Job, ""); t.Report != "" && c != nil {
		env := yamldoc.Map{
			{Key: "COVERAGE_MIN", Value: r.coverage(c)},
			{Key: "COVERAGE_REPORT", Value: r.own(t.Path+".report.path", t.Report)},
		}
		out = append(out, r.run(r.step(j, plan.StepTest), yamldoc.Of(env), r.script("coverage-"+t.Format, "coverage-gate")))
	}
	return out
}

func (r *renderer) services(origin string, all map[string]plan.Service) yamldoc.Value {
	var out yamldoc.Map
	for _, name := range sorted(all) {
		s, at := all[name], schema.Join(origin, name)
		body := yamldoc.Map{{Key: "image", Value: r.own(at+".image", s.Image)}}
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
