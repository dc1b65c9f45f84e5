// Package build is the one way from a spec to what it gives, for every verb: schema, compiler and output, in
// memory. It reads and writes no disk.
package build

import (
	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// Result is a spec with all that it gives.
type Result struct {
	// Loaded holds the spec and the place of each of its fields; nil where the spec came as a value and no text says it.
	Loaded *schema.Loaded
	Plan   plan.Plan
	// Set is the whole output: with the author's patches, the unmanaged files, and the manifests.
	Set *artifact.Set
}

// Text builds a spec from its text. The list has everything that is wrong with the spec, each at its line in the file.
// If one of these is an error, there is no result. The error that it returns is a bug in the compiler.
func Text(file string, text []byte, o generate.Options) (*Result, diag.List, error) {
	loaded, found := schema.Load(file, text)
	return Loaded(loaded, found, o)
}

// Loaded builds a spec that was read already, with what was found as it was read.
func Loaded(loaded *schema.Loaded, found diag.List, o generate.Options) (*Result, diag.List, error) {
	if found.Failed() {
		return nil, found, nil
	}
	r, more, err := Spec(loaded.Spec, o)
	if err != nil {
		return nil, nil, err
	}
	found = append(found, loaded.Place(append(criteria.Statements(loaded.Spec), more...))...)
	if found.Failed() {
		return nil, found, nil
	}
	r.Loaded = loaded
	return r, found, nil
}

// Spec builds a spec that the schema has accepted. What it finds names fields, and no lines.
func Spec(s schema.Spec, o generate.Options) (*Result, diag.List, error) {
	o.Kinds = criteria.ForCompile()
	p, found := generate.Compile(s, o)
	if found.Failed() {
		return nil, found, nil
	}
	set, more, err := generate.Output(p)
	if err != nil {
		return nil, nil, err
	}
	if found = append(found, more...); found.Failed() {
		return nil, found, nil
	}
	return &Result{Plan: p, Set: set}, found, nil
}
