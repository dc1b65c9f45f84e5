// Package judge holds a spec against the compiler, and its output against the linters and the rules.
//
// It also holds what an author has changed against what the criteria rest on: the output with patches, files of the
// author's own and files that are left to hand, against the output of the same spec without them. A change is harmless by
// a short list, proven anew by the criterion's own arithmetic, or it takes the criterion out of pipegen's hands, and the
// author must answer for it.
package judge

import (
	"slices"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/build"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
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
func Check(text []byte) (diag.List, error) { return With(text, nil) }

// With is Check with files of the author's own, at the places that the plan gives them.
func With(text []byte, own func(plan.Plan) []artifact.File) (diag.List, error) {
	built, found, err := build.Text(specFile, text, generate.Options{SpecFile: specFile})
	if built == nil || err != nil {
		return errorsOf(found), err
	}
	name := func(f artifact.File) string { return f.Path }
	// Only pipegen reads the manifests.
	files := slices.DeleteFunc(built.Set.Files(), func(f artifact.File) bool { return f.Owner == artifact.Record })
	if own != nil {
		files = artifact.Over(files, own(built.Plan))
	} else {
		files = append(files, generate.Unseen(built.Plan)...)
	}
	renderer, facts := check.NewRenderer(), Facts(built.Plan)
	facts.Unseen = own == nil && len(built.Plan.OwnFolders()) > 0 || built.Plan.HasCharts()
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
		if own != nil {
			more, err := supported(built, proof, renderer, facts)
			if err != nil {
				return nil, err
			}
			found = append(found, built.Loaded.Place(more)...)
		}
	}
	return errorsOf(found), nil
}

// supported is what the author's own files take out of pipegen's hands, and what the spec accepts and nothing needs.
func supported(built *build.Result, proof *rules.Case, renderer *check.Renderer, facts rules.Facts) (diag.List, error) {
	p := built.Plan
	found := Acceptable(p)
	var byHand map[string]bool
	if p.Changed() {
		set, bad, err := generate.Output(p.Unchanged())
		if err != nil || bad.Failed() {
			return bad, err
		}
		files := slices.DeleteFunc(set.Files(), func(f artifact.File) bool { return f.Owner == artifact.Record })
		reference, err := rules.Read(rules.Input{Files: files, Facts: facts, Render: renderer.Overlays, Place: func(f artifact.File) string { return f.Path }})
		if err != nil {
			return nil, err
		}
		reference.RenderWith(reference.Deployed(), renderer.Overlays)
		var lost []Loss
		lost, byHand = Losses(Input{Plan: p, Reference: reference.Model, Output: proof.Model, Locate: built.Loaded.Locate})
		for _, f := range lost {
			found = append(found, f.Diagnostic)
		}
	}
	return append(found, Unneeded(p, func(a plan.Accepted) bool { return proof.Needed(a.Path) }, byHand)...), nil
}

func errorsOf(found diag.List) diag.List {
	return slices.DeleteFunc(found, func(d diag.Diagnostic) bool { return d.Severity != diag.Error })
}
