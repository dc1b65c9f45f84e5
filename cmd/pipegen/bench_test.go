package main

import (
	"os"
	"testing"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/workspace"
	"github.com/pipegen/pipegen/schema"
)

// The stages of a run, one benchmark each, on the spec of the source document.

const benchSpec = "../../specs/fastapi-agent/pipeline.cue"

func benchSource(b *testing.B) []byte {
	b.Helper()
	src, err := os.ReadFile(benchSpec)
	if err != nil {
		b.Fatal(err)
	}
	return src
}

func benchSet(b *testing.B) *artifact.Set {
	b.Helper()
	l, found := schema.Load(benchSpec, benchSource(b))
	if found.Failed() {
		b.Fatal(found)
	}
	plan, found := generate.Compile(l.Spec, generate.Options{SpecFile: "pipeline.cue", Kinds: criteria.ForCompile()})
	if found.Failed() {
		b.Fatal(found)
	}
	set, err := generate.Render(plan)
	if err != nil {
		b.Fatal(err)
	}
	return set
}

func BenchmarkLoad(b *testing.B) {
	src := benchSource(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, found := schema.Load(benchSpec, src); found.Failed() {
			b.Fatal(found)
		}
	}
}

func BenchmarkCompileAndRender(b *testing.B) {
	l, found := schema.Load(benchSpec, benchSource(b))
	if found.Failed() {
		b.Fatal(found)
	}
	b.ReportAllocs()
	for b.Loop() {
		plan, _ := generate.Compile(l.Spec, generate.Options{SpecFile: "pipeline.cue", Kinds: criteria.ForCompile()})
		if _, err := generate.Render(plan); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompare(b *testing.B) {
	set := benchSet(b)
	roots := workspace.Roots{artifact.Code: b.TempDir(), artifact.GitOps: b.TempDir()}
	changes, err := workspace.Compare(set, roots)
	if err != nil {
		b.Fatal(err)
	}
	if err := workspace.Apply(changes, roots, false); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := workspace.Compare(set, roots); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	files := benchSet(b).Files()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := check.Run(files, func(f artifact.File) string { return f.Path }); err != nil {
			b.Fatal(err)
		}
	}
}
