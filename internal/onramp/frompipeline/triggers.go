package frompipeline

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// usualEvents are the events that start a generated workflow.
var usualEvents = map[string]bool{"push": true, "pull_request": true, "merge_group": true, "workflow_dispatch": true}

func (d *drafter) triggers(w *pipeline.Workflow) {
	for _, e := range w.Events() {
		settings, _ := w.Trigger(e)
		if !usualEvents[e] && !d.schedule(w, e, settings) && !d.dispatch(w, e, settings) {
			d.leave(settings.At(), "keep that in a workflow of its own", "the event %s", e)
		}
		for _, filter := range []string{"paths", "paths-ignore"} {
			if n := settings.Get(filter); filter != "paths" || !d.pathsOf(w, n) {
				d.leaveField(n, "", "the filter %s of the event %s", filter, e)
			}
		}
	}
	push, _ := w.Trigger("push")
	if tags := nodesOf(push.Get("tags")); len(tags) > 0 && !d.releases && !d.promotedTag(tags[0]) && d.publishesAt(w, pipeline.Event{Name: "push", Ref: "refs/tags/v1.2.3"}) {
		d.leave(tags[0].At(), "build each push, and promote by the tags: on: tag", "that a push of the tag %s builds too: the draft builds each push to %s", tags[0].Text(), d.branch)
	}
	if all := nodesOf(push.Get("branches")); len(all) > 1 {
		d.leave(all[1].At(), "", "a second branch: a spec releases one")
	}
	d.checkouts(w)
}

// pathsOf writes the files that start a workflow as those that change the one image that it builds, or as those of the
// whole pipeline where it builds all images, if each means the same there. It reports whether it did.
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
		if p := anywhere(pattern); !slices.Contains(paths, p) {
			paths = append(paths, p)
		}
	}
	if len(made) == 0 || len(paths) == 0 || strings.ContainsAny(strings.Join(paths, ""), "!?[+") || strings.Trim(strings.Join(paths, ""), "*./") == "" {
		return false
	}
	switch at := []string{"source", "paths"}; {
	case len(made) == len(d.chosen):
		if !d.tree.Root.Has(at...) {
			d.add(paths, filter.At(), at...)
		}
		return slices.Equal(d.pathsSaid(at), paths)
	case len(made) > 1 || strings.Contains(strings.Join(paths, ""), "*"):
		return false
	default:
		d.add(paths, filter.At(), made[0].field("paths")...)
		return true
	}
}

// anywhere is a pattern of GitHub's filters as one of git, in which a folder is all that is in it and * is any text.
func anywhere(pattern string) string {
	pattern = strings.TrimSuffix(pattern, "/**")
	return strings.ReplaceAll(strings.ReplaceAll(pattern, "**/", ""), "**", "*")
}

// pathsSaid are the paths that the draft has at a field.
func (d *drafter) pathsSaid(at []string) []string {
	said, _ := d.tree.Root.Leaf(at...).Value.([]string)
	return said
}

// checkouts reads what the jobs of a workflow check out beside the files of the commit.
func (d *drafter) checkouts(w *pipeline.Workflow) {
	for _, s := range w.Steps() {
		if s.Uses != "actions/checkout" || s.With("repository").OK() {
			continue
		}
		if n := s.With("submodules"); n.Text() != "" && !n.False() {
			d.add(true, n.At(), "source", "submodules")
		}
		if n := s.With("lfs"); n.True() {
			d.add(true, n.At(), "source", "lfs")
		}
		// A deploy has all of the history in any case.
		if n := s.With("fetch-depth"); n.Text() == "0" && d.needsHistory(s.Job) {
			d.add(true, n.At(), "source", "history")
		}
	}
}

// needsHistory reports a job that tests or builds.
func (d *drafter) needsHistory(j *pipeline.Job) bool {
	return builds(j) || d.tested(j) || d.ownOf(j) != nil
}

// may reports whether a run of an event might publish or deploy something.
func (d *drafter) may(w *pipeline.Workflow, event string) bool {
	return d.publishesAt(w, pipeline.Event{Name: event, Ref: "refs/heads/" + d.branch})
}

func (d *drafter) publishesAt(w *pipeline.Workflow, e pipeline.Event) bool {
	return slices.ContainsFunc(w.Jobs, func(j *pipeline.Job) bool {
		acts := d.writes(j) || builds(j) || slices.ContainsFunc(j.Steps, func(s *pipeline.Step) bool { return s.Power().Does != "" })
		return acts && pipeline.May(j.When(), e) != pipeline.No
	})
}

// schedule writes the time at which a workflow only tests as that of its tests. It reports whether it did.
func (d *drafter) schedule(w *pipeline.Workflow, event string, settings pipeline.Node) bool {
	times := settings.Items()
	if event != "schedule" || len(times) != 1 || d.may(w, event) {
		return false
	}
	found := false
	for _, t := range d.testRuns {
		if cron := times[0].Get("cron"); t.job != nil && t.job.Workflow == w && cron.OK() {
			d.add(strings.Join(strings.Fields(cron.Text()), " "), cron.At(), t.field("schedule")...)
			found = true
		}
	}
	return found
}

// dispatch writes the events of other programs with what their runs do. It reports whether it did.
func (d *drafter) dispatch(w *pipeline.Workflow, event string, settings pipeline.Node) bool {
	types := settings.Get("types")
	if event != "repository_dispatch" || !types.OK() || !d.ofPipeline(w) {
		return false
	}
	runs := "test"
	if d.may(w, event) {
		runs = "release"
	}
	for _, name := range types.List() {
		d.add(runs, types.At(), "workflow", "dispatch", name)
	}
	return true
}

// ofPipeline reports a workflow that tests or builds what the draft is about.
func (d *drafter) ofPipeline(w *pipeline.Workflow) bool {
	return slices.ContainsFunc(w.Jobs, func(j *pipeline.Job) bool { return d.needsHistory(j) })
}
