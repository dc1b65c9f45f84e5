package generate

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

func (r *renderer) testJob() yamldoc.Doc {
	s := r.plan.Spec.Test
	var steps []yamldoc.Doc
	defaults := yamldoc.Omit
	if s.Python != nil {
		steps = r.pythonSteps(s.Python)
		if s.Python.Directory != "." {
			defaults = yamldoc.Of(yamldoc.Map{{Key: "run", Value: yamldoc.Of(yamldoc.Map{
				{Key: "working-directory", Value: r.own("test.python.directory", s.Python.Directory)}})}})
		}
	} else {
		steps = r.freeSteps(s)
	}
	if r.plan.Test.Report != "" {
		steps = append(steps, r.fill("github/coverage-artifact", yamldoc.Values{
			"upload": r.uses("actions/upload-artifact"),
			"path":   r.own("test.report.path", r.plan.Test.Report),
		}))
	}
	return r.fill("github/test", yamldoc.Values{
		"timeout":  r.testTimeout(),
		"defaults": defaults,
		"services": r.services("test.services", s.Services),
		"env":      r.variables("test.env", s.Env),
		"steps":    r.with("test", r.checkout(), steps...),
	})
}

func (r *renderer) testTimeout() yamldoc.Value {
	if r.plan.Spec.Test.Timeout > 0 {
		return r.own("test.timeout", r.plan.Timeouts.Test)
	}
	return r.promised("published", r.plan.Timeouts.Test)
}

func (r *renderer) pythonSteps(py *schema.Python) []yamldoc.Doc {
	tool := py.PackageManager
	return append(r.installSteps(py), r.pytestStep(py, tool))
}

// installSteps set up Python and the locked dependencies (W30). poetry comes
// before Python because setup-python asks it where its cache is.
func (r *renderer) installSteps(py *schema.Python) []yamldoc.Doc {
	const at = "test.python"
	version := r.own(at+".version", py.Version)
	switch py.PackageManager {
	case "poetry":
		return []yamldoc.Doc{
			r.run("Install poetry", yamldoc.Of(yamldoc.Map{{Key: "POETRY_VERSION", Value: r.own(at+".packageManagerVersion", py.PackageManagerVersion)}}), r.script("install-poetry")),
			r.action("Set up Python", "actions/setup-python", r.setupPython(version, "poetry", []string{"poetry.lock"}, py)),
			r.run("Install the locked dependencies", yamldoc.Omit, r.script("sync-poetry")),
		}
	case "uv":
		return []yamldoc.Doc{
			r.action("Set up uv and Python", "astral-sh/setup-uv", yamldoc.Map{
				{Key: "version", Value: r.own(at+".packageManagerVersion", py.PackageManagerVersion)},
				{Key: "python-version", Value: version},
				{Key: "enable-cache", Value: yamldoc.Of(r.plan.Test.Cached)},
			}),
			r.run("Install the locked dependencies", yamldoc.Omit, r.script("sync-uv")),
		}
	}
	files := r.own(at+".requirements", strings.Join(py.Requirements, " "))
	return []yamldoc.Doc{
		r.action("Set up Python", "actions/setup-python", r.setupPython(version, "pip", py.Requirements, py)),
		r.run("Install the locked dependencies", yamldoc.Of(yamldoc.Map{{Key: "REQUIREMENTS", Value: files}}), r.script("sync-pip")),
	}
}

func (r *renderer) setupPython(version yamldoc.Value, cache string, locks []string, py *schema.Python) yamldoc.Map {
	with := yamldoc.Map{{Key: "python-version", Value: version}}
	if !r.plan.Test.Cached {
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
	w := yamldoc.Omit
	if len(with) > 0 {
		w = yamldoc.Of(with)
	}
	return r.fill("github/step-uses", yamldoc.Values{"name": yamldoc.Of(name), "if": yamldoc.Omit, "uses": r.uses(action), "env": yamldoc.Omit, "with": w})
}

func (r *renderer) pytestStep(py *schema.Python, tool string) yamldoc.Doc {
	env := yamldoc.Map{{Key: "TESTS", Value: r.own("test.python.tests", py.Tests)}}
	if r.plan.Test.Coverage == "" {
		return r.run("Run the tests", yamldoc.Of(env), r.script("pytest-"+tool))
	}
	env = append(yamldoc.Map{
		{Key: "COVERAGE_MIN", Value: r.coverage()},
		{Key: "PACKAGE", Value: r.own("test.python.package", py.Package)},
	}, env...)
	return r.run("Run the tests (criterion "+r.plan.Test.CoverageID+")", yamldoc.Of(env), r.script("pytest-coverage-"+tool))
}

func (r *renderer) coverage() yamldoc.Value {
	return r.own(schema.Join("criteria", r.plan.Test.CoverageID)+".coverage.atLeast", r.plan.Test.Coverage)
}

// freeSteps are the author's own, followed by the gate over the report that they
// leave.
func (r *renderer) freeSteps(s schema.Test) []yamldoc.Doc {
	var out []yamldoc.Doc
	for i, step := range s.Steps {
		out = append(out, r.freeStep(schema.Item("test.steps", i), step))
	}
	if s.Report != nil && r.plan.Test.Coverage != "" {
		env := yamldoc.Map{
			{Key: "COVERAGE_MIN", Value: r.coverage()},
			{Key: "COVERAGE_REPORT", Value: r.own("test.report.path", s.Report.Path)},
		}
		out = append(out, r.run("Require the coverage (criterion "+r.plan.Test.CoverageID+")", yamldoc.Of(env),
			r.script("coverage-"+s.Report.Format, "coverage-gate")))
	}
	return out
}

func (r *renderer) freeStep(at string, step schema.Step) yamldoc.Doc {
	name := r.own(at+".name", step.Name)
	env := r.variables(at+".env", step.Env)
	if step.Run != "" {
		return r.fill("github/step-run", yamldoc.Values{"name": name, "if": yamldoc.Omit, "env": env, "run": r.own(at+".run", wholeLines(step.Run))})
	}
	var with yamldoc.Map
	for _, input := range slices.Sorted(maps.Keys(step.With)) {
		with = append(with, yamldoc.Entry{Key: input, Value: r.own(schema.Join(at+".with", input), step.With[input])})
	}
	if off, ok := cacheOff[step.Uses]; ok && !r.plan.Test.Cached && step.With[off] == nil {
		with = append(with, yamldoc.Entry{Key: off, Value: yamldoc.Of(false)})
	}
	w := yamldoc.Omit
	if len(with) > 0 {
		w = yamldoc.Of(with)
	}
	return r.fill("github/step-uses", yamldoc.Values{"name": name, "if": yamldoc.Omit, "uses": r.uses(step.Uses), "env": env, "with": w})
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

func (r *renderer) services(origin string, all map[string]schema.Service) yamldoc.Value {
	var out yamldoc.Map
	for _, name := range slices.Sorted(maps.Keys(all)) {
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
	if len(out) == 0 {
		return yamldoc.Omit
	}
	return yamldoc.Of(out)
}
