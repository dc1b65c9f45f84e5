package cluster

import (
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
)

// TestBlueGreen: all requests go to a new version at once, and back at once. The syncs that heal what others change leave
// the Service to Argo Rollouts.
func TestBlueGreen(t *testing.T) {
	tr, a, first := installed(t, "blue-green")
	old := a.leadsTo(t)
	bump, second := a.bump(t, "b2")
	a.announced(t, time.Now(), bump, second)
	new := a.leadsTo(t)
	if new == old {
		t.Errorf("after a deploy the Service leads to %s, as before", old)
	}
	if now := a.refresh(t, "hard"); !now.good() {
		t.Errorf("the Service as Argo Rollouts has it is a difference:\n%s", now)
	}
	revert, err := tr.clone.Revert(t.Context(), bump.SHA)
	check(t, err)
	a.announced(t, time.Now(), revert, first)
	if back := a.leadsTo(t); back != old {
		t.Errorf("after the revert the Service leads to %s, and the version before has %s", back, old)
	}
}

// leadsTo is the version to which the Service of the Rollout leads, which is the one that is stable.
func (a *application) leadsTo(t *testing.T) string {
	t.Helper()
	const version = "rollouts-pod-template-hash"
	var service struct {
		Spec struct{ Selector map[string]string }
	}
	var rollout struct{ Status struct{ StableRS string } }
	check(t, a.cluster.Get(t.Context(), kube.Named("v1", "Service", a.namespace, a.rollouts[0]), &service))
	check(t, a.cluster.Get(t.Context(), a.rolloutRef(a.rollouts[0]), &rollout))
	if got := service.Spec.Selector[version]; got == "" || got != rollout.Status.StableRS {
		t.Errorf("the Service leads to the version %q, and %q is stable", got, rollout.Status.StableRS)
	}
	return rollout.Status.StableRS
}
