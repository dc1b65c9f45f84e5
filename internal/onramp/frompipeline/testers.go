package frompipeline

import (
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// verdict is what the commands of a job say of it as a job of tests.
type verdict int

const (
	runsOther verdict = iota
	// checksOther has a command that is called after tests or checks.
	checksOther
	runsTests
)

// runners are programs that run tests, with the word that says so; "" where the program does nothing else.
var runners = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(programs) {
		names, word, _ := strings.Cut(line, ":")
		for _, name := range strings.Fields(names) {
			out[name] = strings.TrimSpace(word)
		}
	}
	return out
})

const programs = `
pytest py.test tox nox jest vitest mocha rspec phpunit gotestsum ginkgo ctest pest unittest
go yarn pnpm bun deno dotnet just task rake rails composer sbt mix swift bazel manage.py artisan: test
cargo: test nextest
npm: test t
mvn mvnw: test verify install
gradle gradlew: test check build
make: test tests check unit unit-test unittest
coverage: run
`

// testsBy reports whether a command runs tests: by itself, or by what starts programs of a project.
func testsBy(c pipeline.Command) bool {
	for i, w := range c.Words[:min(8, len(c.Words))] {
		word, known := runners()[path.Base(w)]
		if !known || i > 0 && strings.HasPrefix(c.Words[i-1], "-") && c.Words[i-1] != "-m" {
			continue
		}
		rest := c.Words[i+1:]
		if word == "" {
			return !slices.Contains(c.Words[:i], "install") && !slices.Contains(c.Words[:i], "add")
		}
		for _, next := range rest {
			name, _, _ := strings.Cut(next, ":")
			if next == "run" || next == "exec" || strings.HasPrefix(next, "-") {
				continue
			}
			if slices.Contains(strings.Fields(word), name) {
				return true
			}
			if path.Base(w) != "mvn" && path.Base(w) != "mvnw" && !strings.HasPrefix(path.Base(w), "gradle") {
				break // the first word counts
			}
		}
	}
	return false
}

func verdictOf(j *pipeline.Job) verdict {
	out := runsOther
	for _, c := range j.Commands() {
		switch {
		case testsBy(c) && !benchmarks(c):
			return runsTests
		case testWord().MatchString(strings.Join(c.Words[:min(3, len(c.Words))], " ")):
			out = checksOther
		}
	}
	return out
}

// benchmarks reports a command that measures how fast something is.
func benchmarks(c pipeline.Command) bool {
	return slices.ContainsFunc(c.Words, func(w string) bool { return strings.HasPrefix(strings.TrimLeft(w, "-"), "bench") })
}

// weight is how likely a job has the tests of the images: by what it runs, then by what waits for it, then by whether
// its workflow builds or deploys.
func (d *drafter) weight(j *pipeline.Job) int {
	n := map[verdict]int{runsTests: 30, checksOther: 8}[verdictOf(j)]
	if slices.ContainsFunc(d.chosen, func(i *image) bool { return gates(j, i) }) {
		n += 10
	}
	if slices.ContainsFunc(j.Workflow.Jobs, func(o *pipeline.Job) bool { return builds(o) || d.writes(o) }) {
		n += 2
	}
	return n
}

// tester is the likeliest job of tests, nil where no job seems to test what is built.
func (d *drafter) tester(all []*pipeline.Job) *pipeline.Job {
	var best *pipeline.Job
	for _, j := range all {
		if best == nil || d.weight(j) > d.weight(best) {
			best = j
		}
	}
	if best == nil || d.weight(best) == 0 {
		return nil
	}
	return best
}

// guessedTests says why the tests of a job are a guess: others run tests too, or the job runs nothing that is known to
// test.
func (d *drafter) guessedTests(t *testRun) string {
	if d.choice.TestJob != "" || t.image != nil && len(d.chosen) > 1 {
		return ""
	}
	if verdictOf(t.job) == runsOther {
		return "the job " + t.job.ID + " runs nothing that is known to test: --test-job takes another"
	}
	var others []string
	for _, j := range d.testing() {
		if j != t.job && !slices.Contains(d.several, j) && verdictOf(j) == runsTests && !slices.ContainsFunc(d.chosen, func(i *image) bool { return slices.ContainsFunc(i.builds, func(b build) bool { return b.Job == j }) }) {
			others = append(others, d.jobName(j))
		}
	}
	if len(others) == 0 {
		return ""
	}
	return "the job " + d.jobName(t.job) + " is one of several that test, as do " + strings.Join(others, ", ") + ": --test-job takes another"
}

// jobName is the id of a job, behind the file of its workflow where several jobs have the id.
func (d *drafter) jobName(j *pipeline.Job) string {
	for _, o := range d.m.Jobs() {
		if o != j && o.ID == j.ID {
			return path.Base(j.Workflow.File.Path) + "/" + j.ID
		}
	}
	return j.ID
}

// namedTests is the job that was chosen.
func (d *drafter) namedTests() (*pipeline.Job, error) {
	var all []string
	for _, j := range d.m.Jobs() {
		if !runsSomething(j) {
			continue
		}
		if all = append(all, d.jobName(j)); d.jobName(j) == d.choice.TestJob || j.Name() == d.choice.TestJob {
			return j, nil
		}
	}
	return nil, ChoiceError{"test-job", d.choice.TestJob, all}
}
