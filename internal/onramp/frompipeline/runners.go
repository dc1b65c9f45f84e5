package frompipeline

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// runner reads where a job runs, unless that is a machine of GitHub's.
func (d *drafter) runner(j *pipeline.Job) { d.runnerFor(j, d.runnerOf(j)) }

// runnerFor does so for a job that the draft calls at, "" where it has no name for it.
func (d *drafter) runnerFor(j *pipeline.Job, at string) {
	on := j.Get("runs-on")
	labels, group := on, on.Get("group")
	if group.OK() || on.Get("labels").OK() {
		labels = on.Get("labels")
	}
	names := labels.List()
	own := group.OK() || slices.ContainsFunc(names, func(l string) bool { return !pipeline.OfGitHub(l) })
	if !own || strings.Contains(strings.Join(names, " "), "${{") {
		return
	}
	if at == "" || at == nativePlatform && group.OK() {
		d.leave(on.At(), "", "the machine on which the job %s runs", j.ID)
		return
	}
	if len(names) > 0 {
		d.add(names, labels.At(), "workflow", "runners", at, "labels")
	}
	d.addText(group, "workflow", "runners", at, "group")
}

// nativePlatform is the one for which an image is built where nothing names another.
const nativePlatform = "linux/amd64"

// runnerOf is under which name the draft says where a job runs, "" for none.
func (d *drafter) runnerOf(j *pipeline.Job) string {
	for _, t := range d.testRuns {
		if t.job == j && len(t.at) > 0 {
			return t.name(len(d.chosen))
		}
	}
	switch {
	case d.writes(j):
		return "deploy"
	case builds(j):
		return nativePlatform
	}
	return ""
}
