// Package diag holds diagnostics about a spec or its output as values. It prints nothing: package report does.
package diag

import (
	"cmp"
	"slices"
)

// Severity says whether a diagnostic fails the run.
type Severity int

const (
	// Error fails the run: exit code 1.
	Error Severity = iota
	// Warning is shown and does not fail the run.
	Warning
)

func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// MarshalText makes a severity the same word in reports for programs.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Position is a position in a text file. Line and Column count from 1, columns in bytes; 0 means that the line or
// column is not known.
type Position struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// Known reports whether the position names a line.
func (p Position) Known() bool { return p.Line > 0 }

// Note is a secondary position: the generated line that a diagnostic comes from, or the other half of a contradiction.
type Note struct {
	// Path is the path in the spec that package schema turns into Pos; "" where Pos is known.
	Path    string   `json:"-"`
	Pos     Position `json:"place"`
	Message string   `json:"message"`
}

// Diagnostic is one mistake, reported once.
type Diagnostic struct {
	Code Code `json:"code"`
	// Rule is the id of the rule behind the diagnostic, such as T22, or "".
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	// Path is the path in the spec as its author would write it, such as deploy.replicas. Rules give the path; package
	// schema turns it into Pos.
	Path string   `json:"path"`
	Pos  Position `json:"place"`
	// Offset is the line, from 1, inside a text of several lines at Path; 0 is the field itself.
	Offset int `json:"-"`
	// Message says what is wrong with the value, then what is allowed.
	Message string `json:"message"`
	// Help says what to type instead. It may be empty.
	Help  string `json:"help"`
	Notes []Note `json:"notes"`
}

// List is a set of diagnostics.
type List []Diagnostic

// Failed reports whether any diagnostic is an error.
func (l List) Failed() bool {
	return slices.ContainsFunc(l, func(d Diagnostic) bool { return d.Severity == Error })
}

// Sorted returns the diagnostics by file, line, column, code and message, each once.
func (l List) Sorted() List {
	out := slices.Clone(l)
	slices.SortStableFunc(out, compare)
	return slices.CompactFunc(out, func(a, b Diagnostic) bool { return compare(a, b) == 0 })
}

func compare(a, b Diagnostic) int {
	return cmp.Or(
		cmp.Compare(a.Pos.File, b.Pos.File),
		cmp.Compare(a.Pos.Line, b.Pos.Line),
		cmp.Compare(a.Pos.Column, b.Pos.Column),
		cmp.Compare(a.Code, b.Code),
		cmp.Compare(a.Path, b.Path),
		cmp.Compare(a.Message, b.Message),
	)
}
