package plan

import "cmp"

// Scale is how the number of pods of a workload follows the load.
type Scale struct {
	Path string
	// Min and Max are the bounds of the number of pods, with their places in the spec.
	Min, Max         int
	MinPath, MaxPath string
	// CPU and Memory are the shares of what the pods ask for that they use on average, in percent; 0: it does not count.
	CPU, Memory         int
	CPUPath, MemoryPath string
	Metrics             []Metric
	// Triggers are what KEDA asks, which sets the number where there are any. Poll and Cooldown are in seconds, 0: as KEDA
	// does.
	Triggers       []Trigger
	Poll, Cooldown int
	// Fallback is the number of pods while KEDA gets no answer, nil: as many as ran before.
	Fallback *Fallback
	// Up and Down are how fast it follows, nil: as Kubernetes does.
	Up, Down *Pace
}

// ByKEDA reports whether KEDA sets the number of pods.
func (s *Scale) ByKEDA() bool { return s != nil && len(s.Triggers) > 0 }

// Trigger is what KEDA asks. At most one of Provider, Secrets and Existing says how it may.
type Trigger struct {
	Path, Type string
	Metadata   map[string]string
	Provider   string
	Secrets    []SecretVariable
	Existing   string
	// Object is the name of the object that pipegen writes for the first two, "" for none.
	Object string
}

// Fallback is a number of pods after so many failures in turn; KeepMore leaves as many as run where those are more.
type Fallback struct {
	Replicas, Failures int
	KeepMore           bool
}

// Metric is a measure beside processor time and memory.
type Metric struct {
	Path string
	// Source is pods, external or object, and Name that of the metric.
	Source, Name string
	// Version, Kind and Object are the object that has it, where the source is one.
	Version, Kind, Object string
	Labels                map[string]string
	// Average is the value for each pod; where it is "", Value is the one as a whole.
	Average, Value string
}

// Pace is how fast pods are added or taken away.
type Pace struct {
	Path string
	// Wait is how far back it looks, in seconds, -1: as Kubernetes does. Select is max, min or disabled, or "".
	Wait     int
	Select   string
	Policies []PacePolicy
}

// PacePolicy is how much may change in some seconds: a number of pods, or a share of them in percent.
type PacePolicy struct{ Pods, Percent, Seconds int }

// SecretVariable is a name that gets the key of a Secret as its value.
type SecretVariable struct{ Path, Variable, Secret, Key string }

// ScaleDelta is what an environment changes in a Scale; nil and 0: as in the workload.
type ScaleDelta struct {
	Min              *int
	Max, CPU, Memory int
}

// over is the scale with what an environment changes at a place of the spec.
func (s Scale) over(d ScaleDelta, at string) Scale {
	set := func(to *int, path *string, value int, field string) {
		if value > 0 {
			*to, *path = value, at+field
		}
	}
	if d.Min != nil {
		s.Min, s.MinPath = *d.Min, at+".scale.min"
	}
	set(&s.Max, &s.MaxPath, d.Max, ".scale.max")
	set(&s.CPU, &s.CPUPath, d.CPU, ".scale.cpu")
	set(&s.Memory, &s.MemoryPath, d.Memory, ".scale.memory")
	return s
}

// Scale is how the number of pods of a workload follows the load in an environment, nil where it does not.
func (e Environment) Scale(w Workload) *Scale {
	if w.Scale == nil {
		return nil
	}
	s := *w.Scale
	for _, d := range e.All(w.Name) {
		s = s.over(d.Scale, d.Path)
	}
	return &s
}

// Least is how many pods of a workload run in an environment at the least.
func (e Environment) Least(w Workload) int {
	if s := e.Scale(w); s != nil {
		return s.Min
	}
	return e.replicas(w)
}

// Most is how many run at the most: a rollout replaces one after the other.
func (e Environment) Most(w Workload) int {
	if s := e.Scale(w); s != nil {
		return s.Max
	}
	return e.replicas(w)
}

// replicas is the number of pods of a workload that does not follow the load.
func (e Environment) replicas(w Workload) int {
	n := w.Replicas
	for _, d := range e.All(w.Name) {
		n = cmp.Or(d.Replicas, n)
	}
	return n
}

// Applied is a workload as it is in an environment, as far as the number of its pods and its way in go.
func (e Environment) Applied(w Workload) Workload {
	w.Scale, w.Route, w.Replicas = e.Scale(w), e.Route(w), e.replicas(w)
	return w
}
