package frompipeline

import (
	"strings"

	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// testSteps copies the steps as they are.
func (d *drafter) testSteps(t *testRun) {
steps:
	for _, s := range t.job.Steps {
		switch {
		case buildsImage(s):
			break steps // the steps after this one test nothing
		case t.taken[s] || looksForSecrets(s) || s.Uses == "actions/checkout" || builds(t.job) && ours[s.Uses]:
			continue
		}
		t.taken[s] = true
		d.step(t, s)
		if s.Get("if").Text() == withSecrets {
			continue
		}
		d.leaveField(s.Get("if"), "", "the condition of the step %q, which the draft runs always", s.Label())
	}
	if builds(t.job) {
		d.leave(t.job.At(), "let the Dockerfile make all that the image needs", "that the job %s builds the image where its tests ran: the draft builds it in a job of its own, from the source alone", t.job.ID)
	}
	if !d.tree.Root.Has(t.field("steps")...) {
		d.guessTests(t)
	}
}

// step copies one step.
func (d *drafter) step(t *testRun, s *pipeline.Step) {
	step := d.tree.Root.Append(t.field("steps")...)
	add := func(value any, at pipeline.Place, path ...string) {
		step.Put(draft.Read(value, sourceLine(at)), path...)
	}
	step.Put(draft.Setting{Value: oneSentence(t.leg.fill(s.Label())), From: sourceLine(s.At())}, "name")
	if s.Run() != "" {
		run := strings.TrimRight(t.leg.fill(s.Run()), "\n")
		if dir := t.leg.fill(s.Workdir()); dir != "" && dir != "." {
			run = "cd " + dir + "\n" + run
		}
		add(run, s.Get("run").At(), "run")
	} else {
		add(s.Uses, s.Get("uses").At(), "uses")
	}
	for name, v := range s.Get("with").Pairs() {
		if strings.HasSuffix(name, "cache") && v.False() {
			continue // pipegen itself switches it off where an image is published
		}
		add(t.leg.fill(v.Text()), v.At(), "with", name)
	}
	for name, v := range s.Get("env").Pairs() {
		if s.Run() == "" || !d.testVariable(t, name, v) {
			add(t.leg.fill(v.Text()), v.At(), "env", name)
		}
	}
}

// guessedStep adds a step for tests that no workflow has.
func (d *drafter) guessedStep(t *testRun, run any) {
	step := d.tree.Root.Append(t.field("steps")...)
	step.Put(draft.Setting{Value: "Test"}, "name")
	step.Put(draft.Guess(run, "write what runs the tests"), "run")
}

func oneSentence(s string) string {
	s = strings.Join(strings.Fields(strings.ReplaceAll(draft.Plain(s), "${{", "{{")), " ")
	if s == "" {
		return "Test"
	}
	return s
}
