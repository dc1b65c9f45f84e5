package check

import (
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
)

// TestRendererRemembers: kustomize runs again for an overlay when a file differs that it
// reads there, and only then.
func TestRendererRemembers(t *testing.T) {
	files := []artifact.File{
		{Root: artifact.GitOps, Path: "base/kustomization.yaml", Content: []byte("resources: [a.yaml]\n")},
		{Root: artifact.GitOps, Path: "base/a.yaml", Content: []byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")},
		{Root: artifact.GitOps, Path: "base/notes.yaml", Content: []byte("nobody reads it")},
		{Root: artifact.GitOps, Path: "overlays/x/kustomization.yaml", Content: []byte("resources: [../../base]\nnamespace: x\n")},
		{Root: artifact.GitOps, Path: "overlays/y/kustomization.yaml", Content: []byte("resources: [../../base]\nnamespace: y\n")},
		{Root: artifact.Code, Path: "base/a.yaml", Content: []byte("of the other repository")},
	}
	r := NewRenderer()
	for _, step := range []struct {
		path, old, new string
		x, y           int
	}{
		{"base/notes.yaml", "", "", 1, 1},
		{"base/notes.yaml", "nobody", "somebody", 1, 1},
		{"overlays/y/kustomization.yaml", "namespace: y", "namespace: z", 1, 2},
		{"overlays/y/kustomization.yaml", "namespace: z", "namespace: y", 1, 2},
		{"base/a.yaml", "name: a", "name: b", 2, 3},
		{"base/kustomization.yaml", "a.yaml", "notes.yaml", 3, 4},
		{"base/kustomization.yaml", "notes.yaml", "a.yaml", 3, 4},
	} {
		files = slices.Clone(files)
		for i, f := range files {
			if f.Path == step.path {
				files[i].Content = []byte(strings.Replace(string(f.Content), step.old, step.new, 1))
			}
		}
		render, whole := r.Overlays(files), NewRenderer().Overlays(files)
		for _, overlay := range []string{"overlays/x", "overlays/y"} {
			got, err := render(overlay)
			want, fresh := whole(overlay)
			if (err == nil) != (fresh == nil) || len(got) != len(want) {
				t.Fatalf("%+v: %s gives %d objects and %v, want %d and %v", step, overlay, len(got), err, len(want), fresh)
			}
			if err == nil && got[0].Content[5].Content[1].Value != want[0].Content[5].Content[1].Value {
				t.Errorf("%+v: %s gives what was there before", step, overlay)
			}
		}
		if x, y := len(r.rendered["overlays/x"]), len(r.rendered["overlays/y"]); x != step.x || y != step.y {
			t.Errorf("%+v: rendered %d and %d times, want %d and %d", step, x, y, step.x, step.y)
		}
	}
}

// TestRendererForgets: what is remembered of an overlay is bounded.
func TestRendererForgets(t *testing.T) {
	r := NewRenderer()
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		_, err := r.Overlays([]artifact.File{{Root: artifact.GitOps, Path: "x/kustomization.yaml", Content: []byte("configMapGenerator: [{name: " + name + "}]\n")}})("x")
		if err != nil {
			t.Fatal(err)
		}
	}
	if n := len(r.rendered["x"]); n != maxKept {
		t.Errorf("%d renderings are kept, want %d", n, maxKept)
	}
}
