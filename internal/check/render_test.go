package check

import (
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"

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

// TestOverlaysAreRenderedOnce: what check has rendered serves the proofs as well, and is
// rendered a second time only where the next deploy changes more than a tag and a digest.
func TestOverlaysAreRenderedOnce(t *testing.T) {
	tree := func(live string) []artifact.File {
		return []artifact.File{
			{Root: artifact.GitOps, Path: "base/kustomization.yaml", Content: []byte("resources: [a.yaml]\n")},
			{Root: artifact.GitOps, Path: "base/a.yaml", Content: []byte("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: app}]}\n")},
			{Root: artifact.GitOps, Path: "overlays/x/kustomization.yaml", Content: []byte("resources: [../../base]\ncomponents: [live]\n")},
			{Root: artifact.GitOps, Path: "overlays/x/live/kustomization.yaml", Content: []byte("apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n" + live), Owner: artifact.Live},
		}
	}
	const next = "images:\n- name: app\n  newName: example/app\n  newTag: main-0000000\n  digest: sha256:01\n"
	for live, want := range map[string]struct{ renders, findings int }{
		next: {1, 0},
		"images: [{digest: 'sha256:02', name: app, newName: example/app, newTag: main-1111111}]\n": {1, 0},
		"images: [{name: app, newName: example/app}]\n":                                            {1, 0},
		"images: [{name: app, newName: example/other, newTag: main-1111111}]\n":                    {2, 0},
		"images: [{name: app, newName: example/app, newTag: [1]}]\n":                               {2, 1},
		"images: [{name: app, newName: example/app, newTag: 1}]\n":                                 {2, 1},
		"images: [\n":                         {2, 1},
		next + "namePrefix: b-\n":             {2, 0},
		"resources: [../../nowhere]\n" + next: {0, 1},
	} {
		r := NewRenderer()
		result, err := r.Check(tree(live), tree(next), func(f artifact.File) string { return f.Path })
		if err != nil {
			t.Fatal(err)
		}
		if want.renders > 0 {
			if _, err := r.Overlays(tree(next))("overlays/x"); err != nil {
				t.Fatal(err)
			}
		}
		if got := len(r.rendered["overlays/x"]); got != want.renders || len(result.Findings) != want.findings {
			t.Errorf("%q: rendered %d times with the findings %v, want %d and %d", live, got, result.Findings, want.renders, want.findings)
		}
	}
}

// TestDecryptedFilesAreRead: what KSOPS would decrypt is rendered as it is in the file, a change of it is noticed, and what
// else is in the kustomization counts for it.
func TestDecryptedFilesAreRead(t *testing.T) {
	const value = "ENC[AES256_GCM,data:QQ==,iv:QQ==,tag:QQ==,type:str]"
	files := []artifact.File{
		{Root: artifact.GitOps, Path: "overlays/x/kustomization.yaml", Content: []byte("namespace: x\nnamePrefix: the-\ngenerators: [decrypt.yaml]\n")},
		{Root: artifact.GitOps, Path: "overlays/x/decrypt.yaml", Content: []byte("apiVersion: viaduct.ai/v1\nkind: ksops\nmetadata: {name: any}\nfiles: [./a.enc.yaml]\n")},
		{Root: artifact.GitOps, Path: "overlays/x/a.enc.yaml", Content: []byte("apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\ndata:\n  key: " + value + "\nsops:\n  mac: " + value + "\n")},
	}
	r := NewRenderer()
	for _, name := range []string{"a", "b"} {
		files[2].Content = []byte(strings.Replace(string(files[2].Content), "name: a\n", "name: "+name+"\n", 1))
		objects, err := r.Overlays(slices.Clone(files))("overlays/x")
		if err != nil || len(objects) != 1 {
			t.Fatalf("%d objects: %v", len(objects), err)
		}
		text, err := yaml.String(objects[0])
		if err != nil || !strings.Contains(text, "name: the-"+name+"\n") || !strings.Contains(text, "namespace: x\n") || !strings.Contains(text, "key: "+value) || strings.Contains(text, "sops") {
			t.Error(text)
		}
	}
	for old, new := range map[string]string{"kind: ksops": "kind: program", "./a.enc.yaml": "./b.enc.yaml", "./a.enc.yaml]": "./a.enc.yaml]\nsecretFrom: [{files: [x]}]"} {
		changed := slices.Clone(files)
		changed[1].Content = []byte(strings.Replace(string(files[1].Content), old, new, 1))
		if _, err := r.Overlays(changed)("overlays/x"); err == nil {
			t.Errorf("a generator with %s is rendered", new)
		}
	}
}

// TestKustomizePanics: a name at which kustomize panics is a fault of the overlay, and not the end of the program.
func TestKustomizePanics(t *testing.T) {
	if _, err := Render([]artifact.File{
		{Root: artifact.GitOps, Path: "overlays/x/kustomization.yaml", Content: []byte("resources: [a.yaml]\nnamePrefix: the-\n")},
		{Root: artifact.GitOps, Path: "overlays/x/a.yaml", Content: []byte("apiVersion: v1\nkind: 'A,B'\nmetadata: {name: a}\n")},
	}, "overlays/x"); err == nil {
		t.Error("it is rendered")
	}
}
