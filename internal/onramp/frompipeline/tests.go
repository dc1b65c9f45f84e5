package frompipeline

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/onramp/guess"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/schema"
)

// testRun is one way in which something is tested.
type testRun struct {
	// job is the job that runs the tests, or nil, and leg that of its matrix.
	job *pipeline.Job
	leg leg
	// at is its place in the draft, and image the one that it tests; nil for the whole source.
	at    []string
	image *image
	// coverage is the required coverage, read from line; "" if no gate was found.
	coverage string
	line     pipeline.Place
	// taken are the steps that the draft covers; given is set once they are taken out again.
	taken map[*pipeline.Step]bool
	given bool
}

func (t *testRun) field(path ...string) []string { return append(slices.Clone(t.at), path...) }

// tests reads how the source is tested, and the images with the tests of their own.
func (d *drafter) tests() error {
	common, own, err := d.findTests()
	if err != nil {
		return err
	}
	if len(own) == 0 {
		d.several = d.together(common)
	}
	used := map[string]bool{}
	for _, j := range d.several {
		d.readTests(&testRun{job: j, at: []string{"tests", testKey(j, used)}})
	}
	if len(d.several) == 0 && (common != nil || len(own) == 0) {
		d.readTests(&testRun{job: common, at: []string{"test"}})
	}
	for _, i := range d.chosen {
		d.image(i)
		t := own[i]
		if t == nil && common == nil && len(own) > 0 {
			d.guess("No job tested it in the pipeline from which this was drafted.", "say who tests it, or how", i.field("test", "none")...)
		}
		if t != nil {
			t.at = i.field("test")
			d.readTests(t)
		}
	}
	return nil
}

func (d *drafter) readTests(t *testRun) {
	d.testRuns, t.taken = append(d.testRuns, t), map[*pipeline.Step]bool{}
	if t.job == nil {
		d.guessTests(t)
		return
	}
	d.findCoverage(t)
	env := []pipeline.Node{t.job.Get("env")}
	pytest := findPytest(t.job)
	if pytest.Step != nil {
		d.pythonTests(t, pytest)
		env = append(env, pytest.Step.Get("env"))
	} else {
		d.testSteps(t)
	}
	d.containerOf(t.job, t.at, func(name string, v pipeline.Node) bool { return d.testVariable(t, name, v) })
	d.servicesOf(t.job, t.at)
	for i, all := range env {
		for name, v := range all.Pairs() {
			// What the script itself reads is part of the command.
			if reads := i > 0 && strings.Contains(strings.ReplaceAll(pytest.Step.Run(), "{", ""), "$"+name); !reads && !d.testVariable(t, name, v) {
				d.add(t.leg.fill(v.Text()), v.At(), t.field("env", name)...)
			}
		}
	}
	if t.at[0] == "tests" && len(t.job.Needs) > 0 {
		d.needs(t)
	}
	if n := t.job.Get("timeout-minutes"); digitsOnly().MatchString(n.Text()) {
		d.add(n.Text()+"m", n.At(), t.field("timeout")...)
	}
	if why := d.guessedTests(t); why != "" {
		d.markGuessed(why, t.at...)
	}
}

// testing are the jobs that run something and neither build, copy, deploy, look what has changed, run because others have
// failed nor may fail, those of the pipeline first.
func (d *drafter) testing() []*pipeline.Job {
	var out []*pipeline.Job
	for _, w := range append(d.pipelines(), d.m.Workflows...) {
		for _, j := range w.Jobs {
			other := builds(j) || d.writes(j) || d.copies(j) || slices.ContainsFunc(j.Steps, compares) || afterwards(j)
			if runsSomething(j) && !other && !j.Get("continue-on-error").True() && !slices.Contains(out, j) {
				out = append(out, j)
			}
		}
	}
	return out
}

// findTests returns the job whose tests are those of all images, or nil, and the tests of each image alone.
func (d *drafter) findTests() (common *pipeline.Job, own map[*image]*testRun, err error) {
	all := d.testing()
	if d.choice.TestJob != "" {
		common, err = d.namedTests()
		return common, nil, err
	}
	if len(d.chosen) == 1 {
		if j := d.tester(all); j != nil {
			return j, nil, nil
		}
		return d.testsAndBuilds(), nil, nil
	}
	own = map[*image]*testRun{}
	loose := slices.Clone(all)
	for _, j := range all {
		var of []*image
		for _, i := range d.chosen {
			if gates(j, i) {
				of = append(of, i)
			}
		}
		if len(of) > 0 {
			loose = slices.DeleteFunc(loose, func(other *pipeline.Job) bool { return other == j })
		}
		// A job with a leg for each of some images says nothing of the others.
		legged := slices.ContainsFunc(of, func(i *image) bool { _, each := legFor(j, i); return each })
		shared := len(of) == len(d.chosen) && !legged
		for _, i := range of {
			if l, each := legFor(j, i); own[i] == nil && each == legged && !shared {
				own[i] = &testRun{job: j, leg: l, image: i}
			}
		}
		if shared && common == nil {
			common = j
		}
	}
	for _, i := range d.chosen {
		for _, b := range i.builds {
			if j := b.Job; own[i] == nil && common == nil && tests(j) {
				l, each := legFor(j, i)
				if !each && len(d.imagesOf(j)) > 1 {
					return j, own, nil
				}
				own[i] = &testRun{job: j, leg: l, image: i}
			}
		}
	}
	if common == nil && len(own) < len(d.chosen) {
		common = d.tester(loose)
	}
	return common, own, nil
}

