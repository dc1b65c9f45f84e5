package rules

import (
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// w22: foreign code never runs with this repository's rights.
func findsW22(f *Case) {
	for _, w := range f.Workflows {
		for _, event := range []string{"pull_request_target", "workflow_run"} {
			if t, ok := w.Trigger(event); ok {
				f.broken(t.At(), nowhere, "use pull_request", "%s runs with this repository's rights on code that nobody has reviewed", event)
			}
		}
	}
}

// w25: what a required check waits for starts it.
func findsW25(f *Case) {
	for _, w := range f.Workflows {
		if _, ok := w.Trigger("push"); !ok || !f.theirTests(w) {
			continue
		}
		for _, event := range []string{"pull_request", "merge_group", "workflow_dispatch"} {
			if _, ok := w.Trigger(event); !ok {
				f.broken(w.On.At(), nowhere, "add "+event+": to on:", "%s does not start this workflow", event)
			}
		}
	}
}

// theirTests reports whether the workflow is the one that judges a change.
func (f *Case) theirTests(w *pipeline.Workflow) bool {
	_, onPull := w.Trigger("pull_request")
	return onPull || w.Publishes()
}

// w26: a check that is required always reports.
func findsW26(f *Case) {
	for _, w := range f.Workflows {
		pull, _ := w.Trigger("pull_request")
		for _, filter := range []string{"paths", "paths-ignore"} {
			if n := pull.Get(filter); n.OK() {
				f.broken(n.At(), nowhere, "remove the filter, or decide in a job", "a pull request that %s leaves out waits for this check for ever", filter)
			}
		}
	}
}

// w27: one job says whether all went well.
func findsW27(f *Case) {
	for _, w := range f.Workflows {
		if _, ok := w.Trigger("pull_request"); !ok || len(w.Jobs) < 2 {
			continue
		}
		gate := false
		for _, j := range w.Jobs {
			gate = gate || len(j.Needs) > 0 && strings.Contains(j.Get("if").Text(), "always()")
		}
		if !gate {
			f.broken(w.Get("jobs").At(), nowhere, "add a last job with if: always() that fails unless every needed job succeeded", "no job of this workflow reports for all: a skipped job does not block a merge")
		}
	}
}

// w28: no run of the release branch is stopped half-way.
func findsW28(f *Case) {
	for _, w := range f.Workflows {
		if _, ok := w.Trigger("push"); !ok {
			continue
		}
		c := w.Get("concurrency")
		group := c.Get("group").Text()
		if c.Get("cancel-in-progress").True() && !strings.Contains(group, "github.sha") && !strings.Contains(group, "github.run_id") {
			f.broken(c.Get("cancel-in-progress").At(), c.Get("group").At(), "add github.sha to the group for pushes", "a push stops the run of the one before, also while that run deploys")
		}
	}
}

// possible are the events that may start a workflow, as far as they can be listed.
// Where something else may start it too, complete is false.
func (f *Case) possible(w *pipeline.Workflow) (out []pipeline.Event, complete bool) {
	complete = true
	for _, name := range w.Events() {
		settings, _ := w.Trigger(name)
		switch name {
		case "push":
			out = append(out, f.pushes(settings)...)
		case "pull_request":
			out = append(out, pipeline.Event{Name: name, Ref: "refs/pull/1/merge"})
		case "merge_group":
			out = append(out, pipeline.Event{Name: name, Ref: "refs/heads/gh-readonly-queue/" + f.branch + "/pr-1"})
		case "workflow_dispatch":
			out = append(out, pipeline.Event{Name: name, Ref: "refs/heads/" + f.branch}, pipeline.Event{Name: name, Ref: otherBranch})
		case "schedule":
			out = append(out, pipeline.Event{Name: name, Ref: "refs/heads/" + f.branch})
		default:
			complete = false
		}
	}
	return out, complete
}

// otherBranch stands for any branch that is not released.
const otherBranch = "refs/heads/some/other-branch"

func (f *Case) pushes(push pipeline.Node) []pipeline.Event {
	var out []pipeline.Event
	branches, tags := push.Get("branches"), push.Get("tags")
	add := func(ref string) { out = append(out, pipeline.Event{Name: "push", Ref: ref}) }
	for _, b := range branches.List() {
		if strings.ContainsAny(b, "*?[!") {
			add("refs/heads/" + f.branch)
			continue
		}
		add("refs/heads/" + b)
	}
	if tags.OK() || !branches.OK() && !push.Get("branches-ignore").OK() {
		add("refs/tags/v1.0.0")
	}
	if !branches.OK() && !tags.OK() {
		add("refs/heads/" + f.branch)
		add(otherBranch)
	}
	return out
}

func comesByTag(events []pipeline.Event) bool {
	for _, e := range events {
		if strings.HasPrefix(e.Ref, "refs/tags/") {
			return true
		}
	}
	return false
}

func starts(events []pipeline.Event, name string) bool {
	for _, e := range events {
		if e.Name == name {
			return true
		}
	}
	return false
}
