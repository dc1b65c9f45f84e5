package plan

import (
	"fmt"
	"sort"
)

// NextSync is the time between the end of a sync and the next one, in seconds.
const NextSync = 5

// Pass is what a sync waits for in one of its waves: the job or the rollout that may take the longest.
type Pass struct {
	Wave, Seconds int
	Workload      Workload
}

func (p Pass) String() string {
	what := "the rollout of"
	if p.Workload.Kind == JobKind {
		what = "the job"
	}
	return fmt.Sprintf("%s %s (%d s)", what, p.Workload.Name, p.Seconds)
}

// Passes are those of the sync of a deploy to an environment, in their order. What is not built here does not change with a deploy.
func Passes(workloads []Workload, e Environment) []Pass { return passes(workloads, e, e.Progress) }

// passes are those in which a rollout takes a time.
func passes(workloads []Workload, e Environment, takes func(Workload) int) []Pass {
	slowest := map[int]Pass{}
	for _, w := range workloads {
		seconds := 0
		switch {
		case !w.RunsIn(e.Name):
		case w.Job != nil:
			seconds = w.Job.Seconds
		case w.Kind.Stays() && w.Changes():
			seconds = takes(w)
		}
		if seconds > slowest[w.Wave].Seconds {
			slowest[w.Wave] = Pass{w.Wave, seconds, w}
		}
	}
	var out []Pass
	for _, p := range slowest {
		out = append(out, p)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Wave < out[j].Wave })
	return out
}

// WayBack is what lies between the revert of a deploy and the earlier version of a workload in an environment, beside
// the time to notice it.
type WayBack struct {
	// Pods is how many pods of it run, and Takes how long a healthy rollout of them takes, in seconds. How says in
	// which order they are replaced.
	Pods, Takes int
	How         string
	// Before is what each sync passes before it comes to the workload, and Others what it passes in all other waves.
	Before, Others []Pass
	// Held says that a stuck rollout keeps its sync running, which Argo CD does not leave for a newer commit (see
	// docs/evidence.md): where a smoke Job or a later wave waits for it. Without one the revert is synced at once.
	Held bool
	// Canaries is for how many seconds canaries that go well keep such a sync running, 0 where there are none.
	Canaries int
}

// WayBackOf is that of a workload.
func WayBackOf(w Workload, workloads []Workload, e Environment) WayBack {
	back := WayBack{Pods: e.Most(w), Takes: e.RolloutTime(w), How: e.Rollout(w).How()}
	for _, other := range workloads {
		back.Held = back.Held || other.SmokeIn(e.Name) != nil || other.RunsIn(e.Name) && other.Wave != w.Wave
	}
	holds := 0
	for _, other := range workloads {
		if other.RunsIn(e.Name) && other.Changes() {
			holds = max(holds, e.Hold(other))
		}
	}
	forth := Passes(workloads, e)
	if back.Held && holds > 0 {
		back.Canaries = Sum(forth)
	}
	for _, p := range forth {
		if p.Wave < w.Wave {
			back.Before = append(back.Before, p)
		}
	}
	for _, p := range passes(workloads, e, e.RolloutTime) {
		if p.Wave != w.Wave {
			back.Others = append(back.Others, p)
		}
	}
	return back
}

// Sum is how long all of them may take, in seconds.
func Sum(passes []Pass) int {
	sum := 0
	for _, p := range passes {
		sum += p.Seconds
	}
	return sum
}

// Rollout is how long the sync of the revert may take until the earlier version runs, in seconds.
func (b WayBack) Rollout() int { return Sum(b.Others) + b.Takes }

// After is what it takes once the deadline of a stuck rollout has passed, in seconds.
func (b WayBack) After() int {
	if !b.Held {
		return 0
	}
	return NextSync + b.Rollout()
}

// TakenBack is the criterion that promises the shortest time in which a deploy of a workload is taken back, nil where none
// does.
func (p Plan) TakenBack(w Workload) *Criterion {
	var least *Criterion
	for _, e := range p.Environments {
		c := p.Demands.By(TakenBack, "", e.Name)
		if w.Changes() && w.RunsIn(e.Name) && c != nil && (least == nil || c.Within < least.Within) {
			least = c
		}
	}
	return least
}
