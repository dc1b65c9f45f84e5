package rules

import (
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// w15: every job ends.
func findsW15(f *Case) {
	f.jobs(func(j *pipeline.Job) {
		if !j.Get("timeout-minutes").OK() && !j.Get("uses").OK() {
			f.broken(j.At(), nowhere, "add timeout-minutes", "job %s may hang for six hours", j.ID)
		}
	})
}

// w16: no job has rights that it was not given.
func findsW16(f *Case) {
	for _, w := range f.Workflows {
		top := w.Get("permissions")
		for name, right := range top.Pairs() {
			if right.Text() == "write" {
				f.broken(right.At(), nowhere, "write permissions: {} here, and the right in the job that needs it", "every job of this workflow has the right %s: write", name)
			}
		}
		if top.Text() == "write-all" {
			f.broken(top.At(), nowhere, "permissions: {}", "every job of this workflow has every right")
		}
		for _, j := range w.Jobs {
			own := j.Get("permissions")
			if own.Text() == "write-all" {
				f.broken(own.At(), nowhere, "name the rights that its steps need", "job %s has every right", j.ID)
			}
			if !top.OK() && !own.OK() {
				f.broken(j.At(), nowhere, "write permissions: {} at the top, and in each job the rights that its steps need", "job %s has whatever rights the repository gives by default", j.ID)
			}
		}
	}
}

// w18: the token is not left on disk for every later step.
func findsW18(f *Case) {
	f.steps(func(s *pipeline.Step) {
		if s.Uses == "actions/checkout" && !s.With("persist-credentials").False() {
			f.broken(s.Get("uses").At(), nowhere, "add persist-credentials: false", "the checkout leaves its token on disk for every later step")
		}
	})
}

// w23: a gate stops what it guards, and no condition rests on a name.
func findsW23(f *Case) {
	f.jobs(func(j *pipeline.Job) {
		nodes := []pipeline.Node{j.Node}
		for _, s := range j.Steps {
			nodes = append(nodes, s.Node)
		}
		for _, n := range nodes {
			if c := n.Get("continue-on-error"); c.True() {
				f.broken(c.At(), nowhere, "remove it", "job %s goes on after an error", j.ID)
			}
			if c := n.Get("if"); strings.Contains(c.Text(), "github.actor") || strings.Contains(c.Text(), "head_commit.message") {
				f.broken(c.At(), nowhere, "ask for the event and the ref", "the condition %s rests on a name or text that anybody can choose", Quoted(c.Text()))
			}
		}
	})
}

// w43: bash stops at an error inside a pipe.
func findsW43(f *Case) {
	for _, w := range f.Workflows {
		if run := withoutShell(w); run.OK() {
			f.broken(w.Get("jobs").At(), run.At(), "add defaults: run: shell: bash", "the scripts of this workflow go on after an error inside a pipe")
		}
	}
}

// withoutShell is the first script for which nothing names a shell.
func withoutShell(w *pipeline.Workflow) pipeline.Node {
	if w.Get("defaults", "run", "shell").OK() {
		return pipeline.Node{}
	}
	for _, j := range w.Jobs {
		for _, s := range j.Steps {
			if s.Run() != "" && !s.Get("shell").OK() && !j.Get("defaults", "run", "shell").OK() {
				return s.Get("run")
			}
		}
	}
	return pipeline.Node{}
}
