package cluster

import (
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
	"github.com/pipegen/pipegen/e2e/cluster/stack"
	"github.com/pipegen/pipegen/e2e/measured"
)

// job is what tests read of a Job.
type job struct {
	Metadata struct {
		UID               string
		CreationTimestamp time.Time
	}
	Spec struct {
		Template struct {
			Spec struct {
				Containers []struct{ Image string }
			}
		}
	}
	Status struct {
		StartTime, CompletionTime time.Time
		Succeeded, Failed         int
	}
}

func (a *application) job(t *testing.T, name string) job {
	t.Helper()
	var found job
	check(t, run.Kube.Get(t.Context(), kube.Named("batch/v1", "Job", a.namespace, name), &found))
	return found
}

// ended reports whether the Job of a name ended so in the last sync.
func ended(s status, name, phase string) bool {
	for _, r := range s.OperationState.SyncResult.Resources {
		if r.Kind == "Job" && r.Name == name && r.HookPhase == phase {
			return true
		}
	}
	return false
}

// replaced is when the newest ReplicaSet of a Deployment came.
func (a *application) replaced(t *testing.T, deployment string) time.Time {
	t.Helper()
	var sets struct {
		Items []struct {
			Metadata struct{ CreationTimestamp time.Time }
		}
	}
	check(t, run.Kube.List(t.Context(), kube.Ref{APIVersion: "apps/v1", Kind: "ReplicaSet", Namespace: a.namespace}, "app.kubernetes.io/instance="+deployment, &sets))
	var newest time.Time
	for _, s := range sets.Items {
		if at := s.Metadata.CreationTimestamp; at.After(newest) {
			newest = at
		}
	}
	return newest
}

// TestMigration: a job that comes before other workloads has succeeded before the first of their new pods is made, in
// each deploy and in a rollback; when it fails, no pod is replaced, and Argo CD does not pass it by later; a deploy that
// comes while it runs waits for it.
func TestMigration(t *testing.T) {
	t.Parallel()
	tr := generate(t, spec(t, "workers"))
	a := tr.applications[0]
	for _, other := range tr.applications {
		if other.namespace == "orders" {
			a = other
		}
	}
	commit, good := a.bump(t, "a1")
	tr.install(t)
	before := a.deployed(t, 2*time.Minute, commit.SHA, good)
	inOrder := func(s status, image string) job {
		t.Helper()
		migrated := a.job(t, "migrate")
		_, digest, _ := strings.Cut(image, "@")
		if migrated.Status.Succeeded != 1 || !strings.HasSuffix(migrated.Spec.Template.Spec.Containers[0].Image, digest) {
			t.Errorf("the migration of %s has not run: %+v\n%s", image, migrated, s)
		}
		for _, deployment := range a.deployments {
			if at := a.replaced(t, deployment); at.Before(migrated.Status.CompletionTime) {
				t.Errorf("%s was replaced at %s, and the migration ended at %s", deployment, at, migrated.Status.CompletionTime)
			}
		}
		return migrated
	}
	first := inOrder(before, good)

	start := time.Now()
	bad, _ := a.bump(t, stack.Never)
	tr.notify(t, bad)
	failed := a.wait(t, 5*time.Minute, "failed by the migration", func(s status) bool {
		return ended(s, "migrate", "Failed") && s.OperationState.Phase == "Failed"
	})
	run.measured.Add(t, measured.Measurement{
		ID: "migration-fails", What: "push of an image whose migration fails to the failed sync, with its five tries", Criteria: "none", Promise: "none",
		How: "specs/workers; the Job is in the wave before the Deployments",
	}, time.Since(start))
	unchanged := func(when string) {
		t.Helper()
		if !a.rolledOut(t, good) {
			t.Errorf("%s, the pods do not run the image from before:\n%s", when, failed)
		}
	}
	unchanged("after a failed migration")
	a.diagnosed(t, "workers", "job-failed")
	a.refresh(t, "hard")
	// What somebody changes by hand is healed by a sync of that object alone, which runs no hooks.
	check(t, run.Kube.Merge(t.Context(), a.deploymentRef(), "", map[string]any{"spec": map[string]any{"replicas": 7}}))
	time.Sleep(20 * time.Second)
	unchanged("after a failed migration and an edit in the cluster")

	revert, err := tr.clone.Revert(t.Context(), bad.SHA)
	check(t, err)
	tr.notify(t, revert)
	back := a.deployed(t, 3*time.Minute, revert.SHA, good)
	if again := a.job(t, "migrate"); again.Metadata.UID == first.Metadata.UID || !ended(back, "migrate", "Succeeded") {
		t.Error("the rollback did not run the migration of its image")
	}

	slow, _ := a.bump(t, stack.Slow)
	tr.notify(t, slow)
	a.wait(t, time.Minute, "migrating", func(status) bool {
		var now job
		// The Job of the deploy before is deleted first.
		err := run.Kube.Get(t.Context(), kube.Named("batch/v1", "Job", a.namespace, "migrate"), &now)
		return err == nil && strings.Contains(now.Spec.Template.Spec.Containers[0].Image, stack.Slow)
	})
	newer, image := a.bump(t, "c3")
	tr.notify(t, newer)
	inOrder(a.deployed(t, 3*time.Minute, newer.SHA, image), image)
}
