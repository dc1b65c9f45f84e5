// Package verdict holds the facts of the live systems against what a plan promises.
// It asks nobody: the same plan and the same facts always give the same verdict.
package verdict

import (
	"slices"
	"time"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/live"
)

// Status is how a promise stands.
type Status string

const (
	// Kept: it was measured, and holds.
	Kept Status = "kept"
	// Broken: it was measured, and does not hold.
	Broken Status = "broken"
	// Unmeasured: nothing can be said, for the reason given.
	Unmeasured Status = "unmeasured"
	// Manual: a person confirms it.
	Manual Status = "manual"
)

// Evidence is where a measurement comes from.
type Evidence struct {
	What string `json:"what"`
	// URL, Revision and At may be empty.
	URL      string    `json:"url"`
	Revision string    `json:"revision"`
	At       time.Time `json:"at"`
}

// Result is a promise, or a link of the chain from the run to the pods, with what was
// measured.
type Result struct {
	// ID is the criterion's, or the name of the link.
	ID   string `json:"id"`
	Kind string `json:"kind"`
	// Environment is "" for what concerns all of them.
	Environment string `json:"environment"`
	Statement   string `json:"statement"`
	Status      Status `json:"status"`
	// Pending is set when an unmeasured result may be decided by waiting.
	Pending bool `json:"pending"`
	// Promised and Measured are in words. Measured says why not where nothing was.
	Promised string     `json:"promised"`
	Measured string     `json:"measured"`
	Evidence []Evidence `json:"evidence"`
}

// Verdict is how a delivery stands.
type Verdict struct {
	// Pipeline is its name, Revision the source commit, "" where that is not known.
	Pipeline string    `json:"pipeline"`
	Revision string    `json:"revision"`
	At       time.Time `json:"at"`
	// Chain has the links on the way of a change; Promises the criteria in the order
	// of the spec, those of an environment once for each.
	Chain    []Result `json:"chain"`
	Promises []Result `json:"promises"`
}

// Judge decides about every link and every criterion.
func Judge(p generate.Plan, f live.Facts) Verdict {
	j := judge{plan: p, facts: f}
	v := Verdict{At: f.At, Pipeline: p.Spec.Name, Revision: f.Commit.Value.SHA, Chain: j.chain()}
	for _, c := range p.Spec.Criteria {
		v.Promises = append(v.Promises, j.criterion(c)...)
	}
	return v
}

// All are the links and then the promises.
func (v Verdict) All() []Result { return slices.Concat(v.Chain, v.Promises) }

// Broken reports whether a link or a promise is.
func (v Verdict) Broken() bool {
	return slices.ContainsFunc(v.All(), func(r Result) bool { return r.Status == Broken })
}

// Undecidable reports that nothing was measured, and that waiting would not change that.
func (v Verdict) Undecidable() bool {
	all := v.All()
	return Count(all, Kept)+Count(all, Broken)+len(v.Pending()) == 0
}

// Pending are the results that waiting may decide.
func (v Verdict) Pending() []Result {
	return slices.DeleteFunc(v.All(), func(r Result) bool { return !r.Pending })
}

// Count says how many results have a status.
func Count(all []Result, s Status) int {
	n := 0
	for _, r := range all {
		if r.Status == s {
			n++
		}
	}
	return n
}

type judge struct {
	plan  generate.Plan
	facts live.Facts
}

func kept(measured string, e ...Evidence) Result {
	return Result{Status: Kept, Measured: measured, Evidence: e}
}

func broken(measured string, e ...Evidence) Result {
	return Result{Status: Broken, Measured: measured, Evidence: e}
}

func unmeasured(why string, e ...Evidence) Result {
	return Result{Status: Unmeasured, Measured: why, Evidence: e}
}

func pending(why string, e ...Evidence) Result {
	return Result{Status: Unmeasured, Measured: why, Pending: true, Evidence: e}
}

// missing is the result where a fact is.
func missing[T any](f live.Fact[T]) Result {
	return Result{Status: Unmeasured, Measured: f.Why, Pending: f.Later}
}
