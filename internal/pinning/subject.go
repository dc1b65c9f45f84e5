// Package pinning compares the pins of a spec with its repositories: it reads the lock, finds what a bot has bumped in
// compared files, takes bumps into the lock, and verifies pins, on request at the repositories of the actions
// themselves.
package pinning

import (
	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/workspace"
)

// Subject is what pinning needs to know about a compiled spec.
type Subject struct {
	Plan  plan.Plan
	Set   *artifact.Set
	Roots workspace.Roots
	Lock  LockFile
	// Locate says where in the author's file a path of the spec lies.
	Locate func(path string) diag.Position
	// Command is the command line for another verb on the same spec.
	Command func(verb string) string
}

// known is what table and lock say about actions.
func (s Subject) known() pins.Known {
	return pins.Known{}.Add(generate.Pinned()).Add(s.Lock.Pins())
}

func diagnostic(file string, line int, f pins.Fault) diag.Diagnostic {
	return diag.Diagnostic{Code: diag.Pins, Rule: f.Rule, Pos: diag.Position{File: file, Line: line}, Message: f.Message, Help: f.Help}
}
