package cluster

import (
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
	"github.com/pipegen/pipegen/e2e/cluster/stack"
)

// journal keeps what it has in files of its own, and is built by the pipeline.
const journal = `
name:   "journal"
intent: "What happened is written down, and a deploy loses nothing of it."
source: repository: "example/journal"
test: none: "Its library is tested where it is developed."
image: smokeTest: false
workloads: {
	api: {
		port: 8080
		probes: readiness: "/ready"
	}
	writer: {
		worker: {}
		stateful: {}
		replicas: 2
		command: ["journal", "write"]
		volumes: data: {path: "/data", claim: size: "1Gi"}
	}
}
environments: production: namespace: "journal"
gitops: repository: "example/deployments"
`

// statefulSet is the part of a StatefulSet that tests read.
type statefulSet struct {
	replicated
	Status struct {
		ObservedGeneration, ReadyReplicas, UpdatedReplicas int
		CurrentRevision, UpdateRevision                    string
	}
}

// TestStateful: pods that keep their data are replaced one after the other. One that never gets ready stops the deploy,
// the others go on, and a revert mends it; each pod has the claim that it had.
func TestStateful(t *testing.T) {
	t.Parallel()
	tr := generate(t, journal)
	a := tr.applications[0]
	commit, good := a.bump(t, "a1")
	tr.install(t)
	a.deployed(t, 2*time.Minute, commit.SHA, good)
	writer := func() (s statefulSet) {
		check(t, run.Kube.Get(t.Context(), kube.Named("apps/v1", "StatefulSet", a.namespace, "writer"), &s))
		return s
	}
	runs := func(image string) bool {
		s := writer()
		return s.wants(image) && s.Status.ObservedGeneration == s.Metadata.Generation &&
			s.Status.CurrentRevision == s.Status.UpdateRevision && s.Status.ReadyReplicas == s.Spec.Replicas
	}
	claims := func() (uids []string) {
		var found struct {
			Items []struct {
				Metadata struct{ Name, UID string }
				Status   struct{ Phase string }
			}
		}
		check(t, run.Kube.List(t.Context(), kube.Ref{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: a.namespace}, "", &found))
		for _, c := range found.Items {
			if c.Status.Phase != "Bound" {
				t.Errorf("the claim %s is %s", c.Metadata.Name, c.Status.Phase)
			}
			uids = append(uids, c.Metadata.Name+" "+c.Metadata.UID)
		}
		return uids
	}
	a.wait(t, time.Minute, "two pods with their data", func(status) bool { return runs(good) })
	before := claims()
	if len(before) != 2 {
		t.Errorf("two pods have the claims %v", before)
	}

	bad, _ := a.bump(t, stack.Never)
	tr.notify(t, bad)
	a.wait(t, time.Minute, "stuck at its first pod", func(status) bool {
		s := writer()
		return s.Status.UpdatedReplicas == 1 && s.Status.ReadyReplicas == 1
	})
	time.Sleep(10 * time.Second)
	if s := writer(); s.Status.UpdatedReplicas != 1 || s.Status.ReadyReplicas != 1 {
		t.Errorf("the second pod was replaced while the first is not ready: %+v", s.Status)
	}

	revert, err := tr.clone.Revert(t.Context(), bad.SHA)
	check(t, err)
	tr.notify(t, revert)
	a.deployed(t, 3*time.Minute, revert.SHA, good)
	a.wait(t, time.Minute, "mended by the revert", func(status) bool { return runs(good) })
	if after := claims(); strings.Join(after, ", ") != strings.Join(before, ", ") {
		t.Errorf("the pods have other claims than before: %v, before %v", after, before)
	}
}
