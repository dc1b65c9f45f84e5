package plan

import (
	"slices"
	"strconv"
)

// Stateful is what a workload has whose pods keep their names, and claims of their own.
type Stateful struct {
	Path string
	// Peers are the ports at which its pods reach one another.
	Peers []int
	// Ordered says that a pod starts only when the one before it is ready.
	Ordered bool
	// ScaledGone and DeletedGone say that the claims go with a pod that is one too many, and with the workload.
	ScaledGone, DeletedGone bool
}

// HeadlessName is the name of the Service by which each pod has a name of its own.
func (w Workload) HeadlessName() string { return w.Name + "-headless" }

// Object is the kind of the object that runs it.
func (w Workload) Object() string {
	switch {
	case w.Kind == CronKind:
		return "CronJob"
	case w.Kind == JobKind:
		return "Job"
	case w.Stateful != nil:
		return "StatefulSet"
	case w.Rollout.Progressive():
		return "Rollout"
	}
	return "Deployment"
}

// Templates are the claims that each of its pods has for itself.
func (w Workload) Templates() []Claim {
	return slices.DeleteFunc(w.Claims(), func(c Claim) bool { return !c.Each })
}

// PeerName is the name of a port at which pods reach one another.
func PeerName(port int) string { return "peer-" + strconv.Itoa(port) }

// OwnPeers are the ports of its peers that are not the one that others call.
func (w Workload) OwnPeers() []int {
	if w.Stateful == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(w.Stateful.Peers), func(port int) bool { return port == w.Port })
}
