package cluster

import (
	"cmp"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
)

// status is what Argo CD says about an Application.
type status struct {
	Sync struct {
		Status, Revision string
		Revisions        []string
	}
	Health       struct{ Status string }
	Conditions   []struct{ Type, Message string }
	ReconciledAt time.Time
	Resources    []struct {
		Kind, Namespace, Name, Status string
		Health                        *struct{ Status, Message string }
	}
	History        []struct{ Revision string }
	OperationState struct {
		Phase, Message        string
		StartedAt, FinishedAt time.Time
		SyncResult            struct {
			Revision  string
			Resources []struct{ Kind, Name, Status, Message, HookPhase string }
		}
	}
}

func (s status) String() string {
	text, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// good is the status that tests wait for.
func (s status) good() bool {
	return s.Sync.Status == "Synced" && s.Health.Status == "Healthy" && s.OperationState.Phase == "Succeeded"
}

// application is one of the generated Applications, in the cluster.
type application struct {
	name, namespace, overlay string
	// in is the namespace of the Argo CD that has it, "" for that of the first cluster.
	in string
	// cluster is the one that it deploys to.
	cluster *kube.Client
	// deployments are those that run a built image, and deployment is the first.
	deployments []string
	deployment  string
	// rollouts are those of Argo Rollouts that run one.
	rollouts []string
	options  []string           // of its syncs
	chart    *applicationSource // beside the overlay, nil for none
	level    string             // of the pods that its namespace takes
	branch   string             // with what is rendered, "" where Argo CD renders
	tree     *tree
}

func (a *application) ref() kube.Ref {
	return kube.Named("argoproj.io/v1alpha1", "Application", cmp.Or(a.in, "argocd"), a.name)
}

func (a *application) status(t *testing.T) status {
	t.Helper()
	var found struct{ Status status }
	check(t, argoIn(t, a.in).Kube.Get(t.Context(), a.ref(), &found))
	if all := found.Status.Sync.Revisions; len(all) > 0 {
		found.Status.Sync.Revision = all[0] // of the overlay
	}
	return found.Status
}

// wait looks until the status is as wanted, and fails after the limit.
func (a *application) wait(t *testing.T, limit time.Duration, what string, wanted func(status) bool) status {
	t.Helper()
	deadline := time.Now().Add(limit)
	for {
		now := a.status(t)
		if wanted(now) {
			return now
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: not %s within %s:\n%s", a.name, what, limit, now)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// deployed waits until the commit runs: it is synced, all is healthy, and the
// Deployment has the image.
func (a *application) deployed(t *testing.T, limit time.Duration, sha, image string) status {
	t.Helper()
	got := a.wait(t, limit, "deployed", func(s status) bool {
		return s.good() && a.tree.clone.Holds(t.Context(), s.Sync.Revision, sha) && a.rolledOut(t, image)
	})
	if len(got.Conditions) != 0 {
		t.Errorf("%s has conditions:\n%s", a.name, got)
	}
	return got
}

// replicated is what tests read of each kind of object that makes pods of one image.
type replicated struct {
	Metadata struct{ Generation int }
	Spec     struct {
		Replicas int
		Template struct {
			Spec struct {
				Containers []struct{ Image string }
			}
		}
	}
}

// wants reports whether the pods are to run the image of a deploy, by its digest.
func (r replicated) wants(image string) bool {
	_, digest, _ := strings.Cut(image, "@")
	return strings.HasSuffix(r.Spec.Template.Spec.Containers[0].Image, "@"+digest)
}

// deployment is the part of a Deployment that tests read.
type deployment struct {
	replicated
	Status struct{ ObservedGeneration, Replicas, UpdatedReplicas, AvailableReplicas int }
}

func (a *application) deploymentRef() kube.Ref {
	return kube.Named("apps/v1", "Deployment", a.namespace, a.deployment)
}

func (a *application) rolloutRef(name string) kube.Ref {
	return kube.Named("argoproj.io/v1alpha1", "Rollout", a.namespace, name)
}

// rolledOut reports whether all pods of all Deployments with a built image run that of a deploy.
func (a *application) rolledOut(t *testing.T, image string) bool {
	t.Helper()
	for _, name := range a.rollouts {
		if !a.promoted(t, name, image) {
			return false
		}
	}
	names := a.deployments
	if len(names)+len(a.rollouts) == 0 {
		names = []string{a.deployment}
	}
	for _, name := range names {
		if !a.runs(t, name, image) {
			return false
		}
	}
	return true
}

// promoted reports whether Argo Rollouts has given all requests to the image of a deploy.
func (a *application) promoted(t *testing.T, name, image string) bool {
	t.Helper()
	var r struct {
		replicated
		Status struct{ Phase, StableRS, CurrentPodHash string }
	}
	err := a.cluster.Get(t.Context(), a.rolloutRef(name), &r)
	if errors.Is(err, kube.ErrNotFound) {
		return false
	}
	check(t, err)
	return r.wants(image) && r.Status.Phase == "Healthy" && r.Status.StableRS == r.Status.CurrentPodHash
}

// runs reports whether all pods of a Deployment run the image of a deploy. The deploys of these tests give all images one
// digest.
func (a *application) runs(t *testing.T, name, image string) bool {
	t.Helper()
	var d deployment
	err := a.cluster.Get(t.Context(), kube.Named("apps/v1", "Deployment", a.namespace, name), &d)
	if errors.Is(err, kube.ErrNotFound) {
		return false
	}
	check(t, err)
	return d.wants(image) && d.Status.ObservedGeneration == d.Metadata.Generation &&
		d.Status.Replicas == d.Spec.Replicas && d.Status.UpdatedReplicas == d.Spec.Replicas && d.Status.AvailableReplicas == d.Spec.Replicas
}

// refresh asks Argo CD to compare again, normal or hard, and waits until it has.
func (a *application) refresh(t *testing.T, kind string) status {
	t.Helper()
	const annotation = "argocd.argoproj.io/refresh"
	check(t, argoIn(t, a.in).Kube.Merge(t.Context(), a.ref(), "", map[string]any{
		"metadata": map[string]any{"annotations": map[string]any{annotation: kind}},
	}))
	var found struct {
		Metadata struct{ Annotations map[string]string }
		Status   status
	}
	for range 300 {
		found.Metadata.Annotations = nil
		check(t, argoIn(t, a.in).Kube.Get(t.Context(), a.ref(), &found))
		if _, waits := found.Metadata.Annotations[annotation]; !waits {
			return found.Status
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s is not refreshed", a.name)
	return status{}
}

// gone waits until none of the objects is there any more.
func gone(t *testing.T, limit time.Duration, refs ...kube.Ref) {
	t.Helper()
	deadline := time.Now().Add(limit)
	for _, ref := range refs {
		for {
			err := run.Kube.Get(t.Context(), ref, nil)
			if errors.Is(err, kube.ErrNotFound) {
				break
			}
			check(t, err)
			if time.Now().After(deadline) {
				t.Fatalf("%s is still there after %s", ref, limit)
			}
			time.Sleep(100 * time.Millisecond)
		}
	}
}
