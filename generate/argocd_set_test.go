package generate_test

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/schema"
)

// manifests are the documents in those folders of argocd that hold Applications, by their paths there, and the files from
// which an ApplicationSet makes some.
func manifests(t *testing.T, s schema.Spec, asSet schema.SetFrom) (map[string]*yaml.Node, []*pipeline.File) {
	t.Helper()
	s.ArgoCD.ApplicationSet, s.ArgoCD.AppOfApps = asSet, false // what a root brings has annotations of its own
	plan, found := generate.Compile(s, generate.Options{SpecFile: "pipeline.cue", Kinds: criteria.ForCompile()})
	if found = avoidable(found); len(found) > 0 {
		t.Fatal(found)
	}
	set, err := generate.Render(plan)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*yaml.Node{}
	var elements []*pipeline.File
	for _, f := range set.Files() {
		folder := path.Base(path.Dir(f.Path))
		if path.Base(path.Dir(path.Dir(f.Path))) == "environments" {
			elements = append(elements, pipeline.Parse(f, f.Path))
		}
		if f.Root != artifact.GitOps || folder != "applications" && folder != "applicationsets" {
			continue
		}
		var doc yaml.Node
		if err := yaml.Unmarshal(f.Content, &doc); err != nil {
			t.Fatal(err)
		}
		_, below, _ := strings.Cut("/"+f.Path, "/argocd/")
		out[below] = doc.Content[0]
	}
	return out, elements
}

// TestApplicationSet expands the ApplicationSet of every spec: it makes the same Applications that the spec gives
// without one, so that running ones are taken over unchanged. They have no finalizer: one in the template would
// override preserveResourcesOnDeletion.
func TestApplicationSet(t *testing.T) {
	for _, name := range specNames(t) {
		t.Run(name, func(t *testing.T) {
			loaded, found := schema.Load("pipeline.cue", readSpec(t, name))
			if len(found) > 0 {
				t.Fatal(found)
			}
			withoutFleets(&loaded.Spec)
			for i := range loaded.Spec.Environments {
				e := &loaded.Spec.Environments[i].Value
				e.Notify, e.Project = nil, nil // they may not differ there
				for n := range e.Clusters {
					e.Clusters[n].Value.Differences = nil // what one watches, all do there
				}
			}
			want := map[string]map[string]any{}
			previews := "applicationsets/" + loaded.Spec.Name + "-previews.yaml"
			alone, _ := manifests(t, loaded.Spec, "")
			for file, doc := range alone {
				if strings.HasSuffix(file, previews) {
					continue
				}
				app := decoded(t, doc)
				finalizers := app["metadata"].(map[string]any)["finalizers"]
				if diff := cmp.Diff(finalizers, []any{"resources-finalizer.argocd.argoproj.io/foreground"}); diff != "" {
					t.Error(diff)
				}
				delete(app["metadata"].(map[string]any), "finalizers")
				want[file] = app
			}
			places := 0
			for _, e := range loaded.Spec.Environments {
				places += max(1, len(e.Value.Clusters))
			}
			if len(want) != places {
				t.Errorf("%d Applications for environments in %d places", len(want), places)
			}
			for _, from := range []schema.SetFrom{schema.SetFromList, schema.SetFromFiles} {
				got := map[string]map[string]any{}
				sets, elements := manifests(t, loaded.Spec, from)
				for file, set := range sets {
					in, ok := strings.CutSuffix(file, "applicationsets/"+loaded.Spec.Name+".yaml")
					if strings.HasSuffix(file, previews) {
						continue
					}
					apps, faults := pipeline.Expand(set, true, true, elements...)
					if len(faults) > 0 || !ok {
						t.Fatal(file, faults)
					}
					for _, a := range apps {
						app := decoded(t, a.Object)
						got[in+"applications/"+app["metadata"].(map[string]any)["name"].(string)+".yaml"] = app
					}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("the ApplicationSet of a %s makes others (-without +with):\n%s", from, diff)
				}
			}
		})
	}
}

// withoutFleets takes out of a spec what has an ApplicationSet of its own in any case.
func withoutFleets(s *schema.Spec) {
	var found []string
	s.Clusters = slices.DeleteFunc(s.Clusters, func(c schema.Named[schema.Cluster]) bool {
		if c.Value.Labels != nil {
			found = append(found, c.ID)
		}
		return c.Value.Labels != nil
	})
	s.Environments = slices.DeleteFunc(s.Environments, func(e schema.Named[schema.Environment]) bool { return slices.Contains(found, e.Value.Cluster) })
}

func decoded(t *testing.T, n *yaml.Node) map[string]any {
	t.Helper()
	var out map[string]any
	if err := n.Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}
