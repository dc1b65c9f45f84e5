package generate

import (
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
)

var python = preset{
	title:     "Python",
	managers:  []string{"poetry", "uv", "pip", "pipenv"},
	versioned: []string{"poetry", "uv", "pipenv"},
	locks: map[string]lock{
		"poetry": {[]string{"poetry.lock"}, "poetry lock"}, "uv": {[]string{"uv.lock"}, "uv lock"}, "pipenv": {[]string{"Pipfile.lock"}, "pipenv lock"},
	},
	report: map[string]string{"": "coverage.xml"},
	steps: func(p project) []plan.ToolStep {
		return append(pythonTools(p), pytest(p))
	},
}

// pythonTools set up Python and the locked dependencies (W30). poetry and pipenv come before Python because setup-python
// asks them where their caches are.
func pythonTools(p project) []plan.ToolStep {
	manager, release := p.PackageManager, p.field(strings.ToUpper(p.PackageManager)+"_VERSION", "packageManagerVersion", p.PackageManagerVersion)
	python := func(locks ...string) plan.ToolStep {
		return using("Set up Python", "actions/setup-python", setupPython(p, locks))
	}
	switch manager {
	case "poetry", "pipenv":
		return []plan.ToolStep{
			running("Install "+manager, "install-"+manager, release),
			python(map[string]string{"poetry": "poetry.lock", "pipenv": "Pipfile.lock"}[manager]),
			running(installLocked, "sync-"+manager),
		}
	case "uv":
		release.Name = "version"
		return []plan.ToolStep{
			using("Set up uv and Python", "astral-sh/setup-uv",
				[]plan.Value{release, p.version("python-version"), {Name: "enable-cache", Value: p.cached}}),
			running(installLocked, "sync-uv"),
		}
	}
	return []plan.ToolStep{
		python(p.Requirements...),
		running(installLocked, "sync-pip", p.field("REQUIREMENTS", "requirements", strings.Join(p.Requirements, " "))),
	}
}

func setupPython(p project, locks []string) []plan.Value {
	with := []plan.Value{p.version("python-version")}
	if !p.cached {
		return with
	}
	with = append(with, plan.Value{Name: "cache", Value: p.PackageManager})
	if p.Directory == "." && p.PackageManager != "pip" {
		return with
	}
	paths := make([]string, len(locks))
	for i, l := range locks {
		paths[i] = path.Join(p.Directory, l)
	}
	all := strings.Join(paths, "\n")
	if len(paths) > 1 {
		all += "\n"
	}
	return append(with, plan.Value{Name: "cache-dependency-path", Value: all})
}

// pytest has a coverage gate of its own. It runs as a module, so that tests find a program that is not installed as a package.
func pytest(p project) plan.ToolStep {
	step := plan.ToolStep{ID: plan.StepTest, Name: "Run the tests", Tests: true, Scripts: []string{"pytest-" + p.PackageManager}}
	tests := p.field("TESTS", "tests", p.Tests)
	switch {
	case p.Run != "":
		return p.test("")
	case p.measured:
		step.Scripts = []string{"pytest-coverage-" + p.PackageManager}
		step.Env = []plan.Value{promised(p.least), p.field("PACKAGE", "package", p.Package), tests}
	default:
		step.Env = []plan.Value{tests}
	}
	return step
}
