package cluster

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
)

// reach is a project that would let Applications do everything, in the folder of a root.
const reach = "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: everything, namespace: argocd}\nspec: {sourceRepos: ['*'], destinations: [{server: '*', namespace: '*'}]}\n"

// TestRoot changes Applications by git alone: the root brings one that is new, puts back what was changed by hand, and takes
// nothing away, neither when a file is gone nor when it goes itself.
func TestRoot(t *testing.T) {
	text := spec(t, "three-environments")
	whole, folder := compiled(t, text)
	at := strings.Index(text, "	// A second region")
	tr := generate(t, text[:at]+text[at+strings.Index(text[at:], "\n\t}\n")+3:])
	type deploy struct{ sha, image string }
	deploys := map[string]deploy{}
	for _, a := range tr.applications {
		commit, image := a.bump(t, "a1")
		deploys[a.name] = deploy{commit.SHA, image}
	}
	tr.install(t)
	root := &application{name: tr.roots[0].Name, cluster: run.Kube, tree: tr}
	before, first := map[string]status{}, map[string]owned{}
	for _, a := range tr.applications {
		before[a.name] = a.deployed(t, 2*time.Minute, deploys[a.name].sha, deploys[a.name].image)
		first[a.name] = a.owned(t)
	}
	if s := root.refresh(t, "normal"); !s.good() || len(s.Conditions) != 0 {
		t.Errorf("the root:\n%s", s)
	}

	// An environment is new. Its project is applied, and nothing else.
	for _, project := range whole.projects {
		apply(t, project)
	}
	_, err := tr.clone.Change(t.Context(), "a second region", func(clone string) error {
		return errors.Join(copyOver(filepath.Join(clone, "argocd/apps"), filepath.Join(folder, "argocd/apps")),
			copyOver(filepath.Join(clone, "booking/overlays/production-eu"), filepath.Join(folder, "booking/overlays/production-eu")))
	})
	check(t, err)
	added := whole.applications[len(whole.applications)-1]
	added.tree = tr
	tr.applications = append(tr.applications, added)
	tr.manifests = append(tr.manifests, kube.Object{Ref: added.ref()})
	added.built(t)
	commit, image := added.bump(t, "b2")
	tr.notify(t, commit)
	added.made(t)
	before[added.name], first[added.name] = added.deployed(t, 2*time.Minute, commit.SHA, image), added.owned(t)

	// What is set by hand is undone.
	dev := tr.applications[0]
	check(t, run.Kube.Merge(t.Context(), dev.ref(), "", map[string]any{"spec": map[string]any{"syncPolicy": map[string]any{"automated": nil}}}))
	dev.until(t, "automated again", func(o owned) bool { return o.Spec.SyncPolicy.Automated != nil })

	// A project in the folder does not come, and no Application with it.
	wide := filepath.Join("argocd", "apps", "booking", "everything.yaml")
	commit, err = tr.clone.Change(t.Context(), "everything", func(clone string) error {
		return os.WriteFile(filepath.Join(clone, wide), []byte(reach), 0o644)
	})
	check(t, err)
	tr.notify(t, commit)
	root.wait(t, time.Minute, "refused", func(s status) bool {
		return strings.Contains(s.OperationState.Message+s.String(), "AppProject") && strings.Contains(s.String(), "not permitted in project")
	})
	if err := run.Kube.Get(t.Context(), kube.Named("argoproj.io/v1alpha1", "AppProject", "argocd", "everything"), nil); !errors.Is(err, kube.ErrNotFound) {
		t.Errorf("the root brought a project: %v", err)
	}

	// An environment leaves git. The root says so, and its Application goes on.
	commit, err = tr.clone.Change(t.Context(), "one region", func(clone string) error {
		return errors.Join(os.Remove(filepath.Join(clone, wide)), os.Remove(filepath.Join(clone, "argocd/apps/booking/applications/booking-production-eu.yaml")))
	})
	check(t, err)
	tr.notify(t, commit)
	root.wait(t, time.Minute, "out of sync with what it does not prune", func(s status) bool {
		return s.Sync.Status == "OutOfSync" && tr.clone.Holds(t.Context(), s.Sync.Revision, commit.SHA) && s.OperationState.Phase == "Succeeded"
	})

	// The root goes, with the finalizer that 'argocd app delete' gives it.
	check(t, run.Kube.Merge(t.Context(), root.ref(), "", map[string]any{"metadata": map[string]any{"finalizers": []string{finalizer + "/foreground"}}}))
	check(t, run.Kube.Delete(t.Context(), root.ref()))
	gone(t, time.Minute, root.ref())
	for _, a := range tr.applications {
		if now := a.owned(t); now.Metadata.UID != first[a.name].Metadata.UID || now.Metadata.DeletionTimestamp != "" {
			t.Errorf("%s is %+v, and was %+v", a.name, now.Metadata, first[a.name].Metadata)
		}
		a.settled(t, before[a.name])
	}
}
