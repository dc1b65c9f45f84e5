package frompipeline

import (
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

var failUnder = lazy.Regexp(`(?m)^\s*fail_under\s*=\s*"?([0-9]+(?:\.[0-9]+)?)|cov-fail-under[= ]([0-9]+(?:\.[0-9]+)?)`)

// findCoverage looks for the gate of the tests: an option, a step of its own, or a setting of the project.
func (d *drafter) findCoverage(t *testRun) {
	for _, s := range t.job.Steps {
		if least := s.Get("env", "COVERAGE_MIN"); least.OK() {
			t.coverage, t.line = least.Text(), least.At()
			t.taken[s] = true
			if report := s.Get("env", "COVERAGE_REPORT"); report.OK() {
				d.add(reportFormat(report.Text()), report.At(), t.field("report", "format")...)
				d.add(report.Text(), report.At(), t.field("report", "path")...)
			}
		}
		if s.Uses == "actions/upload-artifact" && strings.Contains(strings.ToLower(s.With("name").Text()+s.With("path").Text()), "cov") {
			t.taken[s] = true // pipegen keeps the report by itself
		}
		for _, c := range s.Commands() {
			for _, option := range []string{"--cov-fail-under", "--fail-under"} {
				if v, ok := c.Option(option); ok && !strings.ContainsAny(v, "\x00‹") {
					t.coverage, t.line = v, c.At()
				}
			}
		}
	}
	pytest := findPytest(t.job)
	// The settings of the project lie at the root.
	if t.coverage != "" || pytest.Step == nil || t.image != nil && pytest.Dir != "" && pytest.Dir != "." {
		return
	}
	for _, f := range d.m.Files {
		if f.Root != artifact.Code || len(f.Docs) > 0 || path.Ext(f.Path) == ".md" {
			continue
		}
		if at := failUnder().FindSubmatchIndex(f.Content); at != nil {
			m := failUnder().FindSubmatch(f.Content)
			t.coverage = string(m[1]) + string(m[2])
			t.line = pipeline.Place{File: f, Line: 1 + strings.Count(string(f.Content[:at[0]]), "\n")}
			return
		}
	}
}

func reportFormat(name string) string {
	switch base := path.Base(name); {
	case strings.Contains(base, "lcov") || path.Ext(base) == ".info":
		return "lcov"
	case strings.Contains(base, "jacoco"):
		return "jacoco"
	case path.Ext(base) == ".xml":
		return "cobertura"
	}
	return "go"
}
