package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// possible are the events that may start a workflow, as far as they can be listed.
// Where something else may start it too, complete is false.
func (c *Case) possible(w *pipeline.Workflow) (out []pipeline.Event, complete bool) {
	complete = true
	for _, name := range w.Events() {
		settings, _ := w.Trigger(name)
		switch name {
		case "push":
			out = append(out, c.pushes(settings)...)
		case "pull_request":
			out = append(out, pipeline.Event{Name: name, Ref: "refs/pull/1/merge"})
		case "merge_group":
			out = append(out, pipeline.Event{Name: name, Ref: "refs/heads/gh-readonly-queue/" + c.branch + "/pr-1"})
		case "workflow_dispatch":
			out = append(out, pipeline.Event{Name: name, Ref: "refs/heads/" + c.branch}, pipeline.Event{Name: name, Ref: otherBranch})
		case "release":
			out = append(out, pipeline.Event{Name: name, Ref: "refs/tags/v1.0.0"})
		case "schedule", "repository_dispatch":
			out = append(out, pipeline.Event{Name: name, Ref: "refs/heads/" + c.branch})
			// GitHub runs both on the default branch, which only its settings name.
			if c.Facts != nil {
				out = append(out, pipeline.Event{Name: name, Ref: otherBranch})
			}
		default:
			complete = false
		}
	}
	return out, complete
}

// otherBranch stands for any branch that is not released.
const otherBranch = "refs/heads/some/other-branch"

func (c *Case) pushes(push pipeline.Node) []pipeline.Event {
	var out []pipeline.Event
	branches, tags := push.Get("branches"), push.Get("tags")
	add := func(ref string) { out = append(out, pipeline.Event{Name: "push", Ref: ref}) }
	for _, b := range branches.List() {
		if strings.ContainsAny(b, "*?[!") {
			add("refs/heads/" + c.branch)
			continue
		}
		add("refs/heads/" + b)
	}
	if tags.OK() || !branches.OK() && !push.Get("branches-ignore").OK() {
		add("refs/tags/v1.0.0")
	}
	if !branches.OK() && !tags.OK() {
		add("refs/heads/" + c.branch)
		add(otherBranch)
	}
	return out
}

func comesByTag(events []pipeline.Event) bool {
	return slices.ContainsFunc(events, func(e pipeline.Event) bool { return strings.HasPrefix(e.Ref, "refs/tags/") })
}

func starts(events []pipeline.Event, name string) bool {
	return slices.ContainsFunc(events, func(e pipeline.Event) bool { return e.Name == name })
}

// startsByCode reports whether a change of code may start the workflow; one that only
// people start needs no guard.
func startsByCode(w *pipeline.Workflow) bool {
	return slices.ContainsFunc([]string{"push", "pull_request", "merge_group", "pull_request_target", "workflow_run", "workflow_call"}, func(event string) bool {
		_, ok := w.Trigger(event)
		return ok
	})
}
