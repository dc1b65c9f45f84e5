package plan

import (
	"slices"
	"strings"
)

// The ids of jobs that are there once in the pipeline.
const (
	// ChangesJob finds the images that have to be built, where any may be as it was.
	ChangesJob   = "changes"
	TestJob      = "test"
	MeasureJob   = "measure"
	GateJob      = "gate"
	SelfCheckJob = "pipegen"
	// CodecovJob sends coverage reports to Codecov.
	CodecovJob = "codecov"
	// NoticeJob tells somebody that a job failed, with an address that NoticeEnvironment in GitHub holds.
	NoticeJob         = "notice"
	NoticeEnvironment = "notices"
)

// Job is a job of a workflow.
type Job struct {
	ID string
	// Name is what a run calls it. For a job with a matrix, it has an expression where the names differ.
	Name string
	// Path is the place in the spec that asks for it, "" where every pipeline has it.
	Path string
	// Needs are the jobs of its workflow that it waits for.
	Needs []string
	// Runs are those in which it takes part, and Built the images of which at least one has to be built there; none where
	// that is the same to it.
	Runs   Runs
	Built  []string
	Limit  Limit
	RunsOn RunsOn
	Rights []Right
	// Granted are those that the spec itself gives it, by name.
	Granted map[string]string
	// Environment in GitHub holds what it logs in to registries with, and the secrets that it is given; "" for none.
	Environment string
	// Given are the secrets that the spec gives to its work.
	Given []Given
	// Required says that the gate asks for its success.
	Required bool
	// Steps are pipegen's own that something refers to.
	Steps []Step
	// Added is what the author adds to one of pipegen's jobs: to all of its kind, and to this one.
	Added []Additions
	// Own is nil for the jobs of pipegen's own.
	Own *OwnJob
}

// Notice says who is told of runs that fail: what reads the message at the address that a secret holds.
type Notice struct{ Path, Secret, As string }

// Limit is the time that a job may take.
type Limit struct {
	Minutes int
	// Path is the place in the spec that decides it, and Criterion the id of the criterion there; "" where none does.
	Path, Criterion string
}

// RunsOn says which machine may run a job: by labels, of which it must have all, from a group, or by both. Path is its place
// in the spec, "" where it says nothing.
type RunsOn struct {
	Path   string
	Labels []string
	Group  string
}

// Right is what the token of a job may do. Why is the reason beside it.
type Right struct{ Path, Name, Access, Why string }

// Step is a step of a generated job.
type Step struct {
	// ID is its id in the job, and Name what a run calls it.
	ID, Name string
	// Bites is the id of the criterion for which it fails, and Measures of the one that it measures; "" for none. Path is
	// that one's place in the spec.
	Bites, Measures, Path string
}

// The ids of steps that something refers to. A step that measures a criterion has the id measure-CRITERION, and one
// that asks Prometheus figure-CRITERION-WORKLOAD.
const (
	StepTest       = "test"
	StepGiven      = "given"
	StepBuild      = "build"
	StepTry        = "try"
	StepScan       = "scan"
	StepIdentity   = "identity"
	StepLogin      = "login"
	StepPush       = "push"
	StepSign       = "sign"
	StepAttest     = "attest"
	StepCredential = "credential"
	StepToken      = "app"
	StepAuthor     = "author"
	StepCheckout   = "gitops"
	StepRevert     = "revert"
	StepFind       = "find"
	StepVerify     = "verify"
	StepGates      = "gates"
	StepCopy       = "copy"
	StepMeasure    = "measure-"
	StepFigure     = "figure-"
)

// Additions are what a job gets beside its own work.
type Additions struct {
	Path          string
	Before, After []OwnStep
	Env           map[string]string
}

// OwnJob is what the author says of a job that is not pipegen's.
type OwnJob struct {
	// Environment holds its secrets, "" for none.
	Environment string
	// NeededBy are the jobs that the spec puts behind it.
	NeededBy []string
	// OnFailure says that it runs only when a job before it failed, and Where which outputs of others it asks for, each
	// named as JOB.outputs.NAME.
	OnFailure bool
	Where     []Value
	// Matrix are the values for which it runs, once for each combination.
	Matrix   []Axis
	Checkout bool
	// Container is that in which it runs, nil for the runner itself.
	Container *JobContainer
	Services  map[string]Service
	Env       map[string]string
	Steps     []OwnStep
}

// Sometimes reports whether it takes part only in some of its runs.
func (o OwnJob) Sometimes() bool { return o.OnFailure || len(o.Where) > 0 }

