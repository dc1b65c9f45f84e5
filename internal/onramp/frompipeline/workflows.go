package frompipeline

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// pipelines returns the workflows that build or deploy, or else all.
func (d *drafter) pipelines() []*pipeline.Workflow {
	var out []*pipeline.Workflow
	for _, w := range d.m.Workflows {
		if _, push := w.Trigger("push"); push {
			if slices.ContainsFunc(w.Jobs, func(j *pipeline.Job) bool { return builds(j) || d.writes(j) }) {
				out = append(out, w)
			}
		}
	}
	if len(out) == 0 {
		return d.m.Workflows
	}
	return out
}

// writes reports whether a job deploys.
func (d *drafter) writes(j *pipeline.Job) bool {
	return slices.ContainsFunc(d.m.Writers, func(w *pipeline.Writer) bool { return w.Job == j })
}

// released reads the branch and, if only tags publish, the tags that are released.
func (d *drafter) released() (branch, tags pipeline.Node) {
	for _, w := range d.pipelines() {
		push, _ := w.Trigger("push")
		for _, n := range nodesOf(push.Get("tags")) {
			if !tags.OK() && !d.promotes(w) && !d.promotedTag(n) && d.publishesTagsOnly(w, push) {
				tags = n
			}
		}
	}
	return d.sourceBranch, tags
}

// firstBranch is the first of a list that is no pattern, a missing node for none.
func firstBranch(list pipeline.Node) pipeline.Node {
	all := nodesOf(list)
	if i := slices.IndexFunc(all, func(n pipeline.Node) bool { return !strings.ContainsAny(n.Text(), "*?![") }); i >= 0 {
		return all[i]
	}
	return pipeline.Node{}
}

func (d *drafter) publishesTagsOnly(w *pipeline.Workflow, push pipeline.Node) bool {
	branches := push.Get("branches").List()
	if len(branches) == 0 {
		return true
	}
	byBranch := pipeline.Event{Name: "push", Ref: "refs/heads/" + branches[0]}
	byTag := pipeline.Event{Name: "push", Ref: "refs/tags/v1.2.3"}
	for _, wr := range d.m.Writers {
		if wr.Workflow == w && pipeline.May(wr.When(), byBranch) == pipeline.No && pipeline.May(wr.When(), byTag) != pipeline.No {
			return true
		}
	}
	return false
}

// builds reports whether a job builds an image.
func builds(j *pipeline.Job) bool {
	return slices.ContainsFunc(j.Steps, buildsImage)
}

func buildsImage(s *pipeline.Step) bool {
	return s.Builds() || slices.ContainsFunc(s.Commands(), isBuild)
}

// nodesOf returns the elements of a list, or a single text.
func nodesOf(n pipeline.Node) []pipeline.Node {
	if n.Text() != "" {
		return []pipeline.Node{n}
	}
	return n.Items()
}

var digitsOnly = lazy.Regexp(`^[0-9]+$`)
