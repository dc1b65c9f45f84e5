package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
)

// beside adds to a list which steps of the author's own share a job with a gate.
func beside(p plan.Plan, g Gate, out []string) []string {
	job := p.JobsIn(g.Path).Find(g.job)
	for _, a := range job.Added {
		for _, own := range []struct {
			n           int
			when, field string
		}{{len(a.Before), "before", ".before"}, {len(a.After), "after", ".after"}} {
			steps := "a step of your own runs"
			if own.n > 1 {
				steps = fmt.Sprintf("%d steps of your own run", own.n)
			}
			says := fmt.Sprintf("%s %s pipegen's in the job %s (%s)", steps, own.when, job.ID, a.Path+own.field)
			if own.n > 0 && !slices.Contains(out, says) {
				out = append(out, says)
			}
		}
	}
	return out
}

// jobOf is the job of a workflow that a key leads into, "" for none.
func jobOf(key string) string {
	if keys := strings.SplitN(key, ".", 3); keys[0] == "jobs" && len(keys) > 1 {
		return keys[1]
	}
	return ""
}
