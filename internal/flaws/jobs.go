package flaws

import (
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
	rulebook "github.com/pipegen/pipegen/internal/rules"
)

// w15: every job ends.
func w15(f *finder) {
	f.jobs(func(j *pipeline.Job) {
		if !j.Get("timeout-minutes").OK() && !j.Get("uses").OK() {
			f.flaw(j.At(), nowhere, "add timeout-minutes", "job %s may hang for six hours", j.ID)
		}
	})
}

// w16: no job has rights that it was not given.
func w16(f *finder) {
	for _, w := range f.m.Workflows {
		top := w.Get("permissions")
		for name, right := range top.Pairs() {
			if right.Text() == "write" {
				f.flaw(right.At(), nowhere, "write permissions: {} here, and the right in the job that needs it", "every job of this workflow has the right %s: write", name)
			}
		}
		if top.Text() == "write-all" {
			f.flaw(top.At(), nowhere, "permissions: {}", "every job of this workflow has every right")
		}
		for _, j := range w.Jobs {
			own := j.Get("permissions")
			if own.Text() == "write-all" {
				f.flaw(own.At(), nowhere, "name the rights that its steps need", "job %s has every right", j.ID)
			}
			if !top.OK() && !own.OK() {
				f.flaw(j.At(), nowhere, "write permissions: {} at the top, and in each job the rights that its steps need", "job %s has whatever rights the repository gives by default", j.ID)
			}
		}
	}
}

// w18: the token is not left on disk for every later step.
func w18(f *finder) {
	f.steps(func(s *pipeline.Step) {
		if s.Uses == "actions/checkout" && !s.With("persist-credentials").False() {
			f.flaw(s.Get("uses").At(), nowhere, "add persist-credentials: false", "the checkout leaves its token on disk for every later step")
		}
	})
}

// w23: a gate stops what it guards, and no condition rests on a name.
func w23(f *finder) {
	f.jobs(func(j *pipeline.Job) {
		nodes := []pipeline.Node{j.Node}
		for _, s := range j.Steps {
			nodes = append(nodes, s.Node)
		}
		for _, n := range nodes {
			if c := n.Get("continue-on-error"); c.True() {
				f.flaw(c.At(), nowhere, "remove it", "job %s goes on after an error", j.ID)
			}
			if c := n.Get("if"); strings.Contains(c.Text(), "github.actor") || strings.Contains(c.Text(), "head_commit.message") {
				f.flaw(c.At(), nowhere, "ask for the event and the ref", "the condition %s rests on a name or text that anybody can choose", rulebook.Quoted(c.Text()))
			}
		}
	})
}

// w43: bash stops at an error inside a pipe.
func w43(f *finder) {
	for _, w := range f.m.Workflows {
		if run := withoutShell(w); run.OK() {
			f.flaw(w.Get("jobs").At(), run.At(), "add defaults: run: shell: bash", "the scripts of this workflow go on after an error inside a pipe")
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
