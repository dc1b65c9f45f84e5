package frompipeline

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// together are the jobs of tests that every image waits for, with the first of them, in the order of their workflow: each
// becomes an entry of tests. It is nil where there is only one. What a test cannot say is a job of the author's own.
func (d *drafter) together(common *pipeline.Job) []*pipeline.Job {
	if common == nil || d.choice.TestJob != "" {
		return nil
	}
	all := slices.DeleteFunc(slices.Clone(common.Workflow.Jobs), func(j *pipeline.Job) bool {
		return j != common && (!slices.Contains(d.testing(), j) || verdictOf(j) == runsOther || !plainTests(j)) ||
			slices.ContainsFunc(d.chosen, func(i *image) bool { return !gates(j, i) })
	})
	for before := -1; before != len(all); {
		before = len(all)
		all = slices.DeleteFunc(all, func(j *pipeline.Job) bool {
			return slices.ContainsFunc(j.Needs, func(id string) bool { return !slices.Contains(all, j.Workflow.Job(id)) })
		})
	}
	if len(all) < 2 || !slices.Contains(all, common) {
		return nil
	}
	return all
}

// plainTests reports a job that a test can be in full.
func plainTests(j *pipeline.Job) bool {
	for _, field := range []string{"if", "strategy", "environment", "outputs", "continue-on-error", "uses"} {
		if j.Get(field).OK() {
			return false
		}
	}
	for _, access := range j.Get("permissions").Pairs() {
		if access.Text() == "write" {
			return false
		}
	}
	return !slices.ContainsFunc(j.Steps, func(s *pipeline.Step) bool {
		_, pin, _ := strings.Cut(s.Get("uses").Text(), "@")
		return s.Get("if").OK() || s.Get("continue-on-error").OK() || s.Uses != "" && len(pin) != 40 && !ours[s.Uses] && !strings.HasPrefix(s.Uses, "actions/setup-")
	})
}

// testKey is what a job of tests is called in the draft.
func testKey(j *pipeline.Job, used map[string]bool) string {
	key := draft.Name(j.ID, longestTest)
	for _, word := range []string{"tests", "test"} {
		key = strings.TrimSuffix(strings.TrimPrefix(key, word+"-"), "-"+word)
	}
	if key == "" || key == "test" || key == "tests" {
		key = "unit"
	}
	return draft.Free(key, used)
}

// needs writes for which other tests a test waits.
func (d *drafter) needs(t *testRun) {
	var names []string
	used := map[string]bool{}
	for _, j := range d.several {
		if key := testKey(j, used); slices.Contains(t.job.Needs, j.ID) {
			names = append(names, key)
		}
	}
	d.add(names, t.job.Get("needs").At(), t.field("needs")...)
}

// longestTest leaves room for the number that makes a name differ from another.
const longestTest = 17

// name is the job of the draft that runs the tests.
func (t *testRun) name(images int) string {
	if t.at[0] == "tests" || t.image != nil && images > 1 {
		return "test-" + t.at[1]
	}
	return "test"
}
