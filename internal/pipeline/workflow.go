package pipeline

import (
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/shell"
)

// Workflow is a workflow of GitHub Actions.
type Workflow struct {
	Node
	File *File
	// On is what starts it.
	On   Node
	Jobs []*Job
	// scripts remembers those of all steps.
	scripts shell.Scripts
}

// Job is a job of a workflow.
type Job struct {
	Node
	Workflow *Workflow
	ID       string
	// Needs are the ids of the jobs that it waits for itself.
	Needs []string
	Steps []*Step
}

// Step is a step of a job.
type Step struct {
	Node
	Job *Job
	// Uses is the action without what follows the @, which is Ref.
	Uses, Ref string
	read      []Command
}

func readWorkflows(files []*File) []*Workflow {
	var out []*Workflow
	for _, f := range files {
		if f.Root == artifact.Code && path.Dir(f.Path) == ".github/workflows" && len(f.Docs) > 0 && f.Docs[0].Get("jobs").IsMap() {
			out = append(out, readWorkflow(f))
		}
	}
	return out
}

func readWorkflow(f *File) *Workflow {
	w := &Workflow{Node: f.Docs[0], File: f}
	w.On = w.Get("on")
	for id, n := range w.Get("jobs").Pairs() {
		j := &Job{Node: n, Workflow: w, ID: id, Needs: n.Get("needs").List()}
		for _, n := range n.Get("steps").Items() {
			s := &Step{Node: n, Job: j}
			s.Uses, s.Ref, _ = strings.Cut(n.Get("uses").Text(), "@")
			j.Steps = append(j.Steps, s)
		}
		w.Jobs = append(w.Jobs, j)
	}
	return w
}

// Trigger is what stands under an event; ok reports whether the event starts the
// workflow, with settings or without.
func (w *Workflow) Trigger(event string) (settings Node, ok bool) {
	for name, n := range w.On.Pairs() {
		if name == event {
			return n, true
		}
	}
	if !w.On.IsMap() {
		for _, e := range w.On.List() {
			if e == event {
				return Node{file: w.On.file, line: w.On.line}, true
			}
		}
	}
	return Node{}, false
}

// Events are the names of what starts the workflow.
func (w *Workflow) Events() []string {
	if !w.On.IsMap() {
		return w.On.List()
	}
	var out []string
	for name := range w.On.Pairs() {
		out = append(out, name)
	}
	return out
}

// Job is the job of an id, or nil.
func (w *Workflow) Job(id string) *Job {
	for _, j := range w.Jobs {
		if j.ID == id {
			return j
		}
	}
	return nil
}

// After reports whether j waits for a job, directly or through others.
func (j *Job) After(id string) bool { return j.waits(id, map[string]bool{}) }

func (j *Job) waits(id string, seen map[string]bool) bool {
	for _, n := range j.Needs {
		if n == id {
			return true
		}
		if seen[n] {
			continue
		}
		seen[n] = true
		if before := j.Workflow.Job(n); before != nil && before.waits(id, seen) {
			return true
		}
	}
	return false
}

// With is an input of the step's action.
func (s *Step) With(name string) Node { return s.Get("with", name) }

// Run is the step's script.
func (s *Step) Run() string { return s.Get("run").Text() }

// Label names a step as the log of a run does.
func (s *Step) Label() string {
	for _, n := range []string{"name", "uses"} {
		if t := s.Get(n).Text(); t != "" {
			return t
		}
	}
	first, _, _ := strings.Cut(strings.TrimSpace(s.Run()), "\n")
	return first
}

// Env is a variable as the step sees it, and where it is set.
func (s *Step) Env(name string) Node {
	for _, n := range []Node{s.Node, s.Job.Node, s.Job.Workflow.Node} {
		if v := n.Get("env", name); v.OK() {
			return v
		}
	}
	return s.Get("env", name)
}

// Workdir is the folder that the step's script starts in, "" for the workspace.
func (s *Step) Workdir() string {
	for _, n := range []Node{s.Get("working-directory"), s.Job.Get("defaults", "run", "working-directory"), s.Job.Workflow.Get("defaults", "run", "working-directory")} {
		if n.OK() {
			return n.Text()
		}
	}
	return ""
}
