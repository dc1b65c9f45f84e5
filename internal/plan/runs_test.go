package plan_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/plan"
)

// contexts are the ref and the event that GitHub gives each kind of run.
var contexts = map[plan.Runs][2]string{
	plan.Push:              {"refs/heads/main", "push"},
	plan.Tag:               {"refs/tags/v1.2.3", "push"},
	plan.PullRequest:       {"refs/pull/7/merge", "pull_request"},
	plan.Fork:              {"refs/pull/8/merge", "pull_request"},
	plan.MergeGroup:        {"refs/heads/gh-readonly-queue/main/pr-7", "merge_group"},
	plan.Dispatch:          {"refs/heads/main", "workflow_dispatch"},
	plan.DispatchElsewhere: {"refs/heads/topic", "workflow_dispatch"},
	plan.Schedule:          {"refs/heads/main", "schedule"},
	plan.Event:             {"refs/heads/main", "repository_dispatch"},
	plan.EventElsewhere:    {"refs/heads/topic", "repository_dispatch"},
	plan.Published:         {"refs/tags/v1.2.3", "release"},
}

// holds evaluates a condition: terms that all must hold, or of which one must.
func holds(t *testing.T, condition, ref, event string) bool {
	t.Helper()
	for term := range strings.SplitSeq(condition, " || ") {
		all := true
		for part := range strings.SplitSeq(term, " && ") {
			all = all && holdsPart(t, part, ref, event)
		}
		if all {
			return true
		}
	}
	return false
}

func holdsPart(t *testing.T, part, ref, event string) bool {
	t.Helper()
	if inner, not := strings.CutPrefix(part, "!"); not {
		return !holdsPart(t, inner, ref, event)
	}
	if part == "startsWith(github.ref, 'refs/tags/')" {
		return strings.HasPrefix(ref, "refs/tags/")
	}
	var of, operator, value string
	if _, err := fmt.Sscan(part, &of, &operator, &value); err != nil {
		t.Fatalf("%q is no comparison", part)
	}
	fork := strconv.FormatBool(ref == contexts[plan.Fork][0])
	is := map[string]string{"github.ref": ref, "github.event_name": event, "github.event.pull_request.head.repo.fork": fork}[of] == strings.Trim(value, "'")
	return is == (operator == "==")
}

// TestCondition: in each run for which a workflow is started, the condition of a set says whether the run is in it.
func TestCondition(t *testing.T) {
	const pipeline = plan.Push | plan.PullRequest | plan.Fork | plan.MergeGroup | plan.Dispatch | plan.DispatchElsewhere
	for _, c := range []struct {
		name       string
		set, among plan.Runs
		empty      bool
	}{
		{"releases of the branch", plan.Push | plan.Dispatch, pipeline, false},
		{"all others", pipeline &^ plan.OnBranch, pipeline, false},
		{"releases of tags", plan.Tag, pipeline | plan.Tag, false},
		{"all but tags", pipeline, pipeline | plan.Tag, false},
		{"pushes", plan.Push | plan.Tag, pipeline | plan.Tag, false},
		{"pushes to the branch", plan.Push, pipeline | plan.Tag, false},
		{"a person's, on the branch", plan.Dispatch, plan.Dispatch | plan.DispatchElsewhere, false},
		{"with a schedule", plan.OnBranch, pipeline | plan.Schedule, false},
		{"with events of other programs", plan.OnBranch, pipeline | plan.Event | plan.EventElsewhere, false},
		{"all but forks", pipeline &^ plan.Fork, pipeline, false},
		{"forks, where tags are released", plan.Fork, pipeline | plan.Tag, false},
		{"every run", pipeline, pipeline, true},
		{"tags, among all", plan.Tag, plan.AnyRun, false},
		{"releases on GitHub, among all", plan.Published, plan.AnyRun, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			condition := c.set.Condition(c.among, "main")
			if c.empty != (condition == "") {
				t.Fatalf("the condition is %q", condition)
			}
			for run, at := range contexts {
				if run.In(c.among) && !c.empty && holds(t, condition, at[0], at[1]) != run.In(c.set) {
					t.Errorf("%s is wrong for %s at %s", condition, at[1], at[0])
				}
			}
		})
	}
}

// TestCalled: a job of a matrix is called by what differs.
func TestCalled(t *testing.T) {
	j := plan.Job{Name: "Build (${{ matrix.platform }})"}
	for name, want := range map[string]bool{"Build (linux/arm64)": true, "Build ()": false, "Publish (linux/arm64)": false, "Build": false} {
		if j.Called(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}

// TestCalledByItsVeryName: a job of the author's own may have a name that a job with a matrix has too.
func TestCalledByItsVeryName(t *testing.T) {
	jobs := plan.Jobs{{ID: "build", Name: "Build (${{ matrix.platform }})"}, {ID: "own", Name: "Build (docs)"}}
	if jobs.Called("Build (docs)").ID != "own" || jobs.Called("Build (linux/amd64)").ID != "build" || jobs.Called("Test").ID != "" {
		t.Error("a job is taken for another")
	}
}

// TestAfter: a job waits for those before its needs as well.
func TestAfter(t *testing.T) {
	job := func(id string, needs ...string) plan.Job {
		return plan.Job{ID: id, Needs: needs, Limit: plan.Limit{Minutes: len(id)}}
	}
	jobs := plan.Jobs{job("a"), job("bb", "a"), job("ccc", "a"), job("d", "bb", "ccc"), job("e")}
	if got := fmt.Sprint(jobs.After("ccc")); got != "map[d:true]" {
		t.Errorf("after ccc: %s", got)
	}
	if got := fmt.Sprint(jobs.After("a")); got != "map[bb:true ccc:true d:true]" {
		t.Errorf("after a: %s", got)
	}
	if way, minutes := jobs.Longest("d"); fmt.Sprint(way.IDs()) != "[a ccc d]" || minutes != 5 {
		t.Errorf("the longest way is %v, %d minutes", way.IDs(), minutes)
	}
}
