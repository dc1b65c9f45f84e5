package rules

import (
	"slices"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// ImageFact is what the spec says of an image.
type ImageFact struct {
	// Name is how manifests call it before an overlay replaces the name.
	Name string
	// Reference is its name in the registry without tag and digest, Tag the scheme such as main-{sha}.
	Reference, Tag string
	// MovingTags are the schemes of its moving tags, such as {major}.{minor}.
	MovingTags []string
	// Context, Dockerfile and Target are what it is built from.
	Context, Dockerfile, Target string
	// Tests are the ids of the jobs that test what it is built from.
	Tests []string
	// Paths are the files that change it; empty where each run builds it.
	Paths []string
	// TakenAgain says that a run may take the image of an earlier one.
	TakenAgain bool
	// Platforms are the ones to build, such as linux/arm64.
	Platforms []string
	// Emulated says that a runner may build for a platform of another kind.
	Emulated bool
	// PullSecret is the declared Secret that may pull it, "" for a public one.
	PullSecret string
	// TriedAs is the workload as which it is run before it is pushed, "" where it is not.
	TriedAs string
	// Copies are the places from which pods of some environments pull it.
	Copies []CopyFact
}

// CopyFact is the reference under which pods of an environment pull a copy of an image.
type CopyFact struct{ Environment, Reference string }

// In is the reference under which pods of an environment pull an image.
func (i ImageFact) In(e *Environment) string {
	for _, c := range i.Copies {
		if e != nil && c.Environment == e.Name {
			return c.Reference
		}
	}
	return i.Reference
}

// references are all under which it is pushed and pulled.
func (i ImageFact) references() []string {
	out := []string{i.Reference}
	for _, c := range i.Copies {
		out = append(out, c.Reference)
	}
	return out
}

// WorkloadFact is what the spec says of a workload.
type WorkloadFact struct {
	// Path is its place in the spec, and Name that of its objects.
	Path, Name string
	// Kind is a name in workloadKinds.
	Kind string
	// Image is the name of the image that it runs, "" for an External one, which is not built here.
	Image, External string
	// Init are the containers that run before it, in their order.
	Init []ContainerFact
	// Only are the environments in which it runs; empty: all of them.
	Only []string
	// Port is the one the program listens on, ServicePort the one clients use.
	Port, ServicePort int
	// ProbePort is the one that probes ask, 0 where that is Port, and Unasked says that the spec has no probes, with a
	// reason.
	ProbePort int
	Unasked   bool
	// Away is how many pods the spec lets a deploy take away in any environment.
	Away int
	// From are the workloads that may call it, and Outside says that everybody may.
	From    []string
	Outside bool
	// Alive says that a command asks a worker whether it is well.
	Alive bool
	// Seconds is how long what ends by itself may run.
	Seconds int
	// Stateful is nil but for a workload whose pods keep their names.
	Stateful *StatefulFact
	// Progressive says that Argo Rollouts replaces its pods.
	Progressive bool
	// Before are the workloads that wait for the success of a job, and After those for which it waits.
	Before, After []string
	// Cron is nil but for a cron job.
	Cron *CronFact
}

// StatefulFact is what the spec says of pods that keep their names: the ports at which they reach one another, whether
// they start in their order, and which claims go with what had them.
type StatefulFact struct {
	Peers                   []int
	Ordered                 bool
	ScaledGone, DeletedGone bool
}

// ContainerFact is a container that runs before a program: to its end, or beside it as a Sidecar. External is its image, ""
// for one that is built here.
type ContainerFact struct {
	Path, Name, External string
	Sidecar              bool
}

// CronFact is when a cron job runs.
type CronFact struct {
	TimeZone, Overlap string
	History           int
	// Schedule is when it begins, and In what differs in an environment.
	Schedule string
	In       map[string]string
}

// workloadKind is what the rules ask of a kind of workload.
type workloadKind struct {
	// object is the kind of object that runs it, "" where that may be any that does not end by itself.
	object string
	// called says that others call it, by a Service.
	called bool
	// probes are those that its container has by all means, and alive those that it has where a command asks.
	probes, alive []string
	// ends says that it ends by itself, and once that it runs once with each deploy, in its turn.
	ends, once bool
}

// workloadKinds are all kinds, by their names in the facts. A further one is an entry here.
var workloadKinds = map[string]workloadKind{
	"service":  {called: true, probes: probes},
	"worker":   {alive: []string{"livenessProbe"}},
	"cron job": {object: "CronJob", ends: true},
	"job":      {object: "Job", ends: true, once: true},
	ownKind:    {},
}

// ownKind are manifests of the author's, of which the spec says nothing but where they are: what they render to is held against
// itself.
const ownKind = "own manifests"

// probesAt is the port that probes ask.
func (f *WorkloadFact) probesAt() int {
	if f.ProbePort > 0 {
		return f.ProbePort
	}
	return f.Port
}

// is is what the rules ask of the workload's kind.
func (f *WorkloadFact) is() workloadKind { return workloadKinds[f.Kind] }

// runs reports whether an object runs the workload: by its name, and by what it is.
func (f *WorkloadFact) runs(w pipeline.Workload) bool {
	object := f.is().object
	switch {
	case f.Stateful != nil:
		object = "StatefulSet"
	case f.Progressive:
		object = "Rollout"
	}
	return f.Name == w.Name && (object == w.Kind || object == "" && w.LongRunning())
}

// RunsIn reports whether the workload runs in an environment.
func (f *WorkloadFact) RunsIn(environment string) bool {
	return len(f.Only) == 0 || slices.Contains(f.Only, environment)
}

// Image is the one that manifests call by a name, nil where there is none.
func (f *Facts) Image(name string) *ImageFact {
	return first(f.Images, func(i ImageFact) bool { return i.Name == name })
}

// Workload is the one of a name, nil where there is none, or its objects have names of the author's.
func (f *Facts) Workload(name string) *WorkloadFact {
	return first(f.Workloads, func(w WorkloadFact) bool { return w.Name == name && w.Kind != ownKind })
}

// own are the manifests of the author's that an environment renders, nil for none.
func (f *Facts) own(e *Environment) *WorkloadFact {
	if f == nil || e == nil {
		return nil
	}
	return first(f.Workloads, func(w WorkloadFact) bool { return w.Kind == ownKind && w.RunsIn(e.Name) })
}

func first[T any](list []T, is func(T) bool) *T {
	if i := slices.IndexFunc(list, is); i >= 0 {
		return &list[i]
	}
	return nil
}