// Title is its name without what differs in a matrix.
func (j Job) Title() string {
	title, _, _ := strings.Cut(j.Name, " (${{")
	return title
}

// Called reports whether a job of a run, by its name there, is this one.
func (j Job) Called(name string) bool {
	before, rest, matrix := strings.Cut(j.Name, "${{")
	if !matrix {
		return name == j.Name
	}
	_, after, _ := strings.Cut(rest, "}}")
	return len(name) > len(before)+len(after) && strings.HasPrefix(name, before) && strings.HasSuffix(name, after)
}

// Step returns the step with an id. The result has no name if the job has no such step.
func (j Job) Step(id string) Step {
	for _, s := range j.Steps {
		if s.ID == id {
			return s
		}
	}
	return Step{}
}

// StepCalled returns the step that a run calls by a name. If nothing refers to the step, only its name is known.
func (j Job) StepCalled(name string) Step {
	for _, s := range j.Steps {
		if s.Name == name {
			return s
		}
	}
	return Step{Name: name}
}

// Jobs are the jobs of a workflow.
type Jobs []Job

// Called returns the job that a run calls by a name. A job with exactly this name comes before one with
// a matrix. The result is empty if there is no such job.
func (all Jobs) Called(name string) Job {
	var out Job
	for _, j := range all {
		if j.Called(name) && (out.ID == "" || j.Name == name) {
			out = j
		}
	}
	return out
}

// Find returns the job with an id. The result is empty if there is no such job.
func (all Jobs) Find(id string) Job {
	// Without a copy of each: there are many.
	for i := range all {
		if all[i].ID == id {
			return all[i]
		}
	}
	return Job{}
}

// IDs are the ids of the jobs, in their order.
func (all Jobs) IDs() []string {
	out := make([]string, len(all))
	for i, j := range all {
		out[i] = j.ID
	}
	return out
}

// byID are the jobs by their ids.
func (all Jobs) byID() map[string]Job {
	out := map[string]Job{}
	for _, j := range all {
		out[j.ID] = j
	}
	return out
}

// After are the jobs that wait for one of others, directly or through more of them, by id.
func (all Jobs) After(others ...string) map[string]bool {
	jobs, out := all.byID(), map[string]bool{}
	seen := map[string]bool{}
	var waits func(id string) bool
	waits = func(id string) bool {
		if !seen[id] {
			seen[id] = true
			if slices.ContainsFunc(jobs[id].Needs, func(n string) bool { return slices.Contains(others, n) || waits(n) }) {
				out[id] = true
			}
		}
		return out[id]
	}
	for id := range jobs {
		waits(id)
	}
	return out
}

// RunsWithout reports whether a job takes part in a run that leaves out another one, because no image of that one has to
// be built.
func (j Job) RunsWithout(other Job) bool {
	return len(other.Built) > 0 && (len(j.Built) == 0 || slices.ContainsFunc(j.Built, func(i string) bool { return !slices.Contains(other.Built, i) }))
}

// SayResults are the ids of the jobs that have to say themselves how those before them must have ended: such a job takes
// part in a run that leaves out one of them, directly before it or further, and GitHub would leave it out as well.
func (all Jobs) SayResults() map[string]bool {
	jobs, out := all.byID(), map[string]bool{}
	for _, j := range all {
		seen := map[string]bool{}
		var without func(id string) bool
		without = func(id string) bool {
			if seen[id] {
				return false
			}
			seen[id] = true
			return j.RunsWithout(jobs[id]) || slices.ContainsFunc(jobs[id].Needs, without)
		}
		out[j.ID] = slices.ContainsFunc(j.Needs, without)
	}
	return out
}

// Longest returns the chain of jobs up to a job that takes the most minutes, and how many.
func (all Jobs) Longest(id string) (way Jobs, minutes int) {
	type known struct {
		way     Jobs
		minutes int
	}
	jobs, seen := all.byID(), map[string]known{}
	var walk func(id string) known
	walk = func(id string) known {
		if k, ok := seen[id]; ok {
			return k
		}
		var most known
		for _, n := range jobs[id].Needs {
			if k := walk(n); most.way == nil || k.minutes > most.minutes {
				most = k
			}
		}
		k := known{append(slices.Clone(most.way), jobs[id]), most.minutes + jobs[id].Limit.Minutes}
		seen[id] = k
		return k
	}
	k := walk(id)
	return k.way, k.minutes
}
