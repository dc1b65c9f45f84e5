package plan

import (
	"slices"
	"time"
)

// Canary is how a new version gets more and more of the requests.
type Canary struct {
	Path  string
	Steps []CanaryStep
	// StepsPath is the place in the spec that names them.
	StepsPath string
	// ByRoute says that weights of a route make the shares, and not the number of pods.
	ByRoute bool
}

// CanaryStep is a share of the requests in percent, and for how many seconds it stays.
type CanaryStep struct{ Weight, Hold int }

// BlueGreen is how a new version gets all requests at once. Keep is how many seconds the old pods stay after that, 0: as
// Argo Rollouts does.
type BlueGreen struct {
	Path string
	Keep int
}

// GatewayPlugin is the name by which Argo Rollouts knows what moves the weights of a route.
const GatewayPlugin = "argoproj-labs/gatewayAPI"

// Progressive reports whether Argo Rollouts replaces the pods.
func (r Rollout) Progressive() bool { return r.Canary != nil || r.BlueGreen != nil }

// beside reports whether all new pods run beside all old ones before the old ones go.
func (r Rollout) beside() bool { return r.BlueGreen != nil || r.Canary != nil && r.Canary.ByRoute }

// SecondService is the name of the Service that leads to the pods of a new version alone, "" where there is none.
func (w Workload) SecondService() string {
	switch r := w.Rollout; {
	case r.BlueGreen != nil && w.Kind == ServiceKind:
		return w.Name + "-preview"
	case r.Canary != nil && r.Canary.ByRoute:
		return w.Name + "-canary"
	}
	return ""
}

// Moved reports whether Argo Rollouts writes the weights of the workload's route.
func (w Workload) Moved() bool { return w.Rollout.Canary != nil && w.Rollout.Canary.ByRoute }

// Hold is for how many seconds the steps of a canary last in an environment, or a blue-green is watched, without the time
// that pods take.
func (e Environment) Hold(w Workload) int {
	sum := 0
	if w.Rollout.BlueGreen != nil {
		sum = int(Watched(e.Judges(w)) / time.Second)
	}
	if c := e.Rollout(w).Canary; c != nil {
		for _, s := range c.Steps {
			sum += s.Hold
		}
	}
	return sum
}

// Holds is for how long the steps of canaries in an environment last at the most, or blue-greens are watched.
func (e Environment) Holds(p Plan) time.Duration {
	longest := 0
	for _, w := range p.In(e) {
		longest = max(longest, e.Hold(w))
	}
	return time.Duration(longest) * time.Second
}

// Progress is how long a version takes in an environment until it has all requests, in seconds.
func (e Environment) Progress(w Workload) int { return e.Hold(w) + e.RolloutTime(w) }

// Waits reports whether a sync of an environment ends only when what it has changed is healthy: where a smoke Job comes
// after it, or workloads are synced one after the other.
func (p Plan) Waits(e Environment) bool {
	wave := map[int]bool{}
	for _, w := range p.In(e) {
		wave[w.Wave] = true
		if w.SmokeIn(e.Name) != nil {
			return true
		}
	}
	return len(wave) > 1
}

// PodsOf is how many of some pods a weight means, and whether that share is the weight, give or take one percent.
func PodsOf(weight, pods int) (n int, exact bool) {
	n = (weight*pods + 50) / 100
	off := n*100 - weight*pods
	return n, n > 0 && n < pods && max(off, -off) <= pods
}

// SharesOf are the weights that a number of pods can express.
func SharesOf(pods int) []int {
	var out []int
	for n := 1; n < pods; n++ {
		out = append(out, (n*100+pods/2)/pods)
	}
	return slices.Compact(out)
}

// Settles is how long it takes in an environment, once its objects are applied, until no pod of the version before is left, in
// seconds. A blue-green keeps the old ones, and a canary with weights does for half a minute.
func (e Environment) Settles(w Workload) int {
	keeps := 0
	switch r := w.Rollout; {
	case r.BlueGreen != nil:
		keeps = max(r.BlueGreen.Keep, scaleDownDelay)
	case w.Moved():
		keeps = scaleDownDelay
	}
	return e.Progress(w) + keeps + w.Rollout.Grace
}

// scaleDownDelay is for how many seconds Argo Rollouts keeps old pods, where nothing says so.
const scaleDownDelay = 30
