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
)

// asked has an ApplicationSet read its files at once, as the README says. It is taken off once that has gone well.
const asked = "argocd.argoproj.io/application-set-refresh"

func refreshSet(t *testing.T, set kube.Ref) {
	t.Helper()
	check(t, run.Kube.Merge(t.Context(), set, "", map[string]any{"metadata": map[string]any{"annotations": map[string]any{asked: time.Now().Format(time.RFC3339Nano)}}}))
}

// look waits until it has.
func look(t *testing.T, set kube.Ref) {
	t.Helper()
	refreshSet(t, set)
	for start := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		var found struct {
			Metadata struct{ Annotations map[string]string }
		}
		check(t, run.Kube.Get(t.Context(), set, &found))
		if found.Metadata.Annotations[asked] == "" {
			return
		}
		if time.Since(start) > time.Minute {
			t.Fatalf("nobody has read the files of %s", set)
		}
	}
}

// complaint waits until an ApplicationSet says what is wrong.
func complaint(t *testing.T, set kube.Ref, about string) {
	t.Helper()
	var found struct {
		Status struct {
			Conditions []struct{ Type, Status, Message string }
		}
	}
	for range 300 {
		check(t, run.Kube.Get(t.Context(), set, &found))
		for _, c := range found.Status.Conditions {
			if c.Type == "ErrorOccurred" && c.Status == "True" && strings.Contains(c.Message, about) {
				return
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Errorf("%s does not complain of %s: %+v", set, about, found.Status.Conditions)
}

// TestApplicationSetOfFiles goes from a list to files, adds an environment by a commit alone, and takes its file away: nothing
// that ran is synced anew or deleted. What a commit may not have, and what it breaks, stops nothing else.
func TestApplicationSetOfFiles(t *testing.T) {
	list := spec(t, "application-set")
	list = strings.NewReplacer("parcel-tracker", "parcel-finder", "parcels", "finds", "example-post/clusters", "example-post/finders").Replace(list)
	all := strings.Replace(list, "applicationSet: true", `applicationSet: "files"`, 1)
	whole, folder := compiled(t, all)
	at := strings.Index(list, "	production: {")
	cut := func(text string) string { return text[:at] + text[at+strings.Index(text[at:], "\n\t}\n")+3:] }
	tr := generate(t, cut(list))
	type deploy struct{ sha, image string }
	deploys := map[string]deploy{}
	for _, a := range tr.applications {
		commit, image := a.bump(t, "a1")
		deploys[a.name] = deploy{commit.SHA, image}
	}
	tr.install(t)
	set := tr.manifests[0]
	before, first := map[string]status{}, map[string]owned{}
	for _, a := range tr.applications {
		before[a.name] = a.deployed(t, 2*time.Minute, deploys[a.name].sha, deploys[a.name].image)
		first[a.name] = a.owned(t)
	}
	kept := func(when string) {
		t.Helper()
		for _, a := range tr.applications {
			now := a.owned(t).Metadata
			if now.UID != first[a.name].Metadata.UID || now.DeletionTimestamp != "" || len(now.OwnerReferences) != 1 || len(now.Finalizers) != 0 {
				t.Errorf("%s: %s is %+v, and was %+v", when, a.name, now, first[a.name].Metadata)
			}
			a.settled(t, before[a.name])
		}
	}

	// Files instead of the list.
	elements := "teams/logistics/argocd/environments/parcel-finder"
	files, two := compiled(t, cut(all))
	_, err := tr.clone.Change(t.Context(), "files", func(clone string) error {
		return copyOver(filepath.Join(clone, elements), filepath.Join(two, elements))
	})
	check(t, err)
	apply(t, files.manifests[0])
	look(t, set.Ref)
	kept("with files")

	// An environment is new. Its project is applied, and nothing else.
	for _, project := range whole.projects {
		apply(t, project)
	}
	added := whole.applications[0]
	for _, a := range whole.applications {
		if a.name == "finds" {
			added = a
		}
	}
	element := filepath.Join(elements, "finds.yaml")
	commit, err := tr.clone.Change(t.Context(), "production", func(clone string) error {
		text, err := os.ReadFile(filepath.Join(folder, element))
		return errors.Join(err, os.WriteFile(filepath.Join(clone, element), text, 0o644),
			copyOver(filepath.Join(clone, added.overlay), filepath.Join(folder, added.overlay)))
	})
	check(t, err)
	added.tree = tr
	added.built(t)
	commit, image := added.bump(t, "b2")
	look(t, set.Ref)
	tr.applications = append(tr.applications, added)
	added.made(t)
	before[added.name], first[added.name] = added.deployed(t, 2*time.Minute, commit.SHA, image), added.owned(t)
	kept("with a file more")

	// A file names a namespace that the project does not have, and another one cannot be read.
	forged := filepath.Join(elements, "system.yaml")
	change := func(file, text string) {
		t.Helper()
		_, err := tr.clone.Change(t.Context(), "change "+file, func(clone string) error {
			if text == "" {
				return os.Remove(filepath.Join(clone, file))
			}
			return os.WriteFile(filepath.Join(clone, file), []byte(text), 0o644)
		})
		check(t, err)
		refreshSet(t, set.Ref)
	}
	stranger := &application{name: "stranger", cluster: run.Kube, namespace: "kube-system", overlay: added.overlay, tree: tr, deployment: added.deployment}
	change(forged, "environment: production\napplication: stranger\nnamespace: kube-system\noverlay: "+added.overlay+"\n")
	t.Cleanup(func() {
		if err := run.Kube.Delete(context.Background(), stranger.ref()); err != nil && !errors.Is(err, kube.ErrNotFound) {
			t.Error(err)
		}
	})
	stranger.made(t)
	stranger.wait(t, time.Minute, "refused", func(s status) bool {
		return strings.Contains(s.String(), "do not match any of the allowed destinations")
	})
	if err := run.Kube.Get(t.Context(), stranger.deploymentRef(), nil); !errors.Is(err, kube.ErrNotFound) {
		t.Errorf("a file deployed to %s: %v", stranger.namespace, err)
	}
	change(forged, "environment: production\napplication: stranger\n")
	complaint(t, set.Ref, "map has no entry for key")
	kept("with a file that lacks a field")
	change(forged, "{")
	complaint(t, set.Ref, "system.yaml")
	kept("with a file that is no YAML")
	change(forged, "")

	// The file of an environment goes, and nothing with it.
	change(element, "")
	look(t, set.Ref)
	kept("without a file")
}
