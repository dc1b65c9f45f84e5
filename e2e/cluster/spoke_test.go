package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
	"github.com/pipegen/pipegen/e2e/cluster/stack"
)

// spokeName is how Argo CD and specs/hub-and-spoke call the second cluster.
const spokeName = "eu-prod"

var spoke = sync.OnceValues(func() (*stack.Stack, error) {
	say("starting the cluster %s", spokeName)
	return run.StartSpoke(context.Background(), spokeName)
})

// clusterNamed is the cluster of a destination: the second one by its name, and else the one in which the Argo CD of a
// namespace runs.
func clusterNamed(t *testing.T, in, name string) *kube.Client {
	t.Helper()
	if name != spokeName {
		return argoIn(t, in).Kube
	}
	s, err := spoke()
	check(t, err)
	return s.Kube
}

// TestClustersThatFail holds the words by which doctor knows a cluster that Argo CD does not know, and one that it
// cannot reach.
func TestClustersThatFail(t *testing.T) {
	t.Parallel()
	const nobody = "https://127.0.0.1:1"
	text := strings.Replace(spec(t, "hub-and-spoke"), `"rates"`, `"failing"`, 1)
	for _, c := range []struct{ name, where, words string }{
		{"unknown by name", `name: "nowhere"`, "no clusters with this name"},
		{"unknown by address", `server: "https://nowhere.example.org"`, "error getting cluster by"},
		{"unreachable", `server: "` + nobody + `"`, "failed to get cluster info"},
	} {
		t.Run(c.name, func(t *testing.T) {
			check(t, run.Register(t.Context(), "silent", nobody, nil))
			tr := generate(t, strings.Replace(text, `name: "`+spokeName+`"`, c.where, 1))
			tr.install(t)
			production := tr.applications[slices.IndexFunc(tr.applications, func(a *application) bool { return a.name == "failing-production-eu" })]
			// Argo CD waits for a cluster that it cannot reach, and lets go of an Application whose cluster it does not know.
			t.Cleanup(func() {
				if err := run.Kube.Delete(context.Background(), kube.Named("v1", "Secret", "argocd", "cluster-silent")); err != nil && !errors.Is(err, kube.ErrNotFound) {
					t.Error(err)
				}
			})
			production.wait(t, time.Minute, "refused", func(s status) bool {
				for _, condition := range s.Conditions {
					if strings.Contains(condition.Message, c.words) {
						return true
					}
				}
				return false
			})
		})
	}
}

// TestClusterThatDiffers: a cluster that begins to differ, and is like the others again, keeps its objects. Its Application
// goes on with the old folder until it is applied anew.
func TestClusterThatDiffers(t *testing.T) {
	t.Parallel()
	text := strings.ReplaceAll(spec(t, "hub-and-spoke"), `"rates`, `"apart`)
	tr := generate(t, text)
	in := func(tr *tree, name string) int {
		return slices.IndexFunc(tr.manifests, func(o kube.Object) bool { return o.Name == name })
	}
	hub, eu := tr.applications[in(tr, "apart-production-hub")], tr.applications[in(tr, "apart-production-eu")]
	commit, image := hub.bump(t, "a1")
	tr.install(t)
	type running struct {
		Metadata struct{ UID string }
		Spec     struct{ Replicas int }
		Status   struct{ ReadyReplicas int }
	}
	runs := func(a *application) (found running) {
		check(t, a.cluster.Get(t.Context(), kube.Named("apps/v1", "Deployment", a.namespace, a.deployment), &found))
		return found
	}
	hub.deployed(t, 2*time.Minute, commit.SHA, image)
	eu.deployed(t, 2*time.Minute, commit.SHA, image)
	first := [2]running{runs(hub), runs(eu)}
	// commits what pipegen gives now, and returns the Application of eu. What is live stays.
	commits := func(text string) kube.Object {
		now, folder := compiled(t, text)
		for _, environment := range []string{"staging", "production"} {
			check(t, os.RemoveAll(filepath.Join(folder, "apart/overlays", environment, "live")))
		}
		_, err := tr.clone.Change(t.Context(), "generate again", func(clone string) error {
			if err := os.RemoveAll(filepath.Join(clone, "apart/overlays/production-eu")); err != nil {
				return err
			}
			return copyOver(clone, folder)
		})
		check(t, err)
		return now.manifests[in(now, eu.name)]
	}
	becomes := func(manifest kube.Object, replicas int) {
		t.Helper()
		apply(t, manifest)
		eu.wait(t, 2*time.Minute, "synced", func(s status) bool { return s.good() && runs(eu).Status.ReadyReplicas == replicas })
		if now := runs(eu); now.Metadata.UID != first[1].Metadata.UID || now.Spec.Replicas != replicas {
			t.Errorf("the Deployment of eu is %+v, and was %+v", now, first[1])
		}
		if now := runs(hub); now != first[0] {
			t.Errorf("the Deployment of the hub is %+v, and was %+v", now, first[0])
		}
	}
	differs := commits(strings.Replace(text, "clusters: {hub: {}, eu: {}}", "clusters: {hub: {}, eu: replicas: 4}", 1))
	if now := eu.refresh(t, "hard"); !now.good() || runs(eu).Spec.Replicas != first[1].Spec.Replicas {
		t.Errorf("eu differs before its Application is applied:\n%s", now)
	}
	becomes(differs, 4)

	alike := commits(text)
	eu.refresh(t, "hard")
	eu.wait(t, time.Minute, "without its folder", func(s status) bool {
		return strings.Contains(fmt.Sprint(s.Conditions), "app path does not exist")
	})
	if now := runs(eu); now.Status.ReadyReplicas != 4 {
		t.Errorf("without its folder, eu runs %+v", now)
	}
	becomes(alike, first[1].Spec.Replicas)
}

