// Package judge holds a spec against the compiler, and its output against the linters and the rules.
package judge

import (
	"slices"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/build"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/rules"
)

// specFile is the name of the spec in diagnostics and headers.
const specFile = "pipeline.cue"

// Compile returns everything that keeps a spec from being compiled.
func Compile(text []byte) (diag.List, error) {
	_, found, err := build.Text(specFile, text, generate.Options{SpecFile: specFile})
	return errorsOf(found), err
}

// Check returns everything that 'pipegen check' would report about a spec and its
// output, each at a line of the spec. The error means that a check could not run.
func Check(text []byte) (diag.List, error) {
	built, found, err := build.Text(specFile, text, generate.Options{SpecFile: specFile})
	if built == nil || err != nil {
		return errorsOf(found), err
	}
	name := func(f artifact.File) string { return f.Path }
	// Only pipegen reads the manifests.
	files := slices.DeleteFunc(built.Set.Files(), func(f artifact.File) bool { return f.Owner == artifact.Record })
	files = append(files, generate.Unseen(built.Plan)...)
	renderer, facts := check.NewRenderer(), Facts(built.Plan)
	facts.Unseen = len(built.Plan.OwnFolders()) > 0
	proof, err := rules.Read(rules.Input{Files: files, Facts: facts, Render: renderer.Overlays, Place: name})
	if err != nil {
		return nil, err
	}
	result, err := renderer.Check(files, proof.Rendered(), name)
	if err != nil {
		return nil, err
	}
	if found = built.Loaded.Place(result.Findings); !found.Failed() {
		found = append(found, built.Loaded.Place(proof.Prove())...)
	}
	return errorsOf(found), nil
}

func errorsOf(found diag.List) diag.List {
	return slices.DeleteFunc(found, func(d diag.Diagnostic) bool { return d.Severity != diag.Error })
}
