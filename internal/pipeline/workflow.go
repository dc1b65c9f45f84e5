package pipeline

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Workflow is a workflow of GitHub Actions.
type Workflow struct {
	Node
	File *File
	// On is what starts it.
	On   Node
	Jobs []*Job
	byID map[string]*Job
	// order is what inOrder found, waiting what Behind did, naming what NamingJobs did, and finding what FindingStep did.
	order   []*Job
	waiting map[string][]*Job
	naming  *[]*Job
	finding **Step
}

// Job is a job of a workflow.
type Job struct {
	Node
	Workflow *Workflow
	ID       string
	// Needs are the ids of the jobs that it waits for itself.
	Needs []string
	Steps []*Step

	// caller is the job in whose place it is, and called the workflow that has it; nothing for a job of its own workflow.
	caller *Job
	called Node

	privilege *privilege
	asks      *bool           // what asksInputs found
	before    map[string]bool // what After found
}

// Step is a step of a job.
type Step struct {
	Node
	Job *Job
	// ID is what expressions name it by, "" for none.
	ID string
	// Uses is the action without what follows the @, which is Ref.
	Uses, Ref string
	read      []Command
}

// readWorkflows reads those of the code repository and, of a known pipeline, those beside its manifests.
func readWorkflows(files []*File, known *Known) []*Workflow {
	var out []*Workflow
	for _, f := range files {
		if (f.Root == artifact.Code || known != nil) && path.Dir(f.Path) == ".github/workflows" && len(f.Docs) > 0 && f.Docs[0].Get("jobs").IsMap() {
			out = append(out, readWorkflow(f))
		}
	}
	return out
}

func readWorkflow(f *File) *Workflow {
	w := &Workflow{Node: f.Docs[0], File: f, byID: map[string]*Job{}}
	w.On = w.Get("on")
	for id, n := range w.Get("jobs").Pairs() {
		j := &Job{Node: n, Workflow: w, ID: id, Needs: n.Get("needs").List()}
		j.readSteps()
		w.Jobs = append(w.Jobs, j)
		if w.byID[id] == nil {
			w.byID[id] = j
		}
	}
	return w
}

func (j *Job) readSteps() {
	j.Steps = nil
	for _, n := range j.Get("steps").Items() {
		j.Steps = append(j.Steps, readStep(j, n))
	}
}

func readStep(j *Job, n Node) *Step {
	s := &Step{Node: n, Job: j, ID: n.Get("id").Text()}
	s.Uses, s.Ref, _ = strings.Cut(n.Get("uses").Text(), "@")
	return s
}

// Trigger is the configuration of an event; ok reports whether the event starts the workflow, with settings or without.
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
func (w *Workflow) Job(id string) *Job { return w.byID[id] }

// Steps are those of all jobs, in the order of the file.
func (w *Workflow) Steps() []*Step {
	var out []*Step
	for _, j := range w.Jobs {
		out = append(out, j.Steps...)
	}
	return out
}

// Builds reports a workflow that builds images.
func (w *Workflow) Builds() bool { return slices.ContainsFunc(w.Jobs, (*Job).Builds) }

// Label names the job in a sentence.
func (j *Job) Label() string { return "job " + j.ID }

// Name is what people see of the job: its name, or else its id.
func (j *Job) Name() string {
	if n := j.Get("name").Text(); n != "" {
		return n
	}
	return j.ID
}

// Condition is the job's if in the form of Expression.
func (j *Job) Condition() string { return Expression(j.Get("if").Text()) }

// Environment is the GitHub environment that the job runs in, missing for none.
func (j *Job) Environment() Node {
	if e := j.Get("environment"); !e.IsMap() {
		return e
	}
	return j.Get("environment", "name")
}

// Group is the group in which runs of the job wait for one another: its own or the workflow's.
func (j *Job) Group() Node {
	for _, n := range []Node{j.Get("concurrency"), j.Workflow.Get("concurrency")} {
		if n.IsMap() {
			return n.Get("group")
		}
		if n.OK() {
			return n
		}
	}
	return j.Get("concurrency")
}

// Step is the step of an id, or nil.
func (j *Job) Step(id string) *Step {
	for _, s := range j.Steps {
		if s.ID == id && id != "" {
			return s
		}
	}
	return nil
}

// Builds reports a job that builds an image.
func (j *Job) Builds() bool { return slices.ContainsFunc(j.Steps, (*Step).Builds) }

// After reports whether j waits for a job, directly or through others.
func (j *Job) After(id string) bool {
	if j.before == nil {
		j.before = map[string]bool{}
		j.awaits(j.before)
	}
	return j.before[id]
}

func (j *Job) awaits(found map[string]bool) {
	for _, id := range j.Needs {
		if found[id] {
			continue
		}
		found[id] = true
		if before := j.Workflow.Job(id); before != nil {
			before.awaits(found)
		}
	}
}

// Behind are the jobs that wait for a job, directly or through others, in the order of inOrder.
func (w *Workflow) Behind(id string) []*Job {
	if w.waiting == nil {
		w.waiting = map[string][]*Job{}
		for _, j := range w.inOrder() {
			for _, before := range j.Needs {
				w.waiting[before] = append(w.waiting[before], j)
			}
		}
	}
	seen := map[*Job]bool{w.Job(id): true}
	var out []*Job
	var visit func(id string)
	visit = func(id string) {
		for _, j := range slices.Backward(w.waiting[id]) {
			if !seen[j] {
				seen[j] = true
				visit(j.ID)
				out = append(out, j)
			}
		}
	}
	visit(id)
	slices.Reverse(out)
	return out
}

// Builds reports a step that builds an image with Docker's action.
func (s *Step) Builds() bool { return s.Uses == "docker/build-push-action" }

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