// TestClusterThatDiffersRendered: one commit of the branch brings a deploy to both clusters, and one rollback takes it back in
// both. A rollback that one of them could not render is refused.
func TestClusterThatDiffersRendered(t *testing.T) {
	t.Parallel()
	text := strings.NewReplacer(`"rates`, `"twofold`, `gitops: repository: "example/clusters"`, `gitops: {repository: "example/twofold", rendered: {}}`,
		"clusters: {hub: {}, eu: {}}", "clusters: {hub: {}, eu: replicas: 4}", "ten minutes", "twenty minutes", `"10m"`, `"20m"`).Replace(spec(t, "hub-and-spoke"))
	tr := generate(t, text)
	in := func(name string) *application {
		return tr.applications[slices.IndexFunc(tr.applications, func(a *application) bool { return a.name == name })]
	}
	hub, eu := in("twofold-production-hub"), in("twofold-production-eu")
	source := t.TempDir()
	check(t, os.WriteFile(filepath.Join(source, "pipeline.cue"), []byte(text), 0o644))
	for name, value := range map[string]string{"user.name": "Ann", "user.email": "ann@example.org"} {
		_, err := tr.clone.Git(t.Context(), "config", name, value)
		check(t, err)
	}
	back := []string{"rollback", "--env", "production", "--steps", "1", "--push", "--gitops", tr.clone.Folder}
	reaches := func(sha, image string) {
		t.Helper()
		rendered := hub.render(t, sha)
		hub.deployed(t, 2*time.Minute, rendered, image)
		eu.deployed(t, 2*time.Minute, rendered, image)
	}
	commit, first := hub.bump(t, "a1")
	hub.render(t, commit.SHA)
	tr.install(t)
	reaches(commit.SHA, first)
	commit, second := hub.bump(t, "b2")
	reaches(commit.SHA, second)

	own := filepath.Join(eu.overlay, "kustomization.yaml")
	pinned, err := tr.clone.Change(t.Context(), "an image of its own", func(clone string) error {
		text, err := os.ReadFile(filepath.Join(clone, own))
		if err != nil {
			return err
		}
		name, _, _ := strings.Cut(second, ":")
		return os.WriteFile(filepath.Join(clone, own), fmt.Appendf(text, "images:\n- name: %s\n  newTag: pinned\n", name), 0o644)
	})
	check(t, err)
	refused := exec.CommandContext(t.Context(), run.pipegen, back...)
	refused.Dir = source
	if out, err := refused.CombinedOutput(); err == nil || !strings.Contains(string(out), eu.overlay+" does not run "+first) {
		t.Errorf("rollback ends with %v:\n%s", err, out)
	}
	if head, err := tr.clone.Git(t.Context(), "ls-remote", "origin", "refs/heads/main"); err != nil || !strings.HasPrefix(head, pinned.SHA) {
		t.Errorf("what is refused is pushed: %s %v", head, err)
	}
	_, err = tr.clone.Revert(t.Context(), pinned.SHA)
	check(t, err)

	if got := ask(t, source, os.Environ(), back[0], back[1:]...); got.code != 0 {
		t.Fatalf("rollback ends with %d:\n%s", got.code, got.text)
	}
	head, err := tr.clone.Git(t.Context(), "rev-parse", "HEAD")
	check(t, err)
	reaches(head, first)
	var d deployment
	check(t, eu.cluster.Get(t.Context(), eu.deploymentRef(), &d))
	if d.Spec.Replicas != 4 {
		t.Errorf("eu has %d replicas after the rollback", d.Spec.Replicas)
	}
}
