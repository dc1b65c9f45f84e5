package pipeline

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/shell"
)

// Command is one command of a step's script. Read without a Run, an expression of GitHub's is written in its words as
// ‹github.sha›, which shows where a value comes from; what only bash knows is shell.Unknown.
type Command struct {
	shell.Command
	Step *Step
	// Into is the command that reads its output, nil for none.
	Into *Command
}

// At is the command's place, or that of the action which runs it.
func (c Command) At() Place {
	if run := c.Step.Get("run"); run.OK() {
		return run.TextLine(c.Line)
	}
	return c.Step.At()
}

// Commands are the commands of the step's script, with the variables of step, job and workflow.
func (s *Step) Commands() []Command {
	if s.read == nil && s.Run() != "" {
		s.read = s.CommandsIn(nil)
	}
	return s.read
}

// CommandsIn are the commands as a run would see them.
func (s *Step) CommandsIn(r *Run) []Command {
	read := s.Job.Workflow.File.texts.scripts.Read(r.Fill(s.Job, s.Run()), s.Workdir(), s.Environ(r))
	out := make([]Command, len(read))
	for i, c := range read {
		if r == nil {
			c.Words = slices.Clone(c.Words)
			for i, w := range c.Words {
				c.Words[i] = s.Job.resolve(w)
			}
		}
		out[i] = Command{Command: c, Step: s}
		if c.Pipe >= 0 && c.Pipe < len(out) {
			out[i].Into = &out[c.Pipe]
		}
	}
	return out
}

// Environ is all that the step's script sees, with expressions filled in.
func (s *Step) Environ(r *Run) map[string]string {
	vars := map[string]string{"GITHUB_SHA": "‹github.sha›", "GITHUB_REPOSITORY": "‹github.repository›", "GITHUB_REF_NAME": "‹github.ref_name›",
		"GITHUB_WORKSPACE": "", "GITHUB_RUN_NUMBER": "‹github.run_number›", "RUNNER_TEMP": RunnerTemp}
	if r != nil {
		vars = map[string]string{"GITHUB_SHA": r.SHA, "GITHUB_WORKSPACE": "", "RUNNER_TEMP": RunnerTemp}
	}
	for _, n := range []Node{s.Job.Workflow.Node, s.Job.Node, s.Node} {
		for name, v := range n.Get("env").Pairs() {
			vars[name] = r.Fill(s.Job, v.Text())
		}
	}
	return vars
}

// Commands are the commands of all steps of the job.
func (j *Job) Commands() []Command {
	var out []Command
	for _, s := range j.Steps {
		out = append(out, s.Commands()...)
	}
	return out
}

// Script is the text of all scripts of the job.
func (j *Job) Script() string {
	var all []string
	for _, s := range j.Steps {
		all = append(all, s.Run())
	}
	return strings.Join(all, "\n")
}
