package cluster

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
	"github.com/pipegen/pipegen/e2e/measured"
)

// named is the line with the name of a spec's application.
var named = regexp.MustCompile(`(?m)^name:.*$`)

// TestSpecs deploys what each spec gives. All of it must exist, be healthy and stay
// as it is: no warning, no condition, and no difference that comes back.
func TestSpecs(t *testing.T) {
	files, err := filepath.Glob("../../specs/*/pipeline.cue")
	check(t, err)
	inFolders, err := filepath.Glob("../../specs/*/*/pipeline.cue")
	check(t, err)
	files = append(files, inFolders...)
	if len(files) < 5 {
		t.Fatalf("found the specs %v only", files)
	}
	// Two specs may be about the same application, in the same folder of one repository.
	var turns sync.Map
	for _, file := range files {
		name, err := filepath.Rel("../../specs", filepath.Dir(file))
		check(t, err)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := spec(t, name)
			if why := notHere(name); why != "" {
				t.Skip(why)
			}
			turn, _ := turns.LoadOrStore(named.FindString(text), &sync.Mutex{})
			turn.(*sync.Mutex).Lock()
			t.Cleanup(turn.(*sync.Mutex).Unlock)
			deploySpec(t, generate(t, text))
		})
	}
}

// notHere says what the cluster lacks for a spec, "" for nothing.
func notHere(name string) string {
	switch name {
	case "signed-deploys":
		return "Argo CD looks who has signed a commit since 3.5"
	case "argocd-per-cluster":
		return "TestArgoCDInEachCluster deploys it"
	case "canary":
		return "its weights are set by a plugin of Argo Rollouts for the Gateway API, which the Go proxy does not have"
	}
	return ""
}

func deploySpec(t *testing.T, tr *tree) {
	type want struct{ sha, image string }
	// One commit deploys to all clusters of an environment, whose Applications render one live folder.
	wants := map[string]want{}
	for _, a := range tr.applications {
		if _, done := wants[a.live(t)]; !done {
			commit, image := a.bump(t, "a1")
			if a.branch != "" {
				commit.SHA = a.render(t, commit.SHA)
			}
			wants[a.live(t)] = want{commit.SHA, image}
		}
		if !a.creates() {
			namespace := "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: " + a.namespace + "\n"
			_, err := a.cluster.Apply(t.Context(), kube.Object{Ref: kube.Named("v1", "Namespace", "", a.namespace), YAML: []byte(namespace)})
			check(t, err)
		}
	}
	tr.install(t)
	start := time.Now()
	for _, a := range tr.applications {
		before := a.deployed(t, 2*time.Minute, wants[a.live(t)].sha, wants[a.live(t)].image)
		run.measured.Add(t, measured.Measurement{
			ID: "first-sync", What: "Application created to Synced and Healthy", Criteria: "synced", Promise: "none",
			How: "each generated Application of every spec, several at a time",
		}, time.Since(start))
		for _, o := range a.rendered(t) {
			if o.Namespace == "" {
				t.Errorf("%s lies in no namespace", o.Ref)
			}
			var found struct{ Data map[string]string }
			if err := a.cluster.Get(t.Context(), o.Ref, &found); err != nil {
				t.Errorf("%s was generated and is not in the cluster: %v", o.Ref, err)
			}
			for key, value := range found.Data {
				if o.Kind == "Secret" && value != base64.StdEncoding.EncodeToString([]byte("the "+key)) {
					t.Errorf("%s was decrypted to %q", o.Ref, value)
				}
			}
		}
		a.settled(t, before)
		if a.creates() {
			a.restricted(t)
		}
	}
}

// settled insists that comparing again finds nothing to do.
func (a *application) settled(t *testing.T, before status) {
	t.Helper()
	for _, kind := range []string{"hard", "normal"} {
		now := a.refresh(t, kind)
		if !now.good() || len(now.Conditions) != 0 {
			t.Errorf("%s after a %s refresh:\n%s", a.name, kind, now)
		}
		for _, r := range now.Resources {
			if r.Status != "Synced" && r.Kind != "Job" {
				t.Errorf("%s after a %s refresh: %s %s is %s", a.name, kind, r.Kind, r.Name, r.Status)
			}
		}
		if !now.OperationState.StartedAt.Equal(before.OperationState.StartedAt) {
			t.Errorf("%s was synced again without a change:\n%s", a.name, now)
		}
	}
}

// creates reports whether Argo CD is to create the namespace.
func (a *application) creates() bool { return slices.Contains(a.options, "CreateNamespace=true") }

// enforced is the label of a namespace that says which pods it takes.
const enforced = "pod-security.kubernetes.io/enforce"

// restricted insists that the namespace has the level of its Application, and refuses pods which the generated ones have
// to be stricter than.
func (a *application) restricted(t *testing.T) {
	t.Helper()
	namespace := a.namespace
	var found struct {
		Metadata struct{ Labels map[string]string }
	}
	check(t, a.cluster.Get(t.Context(), kube.Named("v1", "Namespace", "", namespace), &found))
	if got := found.Metadata.Labels[enforced]; got != a.level {
		t.Errorf("the namespace %s enforces %q, and %q is asked for", namespace, got, a.level)
	}
	if a.level != "restricted" {
		return // the spec has pods that need more
	}
	text, err := os.ReadFile("testdata/root.yaml")
	check(t, err)
	loose, err := kube.Parse(text)
	check(t, err)
	loose[0].Namespace = namespace
	if _, err := a.cluster.Apply(t.Context(), loose[0]); err == nil || !strings.Contains(err.Error(), "restricted") {
		t.Errorf("a pod that runs as root is let into %s: %v", namespace, err)
	}
}
