package frompipeline

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/onramp/guess"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// testRun is what was read about the tests.
type testRun struct {
	// job is the job that runs them, or nil.
	job *pipeline.Job
	// coverage is the required coverage, read from at; "" if no gate was found.
	coverage string
	at       pipeline.Place
	// taken are the steps that the draft covers.
	taken map[*pipeline.Step]bool
}

// testJob reads how the program is tested.
func (d *drafter) testJob() *testRun {
	t := &testRun{job: d.findTests(), taken: map[*pipeline.Step]bool{}}
	if t.job == nil {
		d.guessTests()
		return t
	}
	d.findCoverage(t)
	if pytest := findPytest(t.job); pytest.Step != nil {
		d.pythonTests(t, pytest)
	} else {
		d.testSteps(t)
	}
	d.testServices(t.job)
	for name, v := range t.job.Get("env").Pairs() {
		d.add(v.Text(), v.At(), "test", "env", name)
	}
	if n := t.job.Get("timeout-minutes"); digitsOnly().MatchString(n.Text()) {
		d.add(n.Text()+"m", n.At(), "test", "timeout")
	}
	return t
}

// findTests returns the first job of the pipeline that runs something and neither builds nor deploys, or else the first
// that tests before it builds.
func (d *drafter) findTests() *pipeline.Job {
	var second *pipeline.Job
	for _, w := range append(d.pipelines(), d.m.Workflows...) {
		for _, j := range w.Jobs {
			if !runsSomething(j) || strings.Contains(j.Get("if").Text(), "always()") {
				continue
			}
			if !builds(j) && !d.writes(j) {
				return j
			}
			if second == nil && builds(j) && (findPytest(j).Step != nil || testsBefore(j)) {
				second = j
			}
		}
	}
	return second
}

var testWord = lazy.Regexp(`(?i)\b(test|tests|check|verify|lint|vet)\b`)

// testsBefore reports whether a job tests in separate steps before it builds.
func testsBefore(j *pipeline.Job) bool {
	for _, s := range j.Steps {
		if buildsImage(s) {
			return false
		}
		if slices.ContainsFunc(s.Commands(), func(c pipeline.Command) bool {
			return testWord().MatchString(strings.Join(c.Words[:min(3, len(c.Words))], " "))
		}) {
			return true
		}
	}
	return false
}

func runsSomething(j *pipeline.Job) bool {
	return slices.ContainsFunc(j.Steps, func(s *pipeline.Step) bool { return s.Run() != "" })
}

func findPytest(j *pipeline.Job) pipeline.Command {
	for _, c := range j.Commands() {
		for i, w := range c.Words {
			if path.Base(w) == "pytest" && i < 5 && !c.Has("install", "add") {
				c.Words = c.Words[i:]
				return c
			}
		}
	}
	return pipeline.Command{}
}

// guessTests guesses the tests from the repository, as init does.
func (d *drafter) guessTests() {
	s := draft.Settings{}
	guess.Tests(d.project, s)
	if p := d.project.Python; p != nil && s["pythonVersion"].Value != nil {
		const why = "no workflow runs tests"
		d.guess(s["pythonVersion"].Value, why, "test", "python", "version").Spare = guess.UsualPython
		d.guess(s["packageManager"].Value, why, "test", "python", "packageManager")
		d.guess(s["package"].Value, why, "test", "python", "package").Spare = "app"
		d.guess(s["tests"].Value, why, "test", "python", "tests").Spare = "tests"
		if p.Manager == "pip" {
			d.guess(s["requirements"].Value, why, "test", "python", "requirements").Spare = []string{"requirements.txt"}
		}
		return
	}
	d.guessedStep(s["run"].Value)
}
