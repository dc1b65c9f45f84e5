package pipeline_test

import (
	"fmt"
	"strings"
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

// TestDecrypted: an overlay whose generators do nothing but have KSOPS decrypt files of the tree is rendered with those, and
// one that may start anything else is not.
func TestDecrypted(t *testing.T) {
	const ksops = "apiVersion: viaduct.ai/v1\nkind: ksops\nmetadata: {name: any}\n"
	const run = "metadata: {name: any, annotations: {config.kubernetes.io/function: 'exec: {path: %s}'}}\n"
	for file, want := range map[string]bool{
		ksops + "files: [./a.enc.yaml]\n": true,
		strings.Replace(ksops, "metadata: {name: any}\n", fmt.Sprintf(run, "ksops"), 1) + "files: [a.enc.yaml]\n":                                                                 true,
		strings.Replace(ksops, "metadata: {name: any}\n", fmt.Sprintf(run, "../bin/ksops"), 1) + "files: [a.enc.yaml]\n":                                                          true,
		strings.Replace(ksops, "metadata: {name: any}\n", fmt.Sprintf(run, "./program"), 1) + "files: [a.enc.yaml]\n":                                                             false,
		strings.Replace(ksops, "metadata: {name: any}\n", "metadata: {annotations: {config.kubernetes.io/function: 'container: {image: ksops}'}}\n", 1) + "files: [a.enc.yaml]\n": false,
		ksops + "files: [b.enc.yaml]\n":                                                  false,
		ksops + "files: [https://example.org/a.enc.yaml]\n":                              false,
		ksops + "files: [a.enc.yaml]\nsecretFrom: [{files: [a.txt]}]\n":                  false,
		ksops + "files: [a.enc.yaml]\n---\nkind: Program\n":                              false,
		strings.Replace(ksops, "viaduct.ai", "example.org", 1) + "files: [a.enc.yaml]\n": false,
		ksops:  false,
		"a: [": false,
	} {
		parts := 0
		m := pipeline.Of([]*pipeline.File{
			pipeline.Parse(artifact.File{Root: artifact.GitOps, Path: "app/kustomization.yaml", Content: []byte("generators: [./decrypt.yaml]\n")}, "k"),
			pipeline.Parse(artifact.File{Root: artifact.GitOps, Path: "app/decrypt.yaml", Content: []byte(file)}, "d"),
			pipeline.Parse(artifact.File{Root: artifact.GitOps, Path: "app/a.enc.yaml", Content: []byte("kind: Secret\nmetadata: {name: a}\nsops: {}\n")}, "a"),
		}, func(files []artifact.File) func(string) ([]pipeline.Rendered, error) {
			parts = len(files)
			return func(string) ([]pipeline.Rendered, error) { return nil, nil }
		})
		if got := parts == 3; got != want || (m.Targets[0].Fault == "") != want {
			t.Errorf("%q: rendered from %d files, %q", file, parts, m.Targets[0].Fault)
		}
	}
}
