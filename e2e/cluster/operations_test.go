package cluster

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
	"github.com/pipegen/pipegen/e2e/measured"
)

// TestNeighbours: two applications in one GitOps repository. A deploy of the one
// does not touch the other.
func TestNeighbours(t *testing.T) {
	one, other := generate(t, spec(t, "minimal")), generate(t, spec(t, "java-service"))
	if one.clone != other.clone {
		t.Fatalf("the two specs are to share a repository, and have %s and %s", one.clone.Repository, other.clone.Repository)
	}
	a, b := one.applications[0], other.applications[0]
	_, image := b.bump(t, "a1")
	commit, imageOfA := a.bump(t, "a1")
	one.install(t)
	other.install(t)
	a.deployed(t, time.Minute, commit.SHA, imageOfA)
	before := b.deployed(t, time.Minute, commit.SHA, image)

	var generation struct{ Metadata struct{ Generation int } }
	check(t, run.Kube.Get(t.Context(), b.deploymentRef(), &generation))
	commit, imageOfA = a.bump(t, "b2")
	one.notify(t, commit)
	a.deployed(t, time.Minute, commit.SHA, imageOfA)
	after := b.refresh(t, "normal")
	if !after.good() || !after.OperationState.StartedAt.Equal(before.OperationState.StartedAt) {
		t.Errorf("%s was synced for a deploy of %s:\n%s", b.name, a.name, after)
	}
	var now struct{ Metadata struct{ Generation int } }
	check(t, run.Kube.Get(t.Context(), b.deploymentRef(), &now))
	if now != generation || !b.rolledOut(t, image) {
		t.Errorf("the Deployment of %s changed with a deploy of %s", b.name, a.name)
	}
}

// TestHeal: an edit in the cluster is reset to what git says.
func TestHeal(t *testing.T) {
	_, a, image := agent(t)
	var before deployment
	check(t, run.Kube.Get(t.Context(), a.deploymentRef(), &before))
	start := time.Now()
	check(t, run.Kube.Merge(t.Context(), a.deploymentRef(), "", map[string]any{"spec": map[string]any{"replicas": before.Spec.Replicas + 1}}))
	a.wait(t, time.Minute, "healed", func(s status) bool {
		var d deployment
		check(t, run.Kube.Get(t.Context(), a.deploymentRef(), &d))
		return d.Spec.Replicas == before.Spec.Replicas && s.good() && a.rolledOut(t, image)
	})
	run.measured.Add(t, measured.Measurement{
		ID: "self-heal", What: "edit in the cluster to git's state again", Criteria: "replicas", Promise: "none",
		How: "one replica more, over the API",
	}, time.Since(start))
	service := kube.Named("v1", "Service", a.namespace, a.deployment)
	check(t, run.Kube.Delete(t.Context(), service))
	a.wait(t, time.Minute, "healed", func(s status) bool {
		return s.good() && run.Kube.Get(t.Context(), service, nil) == nil
	})
}

// TestPrune: what is removed from git is removed from the cluster.
func TestPrune(t *testing.T) {
	tr, a, image := agent(t)
	budget := kube.Named("policy/v1", "PodDisruptionBudget", a.namespace, a.deployment)
	check(t, run.Kube.Get(t.Context(), budget, nil))
	commit, err := tr.clone.Change(t.Context(), "no disruption budget", func(folder string) error {
		base := filepath.Join(folder, a.overlay, "../../base")
		file := filepath.Join(base, "kustomization.yaml")
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		const line = "- poddisruptionbudget.yaml\n"
		if strings.Count(string(text), line) != 1 {
			return fmt.Errorf("%s does not list the budget once", file)
		}
		if err := os.WriteFile(file, []byte(strings.Replace(string(text), line, "", 1)), 0o644); err != nil {
			return err
		}
		return os.Remove(filepath.Join(base, "poddisruptionbudget.yaml"))
	})
	check(t, err)
	start := time.Now()
	tr.notify(t, commit)
	gone(t, time.Minute, budget)
	run.measured.Add(t, measured.Measurement{
		ID: "prune", What: "removal from git to removal from the cluster, by webhook", Criteria: "none", Promise: "none",
		How: "the PodDisruptionBudget of specs/fastapi-agent",
	}, time.Since(start))
	a.deployed(t, time.Minute, commit.SHA, image)
}
