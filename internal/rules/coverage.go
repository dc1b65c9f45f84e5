package rules

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

var (
	coverageSetting  = lazy.Regexp(`(?m)^\s*fail_under\s*=|cov-fail-under`)
	precisionSetting = lazy.Regexp(`(?m)^\s*precision\s*=|cov-precision`)
)

// coverageGates: tests have a coverage gate, which rounds nothing up.
func coverageGates(c *Case) {
	gate, precise := c.configured(coverageSetting()), c.configured(precisionSetting())
	c.jobs(func(j *pipeline.Job) {
		var tests, report pipeline.Command
		for _, cmd := range j.Commands() {
			if isPytest(cmd) {
				tests = cmd
			}
			if _, ok := cmd.Option("--fail-under"); ok || gateScript(cmd.Step) {
				report = cmd
			}
		}
		if tests.Step == nil {
			return
		}
		_, hasGate := tests.Option("--cov-fail-under")
		_, hasPrecision := tests.Option("--cov-precision")
		switch {
		case !hasGate && !gate && report.Step == nil && measures(tests):
			c.broken(tests.At(), nowhere, "add --cov-fail-under=N --cov-precision=2", "job %s measures coverage, and no figure of it stops anything", j.ID)
		case hasGate && !hasPrecision && !precise:
			c.broken(tests.At(), nowhere, "add --cov-precision=2", "the coverage gate of job %s compares a rounded figure: 79.5 passes for 80", j.ID)
		}
	})
}

// gateScript reports a step that compares a report with a figure by itself.
func gateScript(s *pipeline.Step) bool { return s.Get("env", "COVERAGE_MIN").OK() }

func measures(tests pipeline.Command) bool {
	return slices.ContainsFunc(tests.Words, func(w string) bool { return strings.HasPrefix(w, "--cov") })
}

// configured reports whether a file of settings has one.
func (c *Case) configured(setting *regexp.Regexp) bool {
	return slices.ContainsFunc(c.Files, func(f *pipeline.File) bool {
		return f.Root == artifact.Code && path.Ext(f.Path) != ".md" && len(f.Docs) == 0 && setting.Match(f.Content)
	})
}

// isPytest reports a command that runs pytest, by whatever it is started.
func isPytest(c pipeline.Command) bool {
	for i, w := range c.Words {
		if path.Base(w) == "pytest" && i < 6 && !c.Has("install", "add") {
			return true
		}
	}
	return false
}
