package plan

// Test is what is done before anything is built.
type Test struct {
	// Path is its place in the spec, Job the id of its job, and Image the name of the one that it is for; "" where it is
	// for the whole source.
	Path, Job, Image string
	// Python is nil where the steps are the author's own.
	Python   *Python
	Steps    []OwnStep
	Services map[string]Service
	Env      map[string]string
	// Report is where the coverage report is found, "" when there is none, and Format what the author's steps write.
	Report, Format string
	// Cached says whether dependencies may come from a cache. A workflow that publishes on tags takes none (W32).
	Cached bool
}

// Python is how a Python project is tested.
type Python struct {
	Version               string
	PackageManager        string
	PackageManagerVersion string
	Requirements          []string
	Package               string
	Tests                 string
	Directory             string
}

// Service is a container beside the steps of a job. Ready is the command that succeeds once it is ready.
type Service struct {
	Image string
	Env   map[string]string
	Ports []int
	Ready string
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
	// Token gives it the run's own token as GH_TOKEN.
	Token bool
	If    string // failure or always; "": success
}
