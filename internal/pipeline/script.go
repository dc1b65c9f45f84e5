package pipeline

import (
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/shell"
)

// Command is one command of a step's script. An expression of GitHub's stands in
// its words as ‹github.sha›, so that one can tell where a value comes from; what
// only bash knows is shell.Unknown.
type Command struct {
	shell.Command
	Step *Step
}

var expressionHole = lazy.Regexp(`(?s)\$\{\{(.*?)\}\}`)

// marked writes expressions as words that a shell takes for plain text.
func marked(text string) string {
	return expressionHole().ReplaceAllStringFunc(text, func(e string) string {
		inner := strings.Join(strings.Fields(e[3:len(e)-2]), "")
		if strings.ContainsAny(inner, "'\"`$\\;&|()<>") {
			return "‹…›"
		}
		return "‹" + inner + "›"
	})
}

// Commands are those of the step's script, with the variables of step, job and
// workflow.
func (s *Step) Commands() []Command {
	if s.read != nil || s.Run() == "" {
		return s.read
	}
	vars := map[string]string{"GITHUB_SHA": "‹github.sha›", "GITHUB_REPOSITORY": "‹github.repository›", "GITHUB_REF_NAME": "‹github.ref_name›",
		"GITHUB_WORKSPACE": "", "GITHUB_RUN_NUMBER": "‹github.run_number›"}
	for _, n := range []Node{s.Job.Workflow.Node, s.Job.Node, s.Node} {
		for name, v := range n.Get("env").Pairs() {
			vars[name] = s.Job.resolve(marked(v.Text()))
		}
	}
	for _, c := range s.Job.Workflow.scripts.Read(marked(s.Run()), s.Workdir(), vars) {
		for i, w := range c.Words {
			c.Words[i] = s.Job.resolve(w)
		}
		s.read = append(s.read, Command{c, s})
	}
	return s.read
}

var envMark = lazy.Regexp(`‹env\.([A-Za-z_][A-Za-z0-9_]*)›`)

// maxResolved bounds how many variables of one value are looked up, and maxValue how
// long it may become: a variable may name itself.
const (
	maxResolved = 100
	maxValue    = 1 << 14
)

// resolve replaces expressions that read a variable of job or workflow.
func (j *Job) resolve(text string) string {
	left := maxResolved
	return j.resolveUpTo(text, &left)
}

func (j *Job) resolveUpTo(text string, left *int) string {
	if len(text) > maxValue {
		return text
	}
	return envMark().ReplaceAllStringFunc(text, func(m string) string {
		name := envMark().FindStringSubmatch(m)[1]
		for _, n := range []Node{j.Node, j.Workflow.Node} {
			v := n.Get("env", name)
			if !v.OK() {
				continue
			}
			if *left--; *left < 0 || len(v.Text()) > maxValue {
				return m
			}
			return j.resolveUpTo(marked(v.Text()), left)
		}
		return m
	})
}

// Filled is a value of the job with its expressions in the form of Command, and
// those that read a variable replaced by it.
func (j *Job) Filled(n Node) string { return j.resolve(marked(n.Text())) }

// At is the command's place.
func (c Command) At() Place { return c.Step.Get("run").TextLine(c.Line) }

// Commands are those of all steps of the job.
func (j *Job) Commands() []Command {
	var out []Command
	for _, s := range j.Steps {
		out = append(out, s.Commands()...)
	}
	return out
}
