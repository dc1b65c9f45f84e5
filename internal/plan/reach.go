package plan

import (
	"slices"
	"strings"
)

// Reach is what the criteria of a kind can be for, and where.
type Reach struct {
	// Of is what the field of names, and Whole says why there is no such field.
	Of    Subject
	Whole string
	// Everywhere says why there is no field in, "" where it names environments.
	Everywhere string
	// Fits reports whether a workload can be named, and Who says which can.
	Fits func(Workload) bool
	Who  string
}

// Subject is what criteria of a kind are for.
type Subject int

const (
	// OfAll: the pipeline as a whole.
	OfAll Subject = iota
	// OfImages: each image.
	OfImages
	// OfTests: the tests of each image, which are those of the whole source where it has none of its own.
	OfTests
	// OfWorkloads: each workload that fits.
	OfWorkloads
)

// Noun is the word for one of them.
func (s Subject) Noun() string {
	if s == OfWorkloads {
		return "workload"
	}
	return "image"
}

// And lists words in a sentence.
func And(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// Cell is one thing that a criterion is for, in one environment; either is "" where the kind does not tell them apart.
type Cell struct{ Of, In string }

func (c Cell) String() string {
	if c.In == "" {
		return c.Of
	}
	return strings.TrimSpace(c.Of + " in " + c.In)
}

// Cells are all that a criterion is for. A workload is in those environments alone in which it runs.
func (c Criterion) Cells(workloads []Workload) []Cell {
	either := func(list []string) []string {
		if list == nil {
			return []string{""}
		}
		return list
	}
	var out []Cell
	for _, of := range either(c.Of) {
		for _, in := range either(c.In) {
			elsewhere := func(w Workload) bool { return w.Name == of && in != "" && !w.RunsIn(in) }
			if c.Subject != OfWorkloads || !slices.ContainsFunc(workloads, elsewhere) {
				out = append(out, Cell{of, in})
			}
		}
	}
	return out
}
