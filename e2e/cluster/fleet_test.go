package cluster

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
	"github.com/pipegen/pipegen/e2e/forge"
)

// TestClustersByLabel: a cluster gets what is deployed once its Secret has the label. One that loses it keeps what runs, and
// goes on getting deploys until a person deletes the Application, which leaves what runs.
func TestClustersByLabel(t *testing.T) {
	t.Parallel()
	text := strings.NewReplacer(`"rates`, `"fleet`, `tier: "branch"`, `tier: "fleet"`, `"branch-*"`, `"e*"`, "atLeast: 2", "atLeast: 1").Replace(spec(t, "hub-and-spoke"))
	tr := generate(t, text)
	// The deploys to clusters that are named are of other tests.
	tr.applications = nil
	var set kube.Object
	for _, o := range tr.manifests {
		if o.Kind == "ApplicationSet" {
			set = o
		}
	}
	tr.manifests = []kube.Object{set}
	spokeKube := clusterNamed(t, "argocd", spokeName)
	tr.add(t, "argocd", "fleet-branches-"+spokeName, applicationSpec{
		Source:      applicationSource{RepoURL: "https://" + forge.Host + "/" + tr.repository, Path: "fleet/overlays/branches", TargetRevision: "refs/heads/main"},
		Destination: struct{ Name, Namespace string }{spokeName, "fleet-branch"},
	})
	a := tr.applications[0]
	a.built(t)
	commit, image := a.bump(t, "a1")
	secret := func(cluster string) kube.Ref { return kube.Named("v1", "Secret", "argocd", "cluster-"+cluster) }
	label := func(cluster string, value any) {
		check(t, run.Kube.Merge(context.Background(), secret(cluster), "", map[string]any{"metadata": map[string]any{"labels": map[string]any{"tier": value}}}))
	}
	source := t.TempDir()
	check(t, os.WriteFile(filepath.Join(source, "pipeline.cue"), []byte(text), 0o644))
	token, err := run.ReadingToken(t.Context())
	check(t, err)
	asks := func(verb string, args ...string) said {
		return ask(t, source, []string{
			"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "GITHUB_API_URL=" + run.Forge.API(), "GH_TOKEN=" + forge.APIToken,
			"ARGOCD_SERVER=" + run.Server(), "ARGOCD_AUTH_TOKEN=" + token,
		}, verb, append(args, "--env", "branches", "--gitops", tr.clone.Folder)...)
	}
	result := func(id, cluster string) string {
		for _, r := range asks("verify").Results {
			if r.ID == id && r.Cluster == cluster {
				return r.Status + ": " + r.Measured
			}
		}
		return ""
	}
	until := func(id, cluster, want string) {
		t.Helper()
		got := ""
		for start := time.Now(); time.Since(start) < time.Minute; time.Sleep(time.Second) {
			if got = result(id, cluster); strings.HasPrefix(got, want) {
				return
			}
		}
		t.Errorf("%s on %q is %q, want %q", id, cluster, got, want)
	}

	// Nobody has the label.
	t.Cleanup(func() { tr.remove(t) })
	for _, project := range tr.projects {
		apply(t, withoutWindow(t, project))
	}
	apply(t, set)
	until("clusters", "", "broken: none, where at least 1 must have the labels tier=fleet")
	if got := asks("doctor", "sync"); got.first() != "clusters-missing" {
		t.Errorf("without a cluster, doctor finds %q:\n%s", got.first(), got.text)
	}

	// One gets it.
	label(spokeName, "fleet")
	t.Cleanup(func() { label(spokeName, nil) })
	a.made(t)
	a.settled(t, a.deployed(t, 2*time.Minute, commit.SHA, image))
	until("clusters", "", "kept: "+spokeName)
	until("argocd", spokeName, "kept: Synced and Healthy")
	type running struct{ Metadata struct{ UID string } }
	runs := func() (found running) {
		check(t, spokeKube.Get(t.Context(), kube.Named("apps/v1", "Deployment", "fleet-branch", "fleet"), &found))
		return found
	}
	first, owner := runs(), a.owned(t)
	if o := owner.Metadata.OwnerReferences; len(o) != 1 || o[0].Name != set.Name || len(owner.Metadata.Finalizers) != 0 {
		t.Errorf("the Application is %+v", owner.Metadata)
	}

	// A name that the project does not allow, and one in upper case: neither gets anything, and both are seen.
	const nobody = "https://127.0.0.1:1"
	for _, name := range []string{"west.EU", "EU-PROD"} {
		check(t, run.Register(t.Context(), strings.ToLower(name)+"x", nobody, nil))
		check(t, run.Kube.Merge(t.Context(), secret(strings.ToLower(name)+"x"), "", map[string]any{"stringData": map[string]any{"name": name}}))
		t.Cleanup(func() {
			if err := run.Kube.Delete(context.Background(), secret(strings.ToLower(name)+"x")); err != nil && !errors.Is(err, kube.ErrNotFound) {
				t.Error(err)
			}
		})
	}
	label("west.eux", "fleet")
	until("clusters", "", "kept: "+spokeName+" and west.EU")
	until("argocd", "west.EU", "un")
	other := &application{name: "fleet-branches-west.eu", in: "argocd", tree: tr}
	other.wait(t, time.Minute, "refused", func(s status) bool {
		for _, c := range s.Conditions {
			if strings.Contains(c.Message, "do not match any of the allowed destinations") {
				return true
			}
		}
		return false
	})
	label("eu-prodx", "fleet")
	until("clusters", "", "broken: "+spokeName+" and west.EU; the ApplicationSet fleet-branches reports: ApplicationSet fleet-branches contains applications with duplicate name")
	for _, name := range []string{"west.eu", "eu-prod"} {
		check(t, run.Kube.Delete(t.Context(), secret(name+"x")))
	}
	check(t, run.Kube.Delete(t.Context(), other.ref()))
	until("clusters", "", "kept: "+spokeName)

	// It loses the label, and keeps what it has.
	label(spokeName, nil)
	time.Sleep(5 * time.Second)
	commit, image = a.bump(t, "b2")
	a.deployed(t, 2*time.Minute, commit.SHA, image)
	if now := a.owned(t); now.Metadata.UID != owner.Metadata.UID || runs() != first {
		t.Errorf("without the label it is %+v", now.Metadata)
	}
	// A person deletes the Application, as the README says.
	check(t, run.Kube.Delete(t.Context(), a.ref()))
	gone(t, time.Minute, a.ref())
	time.Sleep(3 * time.Second)
	if runs() != first {
		t.Error("what ran is gone, or was made anew")
	}
	until("clusters", "", "broken: none")
	// And back: what runs there is taken over.
	label(spokeName, "fleet")
	a.made(t)
	// With nothing to change there is no sync.
	a.wait(t, 2*time.Minute, "running as before", func(s status) bool {
		return s.Sync.Status == "Synced" && s.Health.Status == "Healthy" && a.rolledOut(t, image)
	})
	if runs() != first {
		t.Error("what ran was made anew")
	}
}
