package cluster

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
)

// finalizer makes Argo CD delete what an Application deployed, and release the
// Applications of an ApplicationSet.
const finalizer = "resources-finalizer.argocd.argoproj.io"

// install applies the AppProjects and the Applications, as the README says, and takes
// them away at the end of the test.
func (tr *tree) install(t *testing.T) {
	t.Helper()
	t.Cleanup(func() { tr.remove(t) })
	for _, project := range tr.projects {
		apply(t, withoutWindow(t, project))
	}
	applied := tr.roots
	if len(applied) == 0 {
		applied = tr.manifests
	}
	for _, o := range applied {
		apply(t, o)
	}
	for _, a := range tr.applications {
		a.made(t)
	}
}

// made waits until an ApplicationSet has made the Application; without one it is there. Where the controller does not know
// the project yet, it asks again after three minutes.
func (a *application) made(t *testing.T) {
	t.Helper()
	for start := time.Now(); errors.Is(argoIn(t, a.in).Kube.Get(t.Context(), a.ref(), nil), kube.ErrNotFound); time.Sleep(100 * time.Millisecond) {
		if time.Since(start) > 4*time.Minute {
			t.Fatalf("nobody makes %s", a.name)
		}
	}
}

// apply allows no warning except the one that the README mentions.
func apply(t *testing.T, o kube.Object) {
	t.Helper()
	warnings, err := argoIn(t, o.Namespace).Kube.Apply(t.Context(), o)
	check(t, err)
	if o.Kind == "ApplicationSet" && len(warnings) == 1 && strings.Contains(warnings[0], "prefer a domain-qualified finalizer name") {
		return
	}
	if len(warnings) != 0 {
		t.Errorf("the API server warns about %s: %q", o.Ref, warnings)
	}
}

// withoutWindow is a project with its sync windows three days off: so that the
// tests do not depend on the day.
func withoutWindow(t *testing.T, of kube.Object) kube.Object {
	t.Helper()
	var project map[string]any
	check(t, yaml.Unmarshal(of.YAML, &project))
	windows, _ := project["spec"].(map[string]any)["syncWindows"].([]any)
	if len(windows) == 0 {
		return of
	}
	for _, w := range windows {
		w.(map[string]any)["schedule"] = fmt.Sprintf("0 0 * * %d", (time.Now().UTC().Weekday()+3)%7)
		w.(map[string]any)["duration"] = "1h"
	}
	text, err := yaml.Marshal(project)
	check(t, err)
	return kube.Object{Ref: of.Ref, YAML: text}
}

// remove deletes the Applications, waits until what they deployed is gone, and
// deletes the projects.
func (tr *tree) remove(t *testing.T) {
	// The test's own context has ended by now.
	ctx := context.Background()
	refs := []kube.Ref{}
	for _, root := range tr.roots {
		refs = append(refs, root.Ref)
	}
	for _, o := range tr.manifests {
		refs = append(refs, o.Ref)
		if o.Kind == "ApplicationSet" {
			for _, a := range tr.applications {
				refs = append(refs, a.ref())
			}
		}
	}
	for _, project := range tr.projects {
		refs = append(refs, project.Ref)
	}
	for _, ref := range refs {
		argo := argoIn(t, ref.Namespace).Kube
		if ref.Kind == "Application" && !errors.Is(argo.Get(ctx, ref, nil), kube.ErrNotFound) {
			// As the README of an ApplicationSet says; without one it has this finalizer already.
			if err := argo.Merge(ctx, ref, "", map[string]any{"metadata": map[string]any{"finalizers": []string{finalizer + "/foreground"}}}); err != nil {
				t.Error(err)
			}
		}
		if err := argo.Delete(ctx, ref); errors.Is(err, kube.ErrNotFound) {
			continue
		} else if err != nil {
			t.Error(err)
		}
		for start := time.Now(); ; time.Sleep(100 * time.Millisecond) {
			if err := argo.Get(ctx, ref, nil); errors.Is(err, kube.ErrNotFound) {
				break
			}
			if time.Since(start) > time.Minute {
				t.Errorf("%s is still there after a minute", ref)
				return
			}
		}
	}
	for _, a := range tr.applications {
		ref := a.deploymentRef()
		if len(a.rollouts) > 0 {
			ref = a.rolloutRef(a.rollouts[0])
		}
		if err := a.cluster.Get(ctx, ref, nil); !errors.Is(err, kube.ErrNotFound) {
			t.Errorf("%s outlives its Application: %v", ref, err)
		}
	}
}
