package frompipeline

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// inexpressible records everything that the draft does not express.
func (d *drafter) inexpressible() {
	for _, s := range d.m.Skipped {
		d.leave(pipeline.Place{}, "", "%s was not read: %s", s.Place, s.Reason)
	}
	d.files()
	for _, w := range d.m.Workflows {
		if strings.Contains(string(w.File.Content), artifact.HeaderMarker) {
			d.rollbacks(w)
			continue
		}
		d.triggers(w)
		for _, j := range w.Jobs {
			d.jobLeft(j)
		}
	}
	d.unused()
	d.waves()
	d.targets()
	d.manifests()
}

// unused records each image that is pushed and that nothing of the draft runs.
func (d *drafter) unused() {
	for _, i := range d.unchosen() {
		n, _ := i.whole()
		d.leave(n.at, "build it in a workflow of its own", "the image %s, which nothing runs that was found", n.name)
	}
}

// rollbacks records a rollback workflow: a criterion would generate one, but nothing gives its time limit.
func (d *drafter) rollbacks(w *pipeline.Workflow) {
	for _, wr := range d.m.Writers {
		if wr.Workflow == w && wr.Reverts {
			d.leave(w.Get("name").At(), "state a criterion of the kind rollback, with its time", "the workflow that takes deploys back")
			return
		}
	}
}

func (d *drafter) files() {
	for _, f := range d.m.Charts() {
		d.leave(pipeline.Place{File: f, Line: 1}, "render it once into manifests, or keep it apart", "a Helm chart")
	}
	for _, f := range d.m.Broken() {
		d.leave(pipeline.Place{File: f, Line: f.FaultLine}, "", "this is no valid YAML, and was not read: %s", f.Fault)
	}
}

// usualEvents are the events that start a generated workflow.
var usualEvents = map[string]bool{"push": true, "pull_request": true, "merge_group": true, "workflow_dispatch": true}

func (d *drafter) triggers(w *pipeline.Workflow) {
	for _, e := range w.Events() {
		settings, _ := w.Trigger(e)
		if !usualEvents[e] {
			d.leave(settings.At(), "keep that in a workflow of its own", "the event %s", e)
		}
		for _, filter := range []string{"paths", "paths-ignore"} {
			if n := settings.Get(filter); filter != "paths" || !d.pathsOf(w, n) {
				d.leaveField(n, "", "the filter %s of the event %s", filter, e)
			}
		}
	}
	push, _ := w.Trigger("push")
	if all := nodesOf(push.Get("branches")); len(all) > 1 {
		d.leave(all[1].At(), "", "a second branch: a spec releases one")
	}
}

// pathsOf writes the files that start a workflow as those that change the one image that it builds, if each means the
// same there. It reports whether it did. A pipeline of one image is started by each push.
func (d *drafter) pathsOf(w *pipeline.Workflow, filter pipeline.Node) bool {
	var made []*image
	for _, i := range d.chosen {
		if slices.ContainsFunc(i.builds, func(b build) bool { return b.Job.Workflow == w }) {
			made = append(made, i)
		}
	}
	var paths []string
	for _, pattern := range filter.List() {
		if pattern == w.File.Path {
			continue // a change of its workflow changes each image
		}
		paths = append(paths, strings.TrimSuffix(pattern, "/**"))
	}
	if len(d.chosen) == 1 || len(made) != 1 || len(paths) == 0 || strings.ContainsAny(strings.Join(paths, ""), "*!?[+") {
		return false
	}
	d.add(paths, filter.At(), made[0].field("paths")...)
	return true
}
