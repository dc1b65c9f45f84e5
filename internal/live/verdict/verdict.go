// Package verdict holds the facts of the live systems against what a plan promises. It asks nobody: the same plan and
// the same facts always give the same verdict.
package verdict

import (
	"slices"
	"time"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/plan"
)

// Result is a promise, or a link of the chain from the run to the pods, with what was measured.
type Result struct {
	// ID is the criterion's, or the name of the link.
	ID   string `json:"id"`
	Kind string `json:"kind"`
	// Environment is "" for what concerns all of them.
	Environment string `json:"environment"`
	// Cluster is set where the environment is in several: its name in the spec.
	Cluster   string `json:"cluster,omitempty"`
	Statement string `json:"statement"`
	criteria.Outcome
}

// Where is the environment with its cluster, for people.
func (r Result) Where() string { return plan.Where(r.Environment, r.Cluster) }

// Verdict is how a delivery stands.
type Verdict struct {
	// Pipeline is its name, Revision the source commit, "" where that is not known.
	Pipeline string    `json:"pipeline"`
	Revision string    `json:"revision"`
	At       time.Time `json:"at"`
	// Chain has the links on the way of a change; Promises the criteria in the order of the spec, those of an
	// environment once for each.
	Chain    []Result `json:"chain"`
	Promises []Result `json:"promises"`
}

// Judge decides about every link and every criterion.
func Judge(p plan.Plan, f live.Facts) Verdict {
	j := judge{plan: p, facts: f, delivery: deliveryOf(p, f)}
	v := Verdict{At: f.At, Pipeline: p.Name, Revision: f.Commit.Value.SHA, Chain: j.chain()}
	for _, c := range p.Criteria {
		v.Promises = append(v.Promises, j.criterion(c)...)
	}
	return v
}

// criterion judges one: once for the run, or once for each environment.
func (j judge) criterion(c plan.Criterion) []Result {
	k := criteria.Of(c.Kind)
	r := Result{ID: c.ID, Kind: c.Kind, Statement: c.Statement}
	if c.Mode == plan.ByHand {
		return []Result{r.with(k.Promised(c), criteria.Manual.By("kept by hand: "+c.Keeps))}
	}
	d := j.delivery
	d.Jobs = from(j.facts.Jobs, func(all []github.Job) criteria.Jobs { return jobs(j.plan, c, all) })
	if k.Judge != nil {
		return []Result{r.with(k.Promised(c), k.Judge(c, d))}
	}
	var out []Result
	for _, e := range d.Environments {
		here := func(at plan.Cell) bool { return at.In == "" || at.In == e.Name }
		if r.Environment, r.Cluster = e.Name, e.Site; slices.ContainsFunc(c.Cells(j.plan.Workloads), here) {
			out = append(out, r.with(k.Promised(c), k.JudgeEach(c, d, e)))
		}
	}
	return out
}

func (r Result) with(promised string, o criteria.Outcome) Result {
	r.Outcome = o
	r.Promised = promised
	return r
}

// All are the links and then the promises.
func (v Verdict) All() []Result { return slices.Concat(v.Chain, v.Promises) }

// Broken reports whether a link or a promise is.
func (v Verdict) Broken() bool {
	return slices.ContainsFunc(v.All(), func(r Result) bool { return r.Status == criteria.Broken })
}

// Undecidable reports that nothing was measured, and that waiting would not change that.
func (v Verdict) Undecidable() bool {
	all := v.All()
	return Count(all, criteria.Kept)+Count(all, criteria.Broken)+len(v.Pending()) == 0
}

// Pending are the results that waiting may decide.
func (v Verdict) Pending() []Result {
	return slices.DeleteFunc(v.All(), func(r Result) bool { return !r.Pending })
}

// Count says how many results have a status.
func Count(all []Result, s criteria.Status) int {
	n := 0
	for _, r := range all {
		if r.Status == s {
			n++
		}
	}
	return n
}

type judge struct {
	plan  plan.Plan
	facts live.Facts
	// delivery is what the facts say to criteria.
	delivery criteria.Delivery
}
