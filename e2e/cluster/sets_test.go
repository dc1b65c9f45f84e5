package cluster

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
)

// owned is the metadata that says who owns an Application.
type owned struct {
	Metadata struct {
		UID               string
		DeletionTimestamp string
		Finalizers        []string
		OwnerReferences   []struct{ Kind, Name string }
	}
	Spec struct {
		RevisionHistoryLimit int
		SyncPolicy           struct{ Automated *struct{ Prune bool } }
	}
}

func (a *application) owned(t *testing.T) owned {
	t.Helper()
	var found owned
	check(t, run.Kube.Get(t.Context(), a.ref(), &found))
	return found
}

// until looks until an Application is as wanted, and fails after a while.
func (a *application) until(t *testing.T, what string, wanted func(owned) bool) owned {
	t.Helper()
	for range 300 {
		if now := a.owned(t); wanted(now) {
			return now
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s is not %s: %+v", a.name, what, a.owned(t))
	return owned{}
}

// TestApplicationSet goes from Applications to an ApplicationSet and back, and takes an
// environment down: nothing is synced anew and nothing deleted but by hand.
func TestApplicationSet(t *testing.T) {
	text := spec(t, "application-set")
	tr := generate(t, strings.Replace(text, "applicationSet: true", "applicationSet: false", 1))
	type deploy struct{ sha, image string }
	deploys := map[*application]deploy{}
	for _, a := range tr.applications {
		commit, image := a.bump(t, "a1")
		deploys[a] = deploy{commit.SHA, image}
	}
	tr.install(t)
	before, first := map[*application]status{}, map[*application]owned{}
	for _, a := range tr.applications {
		before[a] = a.deployed(t, 2*time.Minute, deploys[a].sha, deploys[a].image)
		first[a] = a.owned(t)
	}
	withSet, _ := compiled(t, text)
	set := withSet.manifests[0]
	// Otherwise it would make anew what the end of the test deletes.
	t.Cleanup(func() {
		if err := run.Kube.Delete(context.Background(), set.Ref); err != nil && !errors.Is(err, kube.ErrNotFound) {
			t.Error(err)
		}
	})

	// It takes over what runs.
	apply(t, set)
	for _, a := range tr.applications {
		now := a.until(t, "taken over", func(o owned) bool { return len(o.Metadata.OwnerReferences) == 1 })
		if o := now.Metadata.OwnerReferences[0]; o.Kind != "ApplicationSet" || o.Name != set.Name || now.Metadata.UID != first[a].Metadata.UID || len(now.Metadata.Finalizers) != 0 {
			t.Errorf("%s was taken over as %+v", a.name, now.Metadata)
		}
		a.settled(t, before[a])
	}

	// An environment leaves the list. That the other elements changed shows that the
	// controller has looked.
	down, rest := tr.applications[0], tr.applications[1:]
	apply(t, changed(t, set, func(s map[string]any) {
		list := s["generators"].([]any)[0].(map[string]any)["list"].(map[string]any)
		list["elements"] = list["elements"].([]any)[1:]
		s["template"].(map[string]any)["spec"].(map[string]any)["revisionHistoryLimit"] = 9
	}))
	for _, a := range rest {
		a.until(t, "changed", func(o owned) bool { return o.Spec.RevisionHistoryLimit == 9 })
	}
	if o := down.owned(t); o.Metadata.UID != first[down].Metadata.UID || o.Spec.RevisionHistoryLimit == 9 {
		t.Errorf("without its element %s is %+v", down.name, o)
	}
	down.settled(t, before[down])

	// What is set by hand is undone.
	check(t, run.Kube.Merge(t.Context(), rest[0].ref(), "", map[string]any{"spec": map[string]any{"syncPolicy": map[string]any{"automated": nil}}}))
	rest[0].until(t, "automated again", func(o owned) bool { return o.Spec.SyncPolicy.Automated != nil })

	// Deleted by hand, as the README says.
	check(t, run.Kube.Merge(t.Context(), down.ref(), "", map[string]any{"metadata": map[string]any{"finalizers": []string{finalizer + "/foreground"}}}))
	check(t, run.Kube.Delete(t.Context(), down.ref()))
	gone(t, time.Minute, down.ref(), down.deploymentRef())

	// The ApplicationSet goes, and nothing with it.
	check(t, run.Kube.Delete(t.Context(), set.Ref))
	gone(t, time.Minute, set.Ref)
	for _, a := range rest {
		now := a.until(t, "released", func(o owned) bool { return len(o.Metadata.OwnerReferences) == 0 })
		if now.Metadata.UID != first[a].Metadata.UID {
			t.Errorf("%s was made anew", a.name)
		}
		a.settled(t, before[a])
	}

	// Deleted the other way round, it may take the Applications along, and not what they
	// deployed.
	apply(t, set)
	for _, a := range rest {
		a.until(t, "taken over again", func(o owned) bool { return len(o.Metadata.OwnerReferences) == 1 })
	}
	var deployed []string
	for _, a := range rest {
		deployed = append(deployed, a.deploymentUID(t))
	}
	check(t, run.Kube.DeleteOwned(t.Context(), set.Ref))
	gone(t, time.Minute, set.Ref)

	// And back: what runs is taken over by whatever Application is there.
	for _, o := range tr.manifests {
		i := slices.IndexFunc(rest, func(a *application) bool { return a.name == o.Name })
		if i < 0 {
			continue
		}
		apply(t, o)
		// With nothing to change there need be no sync.
		rest[i].wait(t, 2*time.Minute, "running as before", func(s status) bool {
			return s.Sync.Status == "Synced" && s.Health.Status == "Healthy" && rest[i].rolledOut(t, deploys[rest[i]].image)
		})
		if now := rest[i].owned(t).Metadata; len(now.Finalizers) != 1 || len(now.OwnerReferences) != 0 {
			t.Errorf("%s came back as %+v", o.Name, now)
		}
		if now := rest[i].deploymentUID(t); now != deployed[i] {
			t.Errorf("what %s deployed was made anew", o.Name)
		}
	}
}

func (a *application) deploymentUID(t *testing.T) string {
	t.Helper()
	var found struct{ Metadata struct{ UID string } }
	check(t, run.Kube.Get(t.Context(), a.deploymentRef(), &found))
	return found.Metadata.UID
}

// changed is a manifest with another spec.
func changed(t *testing.T, o kube.Object, change func(spec map[string]any)) kube.Object {
	t.Helper()
	var found map[string]any
	check(t, yaml.Unmarshal(o.YAML, &found))
	change(found["spec"].(map[string]any))
	text, err := yaml.Marshal(found)
	check(t, err)
	return kube.Object{Ref: o.Ref, YAML: text}
}
