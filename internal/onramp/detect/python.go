package detect

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

// Python is a Python project.
type Python struct {
	// Manager is poetry, uv or pip.
	Manager string
	// Locked reports the manager's lock file, or for pip hashes on every requirement.
	Locked bool
	// Requirements are pip's requirements files, without those that another one includes.
	Requirements []string
	// Version is the version to run, such as 3.11, or "". Exact is false if only a minimum is known.
	Version string
	Exact   bool
	// Name is the project's name in pyproject.toml, or "".
	Name string
	// Packages are the import packages, the most likely first.
	Packages []string
	// Tests is the folder of the tests, or the file, or "".
	Tests string
	// Pytest and PytestCov say whether these are installed with the project.
	Pytest, PytestCov Presence
}

// Presence says whether a dependency is installed by the plain install command.
type Presence int

const (
	// Absent means that no file names the dependency.
	Absent Presence = iota
	// Optional means that it is in an extra or a group that is not installed by default.
	Optional
	// Installed means that it is installed with the project.
	Installed
)

func findPython(t tree) *Python {
	requirements := findRequirements(t)
	if !t.has("pyproject.toml") && len(requirements.files) == 0 && !t.has("setup.py") {
		return nil
	}
	doc := parseTOML(t.text("pyproject.toml"))
	p := &Python{Manager: manager(t, doc, requirements)}
	p.Name, _ = at(doc, "project", "name").(string)
	if p.Name == "" {
		p.Name, _ = at(doc, "tool", "poetry", "name").(string)
	}
	p.Version, p.Exact = pythonVersion(t, doc)
	p.Packages = importPackages(t, p.Name)
	p.Tests = testFolder(t, p.Packages)
	switch p.Manager {
	case "pip":
		p.Requirements, p.Locked = requirements.files, requirements.hashed
		p.Pytest, p.PytestCov = requirements.presence("pytest"), requirements.presence("pytest-cov")
	default:
		lock, found := t.read(p.Manager+".lock", maxLock)
		p.Locked = found
		d := declared(doc, p.Manager)
		p.Pytest, p.PytestCov = presence("pytest", d, lock), presence("pytest-cov", d, lock)
	}
	return p
}

// manager looks at the lock file, then at the sections of pyproject.toml.
func manager(t tree, doc map[string]any, requirements requirements) string {
	switch {
	case t.has("poetry.lock"):
		return "poetry"
	case t.has("uv.lock"):
		return "uv"
	case at(doc, "tool", "poetry") != nil:
		return "poetry"
	case at(doc, "tool", "uv") != nil:
		return "uv"
	case len(requirements.files) > 0 || doc == nil:
		return "pip"
	}
	return "uv"
}

var (
	minorVersion = lazy.Regexp(`^(3\.[0-9]{1,2})(?:$|[.\s])`)
	lowerBound   = lazy.Regexp(`(?:^|[,\s])(==|~=|\^|~|>=)?\s*(3\.[0-9]{1,2})`)
)

func pythonVersion(t tree, doc map[string]any) (version string, exact bool) {
	if v := group(minorVersion(), strings.TrimSpace(t.text(".python-version"))); v != "" {
		return v, true
	}
	for _, at := range []any{at(doc, "project", "requires-python"), at(doc, "tool", "poetry", "dependencies", "python")} {
		text, _ := at.(string)
		if m := lowerBound().FindStringSubmatch(text); m != nil {
			return m[2], m[1] == "==" || m[1] == ""
		}
	}
	return "", false
}

var (
	module    = lazy.Regexp(`^[A-Za-z_][A-Za-z0-9_]*$`)
	separator = lazy.Regexp(`[-_.]+`)
)

// notPackages are folders that may have an __init__.py and are not part of the program.
var notPackages = []string{"tests", "test", "docs", "doc", "examples", "scripts", "migrations", "alembic", "node_modules", "build", "dist", "venv"}

// importPackages finds the folders with an __init__.py, at the top or below src; without any, a single module that can
// be run. The one with the name of the project comes first.
func importPackages(t tree, project string) []string {
	var out []string
	for _, base := range []string{"src", "."} {
		_, dirs := t.list(base)
		for _, dir := range dirs {
			if module().MatchString(dir) && !slices.Contains(notPackages, dir) && t.has(path.Join(base, dir, "__init__.py")) {
				out = append(out, dir)
			}
		}
		if len(out) > 0 {
			break
		}
	}
	if len(out) == 0 {
		for _, name := range []string{"app", "main"} {
			if t.has(name+".py") || t.has(path.Join(name, "main.py")) {
				return []string{name}
			}
		}
		return nil
	}
	like := separator().ReplaceAllString(strings.ToLower(project), "_")
	slices.SortStableFunc(out, func(a, b string) int { return rank(a, like) - rank(b, like) })
	return out
}

func rank(name, like string) int {
	switch strings.ToLower(name) {
	case like:
		return 0
	case "app":
		return 1
	}
	return 2
}

// testFolder is where the tests are: at the top, or in a package, as with Django.
func testFolder(t tree, packages []string) string {
	for _, in := range append([]string{"."}, packages...) {
		_, dirs := t.list(in)
		for _, name := range []string{"tests", "test"} {
			if slices.Contains(dirs, name) {
				return path.Join(in, name)
			}
		}
		if file := t.first(path.Join(in, "tests.py"), path.Join(in, "test.py")); file != "" {
			return file
		}
	}
	return ""
}