// testsAndBuilds is the first job that tests before it builds.
func (d *drafter) testsAndBuilds() *pipeline.Job {
	for _, w := range append(d.pipelines(), d.m.Workflows...) {
		for _, j := range w.Jobs {
			if builds(j) && !afterwards(j) && tests(j) {
				return j
			}
		}
	}
	return nil
}

// afterwards reports whether a job runs when others have failed or were cancelled, too.
func afterwards(j *pipeline.Job) bool {
	on := j.Get("if").Text()
	return slices.ContainsFunc([]string{"always()", "failure()", "cancelled()"}, func(word string) bool {
		return strings.Contains(strings.ReplaceAll(on, "!"+word, ""), word)
	})
}

func tests(j *pipeline.Job) bool {
	return runsSomething(j) && (findPytest(j).Step != nil || testsBefore(j))
}

// imagesOf are the images that a job builds.
func (d *drafter) imagesOf(j *pipeline.Job) []*image {
	return slices.DeleteFunc(slices.Clone(d.chosen), func(i *image) bool {
		return !slices.ContainsFunc(i.builds, func(b build) bool { return b.Job == j })
	})
}

// gates reports whether what builds an image waits for a job.
func gates(j *pipeline.Job, i *image) bool {
	return slices.ContainsFunc(i.builds, func(b build) bool { return b.Job.Workflow == j.Workflow && b.Job.After(j.ID) })
}

// legFor is the leg of a job that is an image's own, if the job reads from the matrix which image it is for.
func legFor(j *pipeline.Job, i *image) (leg, bool) {
	reads := map[string]bool{}
	for _, s := range j.Steps {
		s.Scalars(func(n pipeline.Node) {
			for _, m := range matrixExpression().FindAllStringSubmatch(n.Text(), -1) {
				reads[m[1]] = true
			}
		})
	}
	shared := maps.Clone(i.leg())
	maps.DeleteFunc(shared, func(key string, _ legValue) bool { return !reads[key] })
	if len(shared) == 0 {
		return nil, false
	}
	for _, l := range legs(j) {
		if len(l) == 0 {
			return i.leg(), true // computed in a run, as that of the build
		}
		if l.agrees(shared, nil) {
			return l, true
		}
	}
	return nil, false
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
			if path.Base(w) == "pytest" && i < 6 && !c.Has("install", "add") {
				c.Words = c.Words[i:]
				return c
			}
		}
	}
	return pipeline.Command{}
}

// guessTests guesses the tests from the repository, as init does.
func (d *drafter) guessTests(t *testRun) {
	s := draft.Settings{}
	test, _ := guess.Tests(d.project, s)
	if p := d.project.Python; p != nil && s["pythonVersion"].Value != nil && t.image == nil {
		const why = "no workflow runs tests"
		python := func(field string) []string { return t.field("python", field) }
		d.guess(s["pythonVersion"].Value, why, python("version")...).Spare = guess.UsualPython
		d.guess(s["packageManager"].Value, why, python("packageManager")...)
		d.guess(s["package"].Value, why, python("package")...).Spare = "app"
		d.guess(s["tests"].Value, why, python("tests")...).Spare = "tests"
		if p.Manager == "pip" {
			d.guess(s["requirements"].Value, why, python("requirements")...).Spare = []string{"requirements.txt"}
		}
		return
	}
	if language := strings.TrimPrefix(test, "test-"); slices.Contains(schema.Languages(), language) && language != "python" && t.image == nil {
		const why = "no workflow runs tests"
		d.guess(cmp.Or(s["directory"].Value, any(".")), why, t.field(language, "directory")...).Spare = "."
		for _, field := range [][2]string{{"packageManager", "packageManager"}, {"packageManagerVersion", "packageManagerVersion"}, {"version", "languageVersion"}, {"versionFile", "versionFile"}} {
			if v := s[field[1]]; v.Value != nil {
				d.guess(v.Value, why, t.field(language, field[0])...).Spare = v.Spare
			}
		}
		return
	}
	run := s["run"].Value
	if t.image != nil {
		run = guess.NoTests
	}
	d.guessedStep(t, run)
}
