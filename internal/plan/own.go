package plan

import "strings"

// Test is what is done before anything is built.
type Test struct {
	// Path is its place in the spec, Job the id of its job, Name its own, and Image that of the one that it is for; "" where
	// it has no name, and where it is for the whole source.
	Path, Job, Name, Image string
	// Matrix are the values for which it runs, once for each combination; none where it runs once.
	Matrix []Axis
	// Tools are the steps of a language's usual way, and Steps the author's own.
	Tools []ToolStep
	Steps []OwnStep
	// Directory is the folder in which scripts run.
	Directory Value
	Container *JobContainer
	Services  map[string]Service
	Env       map[string]string
	// Secrets are variables of the steps that run the tests, and Feeds of those that get packages, with what goes with
	// them.
	Secrets, Feeds []Given
	FeedVariables  []Variable
	// Report is where the coverage report is found, seen from Directory, "" when there is none. Format is what a gate reads
	// there, "" where the command of the tests has a gate of its own. Measures says that there is one or the other.
	Report   Value
	Format   string
	Measures bool
	// Cached says whether dependencies may come from a cache. A workflow that publishes on tags takes none (W32).
	Cached bool
	// Schedule is when they run as well, in five fields; nothing where they do not.
	Schedule Value
}

// GivenTo are the secrets that a step of a language's usual way reads.
func (t Test) GivenTo(s ToolStep) []Given {
	var out []Given
	if s.Fetches {
		out = append(out, t.Feeds...)
	}
	if s.Tests {
		out = append(out, t.Secrets...)
	}
	return out
}

// Artifact is the name under which a run keeps the coverage report; in a matrix the number of the leg follows.
func (t Test) Artifact() string { return strings.TrimSuffix("coverage-"+t.Name, "-") }

// Axis is a variable with the values that it takes in turn.
type Axis struct {
	Name, Path string
	Values     []string
}

// ToolStep is a step of a language's usual way: an action, or a script.
type ToolStep struct {
	// ID is that of the step in its job, "" where nothing refers to it.
	ID, Name string
	Uses     string
	With     []Value
	// Scripts are the names of pipegen's own, which are put together, and Run is one of the author's instead.
	Scripts []string
	Run     Value
	Env     []Value
	// Tests says that it runs the tests, and Fetches that it gets packages.
	Tests, Fetches bool
}

// Value is one that a step, a job or a variable gets. Its path is "" where the spec does not say it.
type Value struct {
	Name, Path string
	Value      any
}

// Service is a container beside the steps of a job. Ready is the command that succeeds once it is ready.
type Service struct {
	Image   string
	Env     map[string]string
	Ports   []int
	Ready   string
	Private bool
}

// JobContainer is one in which a job runs. User is as whom, "" for the image's own.
type JobContainer struct {
	Path, Image, User string
	Private           bool
}

// OwnStep is a step of the author's own.
type OwnStep struct {
	Path string
	Name string
	Run  string
	Uses string
	// Version is the release of a pinned action, "" for the one in the pin table.
	Version string
	With    map[string]any
	Env     map[string]string
	// Secrets, Vars and Outputs give variables their values at run time: each holds the name of what is read, by the name
	// of the variable. An output is named as JOB.outputs.NAME.
	Secrets, Vars, Outputs map[string]string
	// Sets are the outputs that it leaves to other jobs, by its ID; "" where there are none.
	ID   string
	Sets []string
	// Given are the secrets of its job's work, in steps of tests.
	Given []Given
	// Token gives it the run's own token as GH_TOKEN.
	Token bool
	If    string // failure or always; "": success
}
