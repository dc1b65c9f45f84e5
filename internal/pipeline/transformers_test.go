package pipeline_test

import (
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// TestTransformers: an overlay with transformers of kustomize's own is rendered, with their files, and one with any other
// transformer is not.
func TestTransformers(t *testing.T) {
	for file, want := range map[string]bool{
		"apiVersion: builtin\nkind: LabelTransformer\n":                                          true,
		"apiVersion: builtin\nkind: LabelTransformer\n---\napiVersion: builtin\nkind: Program\n": false,
		"apiVersion: builtin\nkind: PatchTransformer\npath: /etc/passwd\n":                       false,
		"apiVersion: example.org/v1\nkind: LabelTransformer\n":                                   false,
		"apiVersion: [\n": false,
		"":                false,
	} {
		parts := 0
		m := pipeline.Of([]*pipeline.File{
			pipeline.Parse(artifact.File{Root: artifact.GitOps, Path: "app/kustomization.yaml", Content: []byte("transformers: [own.yaml]\n")}, "k"),
			pipeline.Parse(artifact.File{Root: artifact.GitOps, Path: "app/own.yaml", Content: []byte(file)}, "o"),
		}, func(files []artifact.File) func(string) ([]pipeline.Rendered, error) {
			parts = len(files)
			return func(string) ([]pipeline.Rendered, error) { return nil, nil }
		})
		if got := parts == 2; got != want || (m.Targets[0].Fault == "") != want {
			t.Errorf("%q: rendered from %d files, %q", file, parts, m.Targets[0].Fault)
		}
	}
}
