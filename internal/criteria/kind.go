// Package criteria holds all that pipegen does about each kind of criterion, a file a kind: the parts of the output on
// which it rests, how a delivery is judged by it, and what a change of it means.
package criteria

import (
	"slices"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/rules"
)

// Kind is everything about one kind of criterion.
type Kind struct {
	// Kind is what the compiler needs of it.
	plan.Kind
	// Support are the parts of the output on which it rests.
	Support []Part
	// Proof reports where the output, as GitHub, kustomize and Argo CD read it, does not keep a criterion.
	Proof func(plan.Criterion, *rules.Case)
	// Promised says in words what is promised.
	Promised func(plan.Criterion) string
	// Judge holds a delivery against it, or JudgeEach each environment of one.
	Judge     func(plan.Criterion, Delivery) Outcome
	JudgeEach func(plan.Criterion, Delivery, Environment) Outcome
	// Loosened are the ways in which a change makes it promise less.
	Loosened []Loosening
	// Lacks gives the reason for each facet that is left out.
	Lacks Reasons
}

// Reasons say why a kind lacks a facet, by the facet's name.
type Reasons map[string]string

// Loosening is a way in which a change of a criterion makes it promise less.
type Loosening struct {
	// Code names it, and Why says in a sentence why it matters. Kinds may share one.
	Code, Why string
	// Says what the later of two criteria of a kind promises less, after "The criterion NAME"; "" where it does not.
	Says func(before, after plan.Criterion) string
}

// Of is the kind of that name.
func Of(name string) Kind {
	return kinds[slices.IndexFunc(kinds, func(k Kind) bool { return k.Name == name })]
}

// Kinds are all of them, in the order of the schema.
func Kinds() []Kind { return slices.Clone(kinds) }

// ForCompile is the table as the compiler takes it.
func ForCompile() []plan.Kind {
	out := make([]plan.Kind, len(kinds))
	for i, k := range kinds {
		out[i] = k.Kind
	}
	return out
}
