// Package judge holds a draft against what pipegen would say to it as a spec.
package judge

import (
	"slices"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/facts"
	"github.com/pipegen/pipegen/internal/prove"
	"github.com/pipegen/pipegen/schema"
)

// specFile is the name of the spec wherever one has to be given.
const specFile = "pipeline.cue"

// Compile says all that keeps a spec from being compiled.
func Compile(text []byte) (diag.List, error) {
	_, found := compiled(text)
	return found, nil
}

// Check says all that 'pipegen check' would hold against a spec and its output, each
// at a line of the spec. The error means that a check could not run.
func Check(text []byte) (diag.List, error) {
	c, found := compiled(text)
	if len(found) > 0 {
		return found, nil
	}
	name := func(f artifact.File) string { return f.Path }
	files := c.set.Files()
	renderer := check.NewRenderer()
	proof, err := prove.Read(prove.Input{Files: files, Facts: facts.Of(c.plan), Render: renderer.Overlays, Place: name})
	if err != nil {
		return nil, err
	}
	result, err := renderer.Check(files, proof.Deployed(), name)
	if err != nil {
		return nil, err
	}
	if found = c.loaded.Place(result.Findings); !found.Failed() {
		found = append(found, c.loaded.Place(proof.Run())...)
	}
	return errorsOf(found), nil
}

// compilation is a spec that compiles, with what it gives.
type compilation struct {
	loaded *schema.Loaded
	plan   generate.Plan
	set    *artifact.Set
}

// compiled is what a spec gives, or all the errors in it.
func compiled(text []byte) (compilation, diag.List) {
	loaded, found := schema.Load(specFile, text)
	c := compilation{loaded: loaded}
	if found.Failed() {
		return c, errorsOf(found)
	}
	plan, more := generate.Compile(loaded.Spec, generate.Options{SpecFile: specFile})
	if found = append(found, loaded.Place(more)...); found.Failed() {
		return c, errorsOf(found)
	}
	set, err := generate.Render(plan)
	if err != nil {
		found = append(found, diag.Diagnostic{Code: diag.Internal, Message: err.Error()})
	}
	c.plan, c.set = plan, set
	return c, errorsOf(found)
}

func errorsOf(found diag.List) diag.List {
	return slices.DeleteFunc(found, func(d diag.Diagnostic) bool { return d.Severity != diag.Error })
}
