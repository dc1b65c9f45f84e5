package cluster

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
)

// TestOwnManifests: what a team has in its own Kustomize overlays is synced in both environments, changed by a deploy and
// taken back by a revert, and none of its files is touched.
func TestOwnManifests(t *testing.T) {
	tr, a, first := installed(t, "own-kustomize")
	if a.deployment != "shop" || !strings.HasPrefix(a.overlay, "delivery/") {
		t.Fatalf("%s in %s is not the team's", a.deployment, a.overlay)
	}
	bump, second := a.bump(t, "b2")
	a.announced(t, time.Now(), bump, second)
	revert, err := tr.clone.Revert(t.Context(), bump.SHA)
	check(t, err)
	a.announced(t, time.Now(), revert, first)
	const team = "../../specs/own-kustomize/given/deployments"
	check(t, filepath.WalkDir(filepath.Join(team, "apps"), func(name string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		want, err := os.ReadFile(name)
		check(t, err)
		below, err := filepath.Rel(team, name)
		check(t, err)
		if got, err := os.ReadFile(filepath.Join(tr.clone.Folder, below)); err != nil || string(got) != string(want) {
			t.Errorf("%s is another one after the deploys: %v", below, err)
		}
		return nil
	}))
}

// TestMovedWorkload: a Deployment that the team has had is written by pipegen from one commit on. It stays the same object
// and rolls once, its pods serve all the while, and what the team keeps is not touched.
func TestMovedWorkload(t *testing.T) {
	tr, a, first := installed(t, "own-kustomize")
	const base = "apps/shop/base/"
	commit, err := tr.clone.Change(t.Context(), "a worker of the team", func(folder string) error {
		text, err := os.ReadFile(filepath.Join(folder, base+"deployment.yaml"))
		if err != nil {
			return err
		}
		check(t, os.WriteFile(filepath.Join(folder, base+"worker.yaml"), []byte(strings.ReplaceAll(string(text), ": shop\n", ": worker\n")), 0o644))
		return edited(filepath.Join(folder, base+"kustomization.yaml"), "- service.yaml\n", "- service.yaml\n- worker.yaml\n")
	})
	check(t, err)
	a.announced(t, time.Now(), commit, first)
	worker := kube.Named("apps/v1", "Deployment", a.namespace, "worker")
	before, kept := a.observed(t, a.deploymentRef()), a.observed(t, worker)

	moved := strings.Replace(spec(t, "own-kustomize"), `deploy: {
	own: kustomize: "apps/shop/overlays/{environment}"
	existing: ["Secret/shop-database"]
}`, `workloads: {
	rest: {own: kustomize: "apps/shop/overlays/{environment}", existing: ["Secret/shop-database"]}
	shop: {
		port: 8080, replicas: 4, selector: app: "shop"
		probes: {readiness: "/ready", liveness: "/live"}
		env: CURRENCY: "EUR"
		secrets: DATABASE_URL: {name: "shop-database", key: "url"}
	}
}`, 1)
	code := t.TempDir()
	check(t, os.WriteFile(filepath.Join(code, "pipeline.cue"), []byte(moved), 0o644))
	pipegen := func(folder string, args ...string) string {
		text, err := exec.Command(run.pipegen, append([]string{"generate", "-f", filepath.Join(code, "pipeline.cue"), "--gitops", folder}, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("pipegen generate %v: %v\n%s", args, err, text)
		}
		return string(text)
	}
	commit, err = tr.clone.Change(t.Context(), "pipegen writes the shop", func(folder string) error {
		for _, file := range []string{"deployment.yaml", "service.yaml"} {
			check(t, os.Remove(filepath.Join(folder, base+file)))
			check(t, edited(filepath.Join(folder, base+"kustomization.yaml"), "- "+file+"\n", ""))
		}
		check(t, edited(filepath.Join(folder, "apps/shop/overlays/production/kustomization.yaml"), "replicas:\n- name: shop\n  count: 4\n", ""))
		if plan := pipegen(folder, "--plan"); strings.Contains(plan, "immutable ") || strings.Contains(plan, "pruned ") {
			t.Errorf("the plan loses something:\n%s", plan)
		}
		pipegen(folder)
		return nil
	})
	check(t, err)
	least := a.leastAvailable(t)
	a.announced(t, time.Now(), commit, first)
	if n := least(); n < before.Spec.Replicas {
		t.Errorf("%d pods were there at one moment, and %d before", n, before.Spec.Replicas)
	}
	after := a.observed(t, a.deploymentRef())
	if after.Metadata.UID != before.Metadata.UID || after.Metadata.Generation == before.Metadata.Generation {
		t.Errorf("the Deployment is %+v, and was %+v", after.Metadata, before.Metadata)
	}
	if now := a.observed(t, worker); now.Metadata != kept.Metadata {
		t.Errorf("the worker of the team is %+v, and was %+v", now.Metadata, kept.Metadata)
	}
	bump, second := a.bump(t, "b2")
	a.announced(t, time.Now(), bump, second)
	if now := a.observed(t, worker); now.Metadata.Generation == kept.Metadata.Generation {
		t.Error("the deploy did not reach the worker of the team")
	}
}

// observedDeployment is what tells whether a Deployment is still the same one.
type observedDeployment struct {
	Metadata struct {
		UID        string
		Generation int
	}
	Spec   struct{ Replicas int }
	Status struct{ AvailableReplicas int }
}

func (a *application) observed(t *testing.T, ref kube.Ref) observedDeployment {
	t.Helper()
	var found observedDeployment
	check(t, run.Kube.Get(t.Context(), ref, &found))
	return found
}

// leastAvailable watches the Deployment until it is asked for the smallest number of pods that were available.
func (a *application) leastAvailable(t *testing.T) func() int {
	ctx, stop := context.WithCancel(t.Context())
	least, done := a.observed(t, a.deploymentRef()).Status.AvailableReplicas, sync.WaitGroup{}
	done.Go(func() {
		for ctx.Err() == nil {
			var found observedDeployment
			if run.Kube.Get(ctx, a.deploymentRef(), &found) == nil {
				least = min(least, found.Status.AvailableReplicas)
			}
			time.Sleep(100 * time.Millisecond)
		}
	})
	return func() int { stop(); done.Wait(); return least }
}

// edited replaces a part of a file.
func edited(file, old, replacement string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(strings.Replace(string(text), old, replacement, 1)), 0o644)
}
