package generate

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
)

// wavesOf puts the workloads into an order: Argo CD syncs one wave after the other, and waits until what is in a wave is
// healthy and its jobs have succeeded. Workloads that no job names are in wave 0, and a job before them in a wave below.
func wavesOf(s input) (map[string]int, diag.List) {
	// later holds, by workload, those that come after it.
	later := map[string][]string{}
	for _, w := range s.Workloads {
		if w.Value.Job != nil {
			later[w.ID] = append(later[w.ID], w.Value.Job.Before...)
			for _, first := range w.Value.Job.After {
				later[first] = append(later[first], w.ID)
			}
		}
	}
	var bad diag.List
	for _, w := range s.Workloads {
		if way := loop(later, w.ID); w.Value.Job != nil && way != nil {
			bad = append(bad, diag.Diagnostic{Code: diag.Contradiction, Path: w.Value.At + ".job",
				Message: fmt.Sprintf("%s can never run: %s", w.ID, strings.Join(way, " comes before ")), Help: "take one of them out of before or after"})
		}
	}
	if len(bad) > 0 {
		return map[string]int{}, bad
	}
	return numbered(s, later), nil
}

// numbered gives each workload the number of its wave: 0 to what runs in pods of its own and before which nothing else
// of that sort must be, numbers below to what comes before, and numbers above to jobs that come last.
func numbered(s input, later map[string][]string) map[string]int {
	leads, waves := map[string]bool{}, map[string]int{}
	for _, w := range s.Workloads {
		leads[w.ID] = w.Value.Job == nil
	}
	// Each round follows the order by one step, and no way has more steps than there are workloads.
	each := func(do func(first, then string)) {
		for range s.Workloads {
			for _, w := range s.Workloads {
				for _, then := range later[w.ID] {
					do(w.ID, then)
				}
			}
		}
	}
	each(func(first, then string) { leads[first] = leads[first] || leads[then] })
	each(func(first, then string) {
		if leads[then] {
			waves[first] = min(waves[first], waves[then]-1)
		}
	})
	each(func(first, then string) {
		if !leads[then] {
			waves[then] = max(waves[then], waves[first]+1)
		}
	})
	return waves
}
