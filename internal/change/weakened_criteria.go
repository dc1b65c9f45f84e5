package change

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/plan"
)

// kept pairs the criteria that promise the same kind of thing: by their id, else by the kind alone, since a promise may
// be given another name.
func kept(a, b *view) (pairs [][2]plan.Criterion, gone []plan.Criterion) {
	rest := slices.Clone(b.plan.Criteria)
	take := func(fits func(plan.Criterion) bool) (plan.Criterion, bool) {
		i := slices.IndexFunc(rest, fits)
		if i < 0 {
			return plan.Criterion{}, false
		}
		found := rest[i]
		rest = slices.Delete(rest, i, i+1)
		return found, true
	}
	var open []plan.Criterion
	for _, x := range a.plan.Criteria {
		if y, ok := take(func(y plan.Criterion) bool { return y.ID == x.ID && y.Kind == x.Kind }); ok {
			pairs = append(pairs, [2]plan.Criterion{x, y})
		} else {
			open = append(open, x)
		}
	}
	for _, x := range open {
		if y, ok := take(func(y plan.Criterion) bool { return y.Kind == x.Kind }); ok {
			pairs = append(pairs, [2]plan.Criterion{x, y})
		} else {
			gone = append(gone, x)
		}
	}
	return pairs, gone
}

// criterionGone is the worst that can become of one.
var criterionGone = Rule{Weakened, "criterion-removed", "Nothing holds or measures it any longer.", criterionRemoved}

func criterionRemoved(a, b *view, add report) {
	_, gone := kept(a, b)
	for _, c := range gone {
		add(c.ID, c.Path, "The criterion %s is not promised any longer (%s).", c.ID, c.Kind)
	}
}

// criterionLess is a promise that stays, for fewer things than before.
var criterionLess = Rule{Weakened, "criterion-narrowed", "What the criterion is not for any longer, nothing holds or measures there.", criterionNarrowed}

func criterionNarrowed(a, b *view, add report) {
	pairs, _ := kept(a, b)
	for _, p := range pairs {
		x, y := p[0], p[1]
		var left []string
		for _, cell := range x.Cells(a.plan.Workloads) {
			// Another criterion may promise it there, if it promises no less.
			promised := slices.ContainsFunc(b.plan.Criteria, func(z plan.Criterion) bool {
				return z.Kind == x.Kind && z.Covers(cell.Of, cell.In) && (z.ID == y.ID || !promisesLess(x, z))
			})
			if !promised && stays(b.plan, x.Subject, cell) {
				left = append(left, strings.TrimPrefix(cell.String(), "in "))
			}
		}
		if len(left) > 0 {
			add(x.ID, y.Path, "The criterion %s is no longer for %s.", y.ID, plan.And(left))
		}
	}
}

// promisesLess reports whether z promises less than x, which is of its kind.
func promisesLess(x, z plan.Criterion) bool {
	return slices.ContainsFunc(criteria.Of(x.Kind).Loosened, func(l criteria.Loosening) bool { return l.Says(x, z) != "" })
}

// stays reports whether what a criterion was for is still there.
func stays(p plan.Plan, subject plan.Subject, c plan.Cell) bool {
	named := map[plan.Subject]bool{
		plan.OfAll:    true,
		plan.OfImages: c.Of == "" || p.Image(c.Of).Name != "",
		plan.OfTests:  slices.ContainsFunc(p.Tests, func(t plan.Test) bool { return c.Of == "" || t.Job == c.Of }),
		plan.OfWorkloads: slices.ContainsFunc(p.Workloads, func(w plan.Workload) bool {
			return c.Of == "" || w.Name == c.Of && (c.In == "" || w.RunsIn(c.In))
		}),
	}
	return named[subject] && (c.In == "" || p.Environment(c.In).Name != "")
}

// loosened are the rules that the kinds of criteria have, each once.
func loosened() []Rule {
	var out []Rule
	for _, k := range criteria.Kinds() {
		for _, l := range k.Loosened {
			if !slices.ContainsFunc(out, func(r Rule) bool { return r.Code == l.Code }) {
				out = append(out, Rule{Weakened, l.Code, l.Why, looserBy(l.Code)})
			}
		}
	}
	return out
}

// looserBy finds the criteria that promise less in the way of a code.
func looserBy(code string) comparison {
	return func(a, b *view, add report) {
		pairs, _ := kept(a, b)
		for _, p := range pairs {
			for _, l := range criteria.Of(p[0].Kind).Loosened {
				if l.Code != code {
					continue
				}
				if says := l.Says(p[0], p[1]); says != "" {
					add(p[0].ID, p[1].Path, "The criterion %s %s.", p[1].ID, says)
				}
			}
		}
	}
}

func nonGoals(v *view) map[string]plan.NonGoal {
	out := map[string]plan.NonGoal{}
	for _, n := range v.plan.NonGoals {
		out[n.ID] = n
	}
	return out
}

func guardRemoved(a, b *view, add report) {
	guarded := map[string]bool{}
	for _, n := range b.plan.NonGoals {
		guarded[n.Guard] = true
	}
	for _, n := range a.plan.NonGoals {
		if guard := n.Guard; guard != "" && !guarded[guard] {
			add(guard, n.Path, "The guard %s of the non-goal %s is gone.", guard, n.ID)
		}
	}
}

func nonGoalRemoved(a, b *view, add report) {
	stay := nonGoals(b)
	guarded := map[string]bool{}
	for _, n := range b.plan.NonGoals {
		guarded[n.Guard] = n.Guard != ""
	}
	for _, n := range a.plan.NonGoals {
		// Under another name it is guarded as before.
		if _, ok := stay[n.ID]; !ok && !guarded[n.Guard] {
			add(n.ID, n.Path, "The non-goal %s is gone.", n.ID)
		}
	}
}
