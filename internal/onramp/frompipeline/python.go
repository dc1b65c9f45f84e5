package frompipeline

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/onramp/guess"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// pythonTests reads a job that runs pytest.
func (d *drafter) pythonTests(t *testRun, pytest pipeline.Command) {
	python := func(field string) []string { return t.field("python", field) }
	d.pythonVersion(t)
	manager, at := "pip", pytest.At()
	if p := d.project.Python; p != nil {
		manager = p.Manager
	}
	for _, c := range t.job.Commands() {
		if c.Is("poetry") || c.Is("uv") {
			manager, at = c.Words[0], c.At()
		}
	}
	d.add(manager, at, python("packageManager")...)
	d.managerVersion(t, manager)
	if manager == "pip" {
		d.requirements(t)
	}
	name, nameAt := t.leg.fill(covered(pytest)), pytest.At()
	switch {
	case name != "":
		d.add(name, nameAt, python("package")...).Spare = "app"
	default:
		s := draft.Setting{Value: "app"}
		if p := d.project.Python; p != nil {
			s = guess.Package(p)
		}
		d.guess(s.Value, "the tests do not say which package they cover", python("package")...).Spare = "app"
	}
	if tests := testFolder(pytest); tests != "" {
		d.add(tests, pytest.At(), python("tests")...)
	} else if p := d.project.Python; p != nil && p.Tests != "" {
		d.guess(p.Tests, "pytest gets no folder of tests", python("tests")...)
	}
	if dir := t.leg.fill(pytest.Dir); dir != "" && dir != "." && !strings.ContainsAny(dir, "‹\x00") {
		d.add(path.Clean(dir), pytest.At(), python("directory")...)
	}
}

func (d *drafter) pythonVersion(t *testRun) {
	for _, s := range t.job.Steps {
		n := s.With("python-version")
		if !n.OK() {
			continue
		}
		t.taken[s] = true
		if key, ok := strings.CutPrefix(t.job.Filled(n), "‹matrix."); ok {
			all := t.job.Get("strategy", "matrix").Get(strings.TrimSuffix(key, "›")).Items()
			if len(all) == 0 {
				continue
			}
			n = all[len(all)-1]
			if len(all) > 1 {
				d.leave(t.job.Get("strategy", "matrix").At(), "", "the tests run on several releases of Python; a spec names the one that ships")
			}
		}
		parts := strings.SplitN(n.Text(), ".", 3)
		d.add(strings.Join(parts[:min(2, len(parts))], "."), n.At(), t.field("python", "version")...).Spare = guess.UsualPython
		return
	}
	version := guess.UsualPython
	if v := d.project.Docker.Python(); v != "" {
		version = v
	} else if p := d.project.Python; p != nil && p.Version != "" {
		version = p.Version
	}
	d.guess(version, "the workflow names no Python: take that of the Dockerfile", t.field("python", "version")...).Spare = guess.UsualPython
}

func (d *drafter) managerVersion(t *testRun, manager string) {
	for _, s := range t.job.Steps {
		if s.Uses == "snok/install-poetry" && manager == "poetry" || s.Uses == "astral-sh/setup-uv" && manager == "uv" {
			t.taken[s] = true
			d.addText(s.With("version"), t.field("python", "packageManagerVersion")...)
		}
		for _, c := range s.Commands() {
			for _, w := range c.Words {
				if v, ok := strings.CutPrefix(w, manager+"=="); ok && manager != "pip" && c.Has("install") {
					d.add(v, c.At(), t.field("python", "packageManagerVersion")...)
				}
			}
		}
	}
}

func (d *drafter) requirements(t *testRun) {
	var files []string
	at := pipeline.Place{}
	for _, s := range t.job.Steps {
		if n := s.Get("env", "REQUIREMENTS"); n.OK() {
			files, at = strings.Fields(n.Text()), n.At()
			t.taken[s] = true
		}
		for _, c := range s.Commands() {
			if !installs(c) {
				continue
			}
			for i, w := range c.Words {
				if (w != "-r" && w != "--requirement") || i+1 == len(c.Words) || strings.ContainsAny(c.Words[i+1], "\x00‹") {
					continue
				}
				// A generated script names the files of REQUIREMENTS again.
				if !slices.Contains(files, c.Words[i+1]) {
					files, at = append(files, c.Words[i+1]), c.At()
				}
			}
		}
	}
	if len(files) > 0 {
		d.add(files, at, t.field("python", "requirements")...).Spare = []string{"requirements.txt"}
		return
	}
	d.guess([]string{"requirements.txt"}, "the workflow names no requirements file; each needs hashes", t.field("python", "requirements")...)
}

// covered returns the import package whose coverage is measured.
func covered(pytest pipeline.Command) string {
	name, _ := pytest.Option("--cov")
	if strings.HasPrefix(name, "-") || name == "." || strings.ContainsAny(name, "\x00‹") {
		return ""
	}
	return strings.ReplaceAll(strings.Trim(strings.TrimPrefix(strings.TrimPrefix(name, "./"), "src/"), "/"), "/", ".")
}

// testFolder returns the first argument of pytest that is neither an option nor the value of one.
func testFolder(pytest pipeline.Command) string {
	skip := false
	for _, w := range pytest.Words[1:] {
		switch {
		case skip:
			skip = false
		case slices.Contains([]string{"-k", "-m", "-n", "-p", "-c", "-o", "--cov", "--cov-report", "--cov-config", "--cov-fail-under", "--maxfail", "--junitxml"}, w):
			skip = true
		case strings.HasPrefix(w, "-"), strings.ContainsAny(w, "\x00‹><|"):
		default:
			return strings.TrimSuffix(strings.TrimPrefix(w, "./"), "/")
		}
	}
	return ""
}
