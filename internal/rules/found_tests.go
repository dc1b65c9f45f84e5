package rules

import (
	"path"
	"regexp"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// w30: what is installed stands in a lock file, and so does what installs it.
func findsW30(f *Case) {
	f.jobs(func(j *pipeline.Job) {
		locked := false
		for _, c := range j.Commands() {
			if c.Is("poetry", "check") && c.Has("--lock") || c.Is("poetry", "lock") && c.Has("--check") {
				locked = true
			}
			if what, help := unlocked(c, locked); what != "" {
				f.broken(c.At(), nowhere, help, "job %s %s", j.ID, what)
			}
		}
	})
}

func unlocked(c pipeline.Command, lockChecked bool) (what, help string) {
	install := c
	if len(c.Words) > 3 && (c.Is("python", "-m", "pip") || c.Is("python3", "-m", "pip")) {
		install.Words = c.Words[2:]
	}
	if len(c.Words) > 1 && c.Is("uv", "pip") {
		install.Words = c.Words[1:]
	}
	switch {
	case (install.Is("pip", "install") || install.Is("pip3", "install")) && !install.Has("--require-hashes", "--no-deps"):
		return pip(install)
	case c.Is("pipx", "install") && len(c.Args(2)) > 0 && !strings.Contains(c.Args(2)[0], "=="):
		return "installs " + quoted(c.Args(2)[0]) + " in whatever release is newest", "write the release: NAME==VERSION"
	case c.Is("poetry", "install") && !lockChecked:
		return "installs without asking whether the lock file fits", "run 'poetry check --lock' before, and 'poetry sync'"
	case c.Is("uv", "sync") && !c.Has("--locked", "--frozen"):
		return "installs what may differ from the lock file", "uv sync --locked"
	case c.Is("npm", "install") || c.Is("npm", "i"):
		if len(c.Args(2)) == 0 {
			return "installs what may differ from the lock file", "npm ci"
		}
	case c.Is("yarn", "install") && !c.Has("--frozen-lockfile", "--immutable"), c.Is("pnpm", "install") && !c.Has("--frozen-lockfile"):
		return "installs what may differ from the lock file", "add --frozen-lockfile, or --immutable"
	}
	return "", ""
}

func pip(c pipeline.Command) (what, help string) {
	if c.Has("-r", "--requirement") {
		return "installs requirements without hashes", "add --require-hashes, and write the hashes with 'pip-compile --generate-hashes'"
	}
	for _, name := range c.Args(2) {
		if !strings.Contains(name, "==") {
			return "installs " + quoted(name) + " in whatever release is newest", "install from a lock file, or write NAME==VERSION"
		}
	}
	return "", ""
}

var coverageSetting = lazy.Regexp(`(?m)^\s*fail_under\s*=|cov-fail-under`)
var precisionSetting = lazy.Regexp(`(?m)^\s*precision\s*=|cov-precision`)

// w31: tests have a coverage gate, which rounds nothing up.
func findsW31(f *Case) {
	gate, precise := f.configured(coverageSetting()), f.configured(precisionSetting())
	f.jobs(func(j *pipeline.Job) {
		var tests, report pipeline.Command
		for _, c := range j.Commands() {
			if isPytest(c) {
				tests = c
			}
			if _, ok := c.Option("--fail-under"); ok || gateScript(c.Step) {
				report = c
			}
		}
		if tests.Step == nil {
			return
		}
		_, hasGate := tests.Option("--cov-fail-under")
		_, hasPrecision := tests.Option("--cov-precision")
		switch {
		case !hasGate && !gate && report.Step == nil && f.measures(tests):
			f.broken(tests.At(), nowhere, "add --cov-fail-under=N --cov-precision=2", "job %s measures coverage, and no figure of it stops anything", j.ID)
		case hasGate && !hasPrecision && !precise:
			f.broken(tests.At(), nowhere, "add --cov-precision=2", "the coverage gate of job %s compares a rounded figure: 79.5 passes for 80", j.ID)
		}
	})
}

// gateScript reports a step that compares a report with a figure by itself.
func gateScript(s *pipeline.Step) bool { return s.Get("env", "COVERAGE_MIN").OK() }

func (f *Case) measures(c pipeline.Command) bool {
	for _, w := range c.Words {
		if strings.HasPrefix(w, "--cov") {
			return true
		}
	}
	return false
}

func (f *Case) configured(setting *regexp.Regexp) bool {
	for _, file := range f.Files {
		if file.Root == artifact.Code && path.Ext(file.Path) != ".md" && len(file.Docs) == 0 && setting.Match(file.Content) {
			return true
		}
	}
	return false
}

// isPytest reports a command that runs pytest, by whatever it is started.
func isPytest(c pipeline.Command) bool {
	for i, w := range c.Words {
		if path.Base(w) == "pytest" && i < 5 && !c.Has("install", "add") {
			return true
		}
	}
	return false
}
