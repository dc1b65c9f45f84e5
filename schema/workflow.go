package schema

import (
	"maps"
	"slices"
)

// Workflow holds what an author adds to the generated workflow.
type Workflow struct {
	Env map[string]string `json:"env"`
	// Jobs are the additions to the jobs of pipegen's own: test, build, publish, image and deploy.
	Jobs map[string]Additions `json:"jobs"`
	// Dispatch says what the runs of events may do, by their types.
	Dispatch map[string]string `json:"dispatch"`
	// Runners are where jobs run, by the names of jobs, or by platforms.
	Runners map[string]RunsOn `json:"runners"`
	// Notify is nil where nobody is told of runs that fail.
	Notify *Notice `json:"notify"`
	// ExtraJobs are in the order of the spec.
	ExtraJobs []Named[ExtraJob] `json:"-"`
}

// Notice is who is told of a run that failed: the secret has the address, and As says what reads the message there.
type Notice struct {
	Secret string `json:"secret"`
	As     string `json:"as"`
}

// RunsOn says which machine may run a job. At least one of the two is set.
type RunsOn struct {
	Labels []string `json:"labels"`
	Group  string   `json:"group"`
}

// None reports whether it says nothing.
func (r RunsOn) None() bool { return len(r.Labels) == 0 && r.Group == "" }

// Additions are the author's steps and variables in one of pipegen's jobs.
type Additions struct {
	Before []ExtraStep       `json:"before"`
	After  []ExtraStep       `json:"after"`
	Env    map[string]string `json:"env"`
}

// ExtraStep is a step of the author's own that is not part of the tests.
type ExtraStep struct {
	Name    string            `json:"name"`
	Run     string            `json:"run"`
	Uses    string            `json:"uses"`
	Version string            `json:"version"` // "": that of the pin table
	With    map[string]any    `json:"with"`
	Env     map[string]string `json:"env"`
	// Secrets, Vars and Outputs give variables their values at run time: each maps the name of a variable to the name
	// of what is read.
	Secrets map[string]string `json:"secrets"`
	Vars    map[string]string `json:"vars"`
	Outputs map[string]string `json:"outputs"`
	// Sets are the outputs that it leaves to other jobs.
	Sets []string `json:"sets"`
	// Token gives the step the run's own token as GH_TOKEN.
	Token bool   `json:"token"`
	If    string `json:"if"` // "": success
}

// ExtraJob is a job of the author's own.
type ExtraJob struct {
	Name        string              `json:"name"` // "": the id
	Needs       []string            `json:"needs"`
	NeededBy    []string            `json:"neededBy"`
	When        string              `json:"when"` // "": as its needs run
	If          string              `json:"if"`   // "": success
	Where       map[string]string   `json:"where"`
	Matrix      map[string][]string `json:"matrix"`
	Runner      string              `json:"runner"`
	Timeout     Duration            `json:"timeout"`
	Permissions map[string]string   `json:"permissions"`
	Environment string              `json:"environment"` // "": none
	Required    *bool               `json:"required"`    // nil: unless it runs only sometimes
	Checkout    bool                `json:"checkout"`
	Container   *JobContainer       `json:"container"`
	Services    map[string]Service  `json:"services"`
	Env         map[string]string   `json:"env"`
	Steps       []ExtraStep         `json:"steps"`
}

// JobContainer is the container in which a job runs.
type JobContainer struct {
	Image   string `json:"image"`
	User    *int   `json:"user"` // nil: the image's own
	Private bool   `json:"private"`
}

// Sometimes reports whether it takes part only in some of its runs: in those that fail, or by the outputs of others.
func (j ExtraJob) Sometimes() bool { return j.OnFailure() || len(j.Where) > 0 }

// OnFailure reports whether it runs only when a job before it failed.
func (j ExtraJob) OnFailure() bool { return j.If == "failure" }

// EachStep visits each step that the author added, with its path.
func (w Workflow) EachStep(visit func(at string, step ExtraStep)) {
	each := func(at string, steps []ExtraStep) {
		for i, step := range steps {
			visit(item(at, i), step)
		}
	}
	for _, job := range slices.Sorted(maps.Keys(w.Jobs)) {
		each("workflow.jobs."+job+".before", w.Jobs[job].Before)
		each("workflow.jobs."+job+".after", w.Jobs[job].After)
	}
	for _, j := range w.ExtraJobs {
		each(join("workflow.extraJobs", j.ID)+".steps", j.Value.Steps)
	}
}
