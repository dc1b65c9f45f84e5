package plan

import (
	"slices"
)

// WorkloadKind is what a workload is.
type WorkloadKind string

const (
	// ServiceKind has a port, which others call.
	ServiceKind WorkloadKind = "service"
	// WorkerKind runs all the time, and nobody calls it.
	WorkerKind WorkloadKind = "worker"
	// CronKind runs at its times.
	CronKind WorkloadKind = "cron job"
	// JobKind runs once with each sync.
	JobKind WorkloadKind = "job"
	// OwnKind are manifests of the author's, of which pipegen knows only what they render to.
	OwnKind WorkloadKind = "own manifests"
)

// Stays reports whether it runs all the time, in pods that are replaced one after the other.
func (k WorkloadKind) Stays() bool { return k == ServiceKind || k == WorkerKind }

// Workload is what runs.
type Workload struct {
	Kind WorkloadKind
	// Name is the name of its objects, and NamePath its place in the spec.
	Name, NamePath string
	Path           string
	// Image is the name of the image that it runs, "" where External is set: an image that is not built here.
	Image, External string
	Command, Args   []string
	// Only are the environments in which it runs; empty: all of them.
	Only []string
	// From are the workloads that may call it, and Outside says that every pod may that is not of this pipeline.
	From    []string
	Outside bool
	// Wave is when Argo CD syncs it: those of lower numbers are healthy by then.
	Wave int
	// Own is nil but for manifests of the author's.
	Own *Own
	// Cron is nil but for a cron job, and Job but for a job.
	Cron *Cron
	Job  *OneOff
	// Stateful is nil but for a workload whose pods keep their names.
	Stateful *Stateful
	// Folder is the folder of its objects, from the root of the GitOps repository.
	Folder            string
	Port, ServicePort int
	// Replicas is how many pods run where Scale is nil, and does not count else.
	Replicas int
	Scale    *Scale
	// Route is nil where nothing leads in from outside.
	Route       *Route
	Probes      Probes
	Rollout     Rollout
	Pod         Pod
	Resources   Resources
	Env         map[string]string
	Reads       Reads
	User, Group int
	Security    Security
	// Volumes are what its pods have beside the image, and Files those files of it whose text is in the spec, by their
	// paths.
	Volumes []Volume
	Files   []File
	// Init are the containers that run before its program, in their order.
	Init       []Container
	Egress     []int
	PullPolicy string
	// Smokes are the Jobs that criteria ask for: at most one for each environment.
	Smokes []Smoke
	// Analyses are the criteria by which its new versions are judged.
	Analyses []Analysis
	// Alerts are those by which Prometheus warns of it.
	Alerts []Alert
	// Custom is the author's folder of additions to the objects, nil without one.
	Custom *Folder
	// Kinds are the kinds of object that the author's own files add, as GROUP/KIND, and Existing the objects that they
	// find in the cluster, as KIND/NAME.
	Kinds, Existing []string
}

// Cron is when a cron job runs, and for how many seconds at the most. Overlap is forbid, replace or allow.
type Cron struct {
	Schedule, TimeZone, Overlap string
	Seconds, History            int
}

// OneOff is a job: the workloads that wait for it, those for which it waits, and for how many seconds it may run.
type OneOff struct {
	Before, After []string
	Seconds       int
}

// RunsIn reports whether it runs in an environment.
func (w Workload) RunsIn(environment string) bool {
	return len(w.Only) == 0 || slices.Contains(w.Only, environment)
}

// Staying are the workloads that run all the time.
func (p Plan) Staying() []Workload {
	return slices.DeleteFunc(slices.Clone(p.Workloads), func(w Workload) bool { return !w.Kind.Stays() })
}

// Ordered reports whether something must have succeeded before other things are synced: a job, or what becomes a Secret.
func (p Plan) Ordered() bool {
	return len(p.MadeSecrets) > 0 || slices.ContainsFunc(p.Workloads, func(w Workload) bool { return w.Kind == JobKind })
}

// In are the workloads that run in an environment.
func (p Plan) In(e Environment) []Workload {
	return slices.DeleteFunc(slices.Clone(p.Workloads), func(w Workload) bool { return !w.RunsIn(e.Name) })
}

// CalledBy are the workloads that a workload may call.
func (p Plan) CalledBy(w Workload) []Workload {
	return slices.DeleteFunc(slices.Clone(p.Workloads), func(other Workload) bool { return !slices.Contains(other.From, w.Name) })
}

// Resources are what a container is given. Each is a Kubernetes quantity; "" means that the spec names none.
type Resources struct{ Requests, Limits ResourceList }

// ResourceList holds Kubernetes quantities.
type ResourceList struct{ CPU, Memory, EphemeralStorage string }

// Smoke is the Job that asks the application through its Service after each sync.
type Smoke struct {
	// Name is the name of its objects, and Folder their folder from the root of the GitOps repository.
	Name, Folder string
	// Criterion asks for it, in its environments.
	Criterion Criterion
	// Ask is the path that it asks, and Status the answer that it expects.
	Ask    string
	Status int
	// Seconds is how long it may take from its first request.
	Seconds int
	// Image is the author's own, "" for the image of the tool curl.
	Image, PullPolicy string
}

// SmokeIn is the Job that asks a workload in an environment, nil for none.
func (w Workload) SmokeIn(environment string) *Smoke {
	for i, s := range w.Smokes {
		if s.Criterion.Covers(w.Name, environment) && w.RunsIn(environment) {
			return &w.Smokes[i]
		}
	}
	return nil
}
