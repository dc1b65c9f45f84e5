package change

import (
	"fmt"
	"slices"
	"time"

	"github.com/pipegen/pipegen/schema"
)

type promise = schema.Named[schema.Criterion]

// kept pairs the criteria that promise the same kind of thing: by their id, else by
// the kind alone, since a promise may be given another name.
func kept(a, b *view) (pairs [][2]promise, gone []promise) {
	rest := slices.Clone(b.spec.Criteria)
	take := func(fits func(promise) bool) (promise, bool) {
		i := slices.IndexFunc(rest, fits)
		if i < 0 {
			return promise{}, false
		}
		found := rest[i]
		rest = slices.Delete(rest, i, i+1)
		return found, true
	}
	var open []promise
	for _, x := range a.spec.Criteria {
		if y, ok := take(func(y promise) bool { return y.ID == x.ID && y.Value.Kind() == x.Value.Kind() }); ok {
			pairs = append(pairs, [2]promise{x, y})
		} else {
			open = append(open, x)
		}
	}
	for _, x := range open {
		if y, ok := take(func(y promise) bool { return y.Value.Kind() == x.Value.Kind() }); ok {
			pairs = append(pairs, [2]promise{x, y})
		} else {
			gone = append(gone, x)
		}
	}
	return pairs, gone
}

func criterionRemoved(a, b *view) []finding {
	_, gone := kept(a, b)
	var out []finding
	for _, c := range gone {
		out = append(out, finding{c.ID, schema.Join("criteria", c.ID), fmt.Sprintf("The criterion %s is not promised any longer (%s).", c.ID, c.Value.Kind())})
	}
	return out
}

// each is a rule on pairs of criteria; the sentence is "" where they do not break it.
func each(a, b *view, rule func(x, y schema.Criterion) string) []finding {
	pairs, _ := kept(a, b)
	var out []finding
	for _, p := range pairs {
		if sentence := rule(p[0].Value, p[1].Value); sentence != "" {
			out = append(out, finding{p[0].ID, schema.Join("criteria", p[1].ID), fmt.Sprintf("The criterion %s %s.", p[1].ID, sentence)})
		}
	}
	return out
}

func coverageLowered(a, b *view) []finding {
	return each(a, b, func(x, y schema.Criterion) string {
		if x.Coverage == nil || y.Coverage.AtLeast >= x.Coverage.AtLeast {
			return ""
		}
		return fmt.Sprintf("asks for a coverage of %g %% instead of %g %%", y.Coverage.AtLeast, x.Coverage.AtLeast)
	})
}

func promiseLoosened(a, b *view) []finding {
	return each(a, b, func(x, y schema.Criterion) string {
		if before, after := within(x), within(y); after > before {
			return fmt.Sprintf("promises it within %s instead of %s", schema.Short(after), schema.Short(before))
		}
		return ""
	})
}

// within is the time that a criterion promises, 0 where it promises none.
func within(c schema.Criterion) time.Duration {
	switch {
	case c.Triggered != nil:
		return time.Duration(c.Triggered.Within)
	case c.Published != nil:
		return time.Duration(c.Published.Within)
	case c.Synced != nil:
		return time.Duration(c.Synced.Within)
	case c.Ready != nil:
		return time.Duration(c.Ready.Within)
	case c.Endpoint != nil:
		return time.Duration(c.Endpoint.Within)
	case c.Rollback != nil:
		return time.Duration(c.Rollback.Within)
	}
	return 0
}

func scanLoosened(a, b *view) []finding {
	return each(a, b, func(x, y schema.Criterion) string {
		if x.Scanned == nil || x.Scanned.Refuse == y.Scanned.Refuse || y.Scanned.Refuse != "critical" {
			return ""
		}
		return "refuses critical vulnerabilities alone"
	})
}

func replicasPromiseLowered(a, b *view) []finding {
	return each(a, b, func(x, y schema.Criterion) string {
		if x.Replicas == nil || y.Replicas.AtLeast >= x.Replicas.AtLeast {
			return ""
		}
		return fmt.Sprintf("asks for %d pods instead of %d", y.Replicas.AtLeast, x.Replicas.AtLeast)
	})
}

func endpointChanged(a, b *view) []finding {
	return each(a, b, func(x, y schema.Criterion) string {
		if x.Endpoint == nil || x.Endpoint.Path == y.Endpoint.Path && x.Endpoint.Status == y.Endpoint.Status && x.Endpoint.From == y.Endpoint.From {
			return ""
		}
		return "asks another question: its path, status or place differs"
	})
}

func logsNarrowed(a, b *view) []finding {
	return each(a, b, func(x, y schema.Criterion) string {
		if x.Logs == nil {
			return ""
		}
		var gone []string
		for _, place := range x.Logs.In {
			if !slices.Contains(y.Logs.In, place) {
				gone = append(gone, place)
			}
		}
		if len(gone) == 0 {
			return ""
		}
		return "promises no logs in " + listed(gone)
	})
}

func nonGoals(v *view) map[string]schema.NonGoal {
	out := map[string]schema.NonGoal{}
	for _, n := range v.spec.NonGoals {
		out[n.ID] = n.Value
	}
	return out
}

func guardRemoved(a, b *view) []finding {
	guarded := map[string]bool{}
	for _, n := range b.spec.NonGoals {
		guarded[n.Value.Guard] = true
	}
	var out []finding
	for _, n := range a.spec.NonGoals {
		if guard := n.Value.Guard; guard != "" && !guarded[guard] {
			out = append(out, finding{guard, schema.Join("nonGoals", n.ID), fmt.Sprintf("The guard %s of the non-goal %s is gone.", guard, n.ID)})
		}
	}
	return out
}

func nonGoalRemoved(a, b *view) []finding {
	stay := nonGoals(b)
	guarded := map[string]bool{}
	for _, n := range b.spec.NonGoals {
		guarded[n.Value.Guard] = n.Value.Guard != ""
	}
	var out []finding
	for _, n := range a.spec.NonGoals {
		// Under another name it is guarded as before.
		if _, ok := stay[n.ID]; !ok && !guarded[n.Value.Guard] {
			out = append(out, finding{n.ID, schema.Join("nonGoals", n.ID), fmt.Sprintf("The non-goal %s is gone.", n.ID)})
		}
	}
	return out
}
