package plan

import (
	"fmt"
	"slices"
)

// Rollout is how the pods of a workload are replaced, and what bounds the time for it. All times are in seconds.
type Rollout struct {
	// Earlier is how long a pod waits at the most for what runs before its program, and Usually as a rule.
	Earlier, Usually int
	// Startup is how long a container may take to its first good answer, 0 where nothing asks for one.
	Startup int
	// Deadline is when a stuck rollout counts as failed, and DeadlinePath the place in the spec that says so; "" where
	// none does.
	Deadline     int
	DeadlinePath string
	// Recreate says that all old pods are stopped before new ones start. Else Surge pods may run beside those that there
	// are, and Unavailable may be away.
	Recreate           bool
	Surge, Unavailable int
	// Canary and BlueGreen are nil where Kubernetes replaces the pods.
	Canary    *Canary
	BlueGreen *BlueGreen
	// InPlace says that a pod stops before the one that replaces it starts, one after the other.
	InPlace bool
	// MinReady is how long a pod must be ready before it counts.
	MinReady int
	// Grace is how long a pod may take to stop, with the Pause in which it still serves; PreStop is a command instead of
	// the pause.
	Grace, Pause int
	PreStop      []string
	// History is how many earlier versions Kubernetes keeps, nil for its own number.
	History *int
}

// All in seconds.
const (
	// StartupPeriod is the time between two startup probes (K13).
	StartupPeriod = 2
	// MinReady is how long a pod must be ready before it counts, where the spec does not say.
	MinReady = 5
	// Grace and Pause are those of a pod for which the spec says nothing.
	Grace, Pause = 45, 5
	// PullAllowance is how long a node may need to schedule a pod and pull its image.
	PullAllowance = 60
	// podRollout is what one pod takes in a healthy rollout before it must be ready for MinReady: scheduled, pulled,
	// started (T13).
	podRollout = 25
)

// Stop is how long an old pod may take to go before a new one starts.
func (r Rollout) Stop() int {
	if r.Recreate || r.InPlace {
		return r.Grace
	}
	return 0
}

// Needed is the time that one pod may take and still be healthy (T14).
func (r Rollout) Needed() int { return r.Stop() + r.Earlier + r.Startup + r.MinReady + PullAllowance }

// Parts is the same in words.
func (r Rollout) Parts() string {
	before := ""
	if r.Recreate {
		before = fmt.Sprintf("stop %d + ", r.Stop())
	}
	if r.Earlier > 0 {
		before += fmt.Sprintf("what runs before %d + ", r.Earlier)
	}
	return fmt.Sprintf("%d s (%sstart %d + ready %d + pull %d)", r.Needed(), before, r.Startup, r.MinReady, PullAllowance)
}

// Time is how long a healthy rollout of some pods takes: as many at a time as the spec lets be replaced together.
func (r Rollout) Time(pods int) int {
	if r.InPlace {
		return max(pods, 1) * (r.Stop() + podRollout + r.MinReady)
	}
	together := r.Surge + r.Unavailable
	if r.Recreate || r.beside() || together < 1 {
		together = max(pods, 1)
	}
	return r.Stop() + (pods+together-1)/together*(podRollout+r.Usually+r.MinReady)
}

// How says in which order pods are replaced.
func (r Rollout) How() string {
	switch {
	case r.Recreate || r.beside():
		return "all at once"
	case r.Surge+r.Unavailable > 1:
		return fmt.Sprintf("%d at a time", r.Surge+r.Unavailable)
	}
	return "one after the other"
}

// Rollout is how the pods of a workload are replaced in an environment.
func (e Environment) Rollout(w Workload) Rollout {
	r := w.Rollout
	for _, d := range e.All(w.Name) {
		if d.Surge != nil {
			r.Surge = *d.Surge
		}
		if d.Unavailable != nil {
			r.Unavailable = *d.Unavailable
		}
		if d.Steps != nil && r.Canary != nil {
			c := *r.Canary
			c.Steps, c.StepsPath = d.Steps, d.Path+".rollout.steps"
			r.Canary = &c
		}
	}
	return r
}

// RolloutTime is how long a healthy rollout of a workload takes in an environment, in seconds, without the steps of a
// canary: an earlier version comes back without them.
func (e Environment) RolloutTime(w Workload) int { return e.Rollout(w).Time(e.Most(w)) }

// Slowest is the environment, among those that count, in which a rollout of a workload takes the longest.
func (p Plan) Slowest(w Workload, counts func(Environment) bool) Environment {
	run := slices.DeleteFunc(slices.Clone(p.Running()), func(e Environment) bool { return !w.RunsIn(e.Name) || !counts(e) })
	if len(run) == 0 {
		return Environment{}
	}
	return slices.MaxFunc(run, func(a, b Environment) int { return a.RolloutTime(w) - b.RolloutTime(w) })
}
