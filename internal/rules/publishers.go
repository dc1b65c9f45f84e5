package rules

import (
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// publishersAreGuarded: pull requests test and build; they publish nothing, and no branch
// does that is not released.
func publishersAreGuarded(c *Case) {
	for _, w := range c.Workflows {
		if !startsByCode(w) {
			continue
		}
		var runs []*pipeline.Played
		if events, _ := c.possible(w); c.Facts == nil {
			for _, e := range events {
				runs = append(runs, w.Play(pipeline.Assumed{Event: e}))
			}
		}
		for _, j := range w.Jobs {
			if c.Facts != nil {
				c.exactGuard(j)
			} else {
				c.unguarded(j, runs)
			}
		}
	}
}

// unguarded reports the first step that publishes in a run that must not.
func (c *Case) unguarded(j *pipeline.Job, runs []*pipeline.Played) {
	for _, s := range j.Steps {
		power := s.Power()
		if power.Does == "" {
			continue
		}
		for _, r := range runs {
			e := r.Event
			released := e.Ref == "refs/heads/"+c.branch || strings.HasPrefix(e.Ref, "refs/tags/") || e.Name == "push" && e.Ref != otherBranch
			if released || !lets(j, r) || pipeline.May(s.Get("if").Text(), e) == pipeline.No || power.If != "" && pipeline.May(power.If, e) == pipeline.No {
				continue
			}
			at := j.At()
			if guard := j.Get("if"); guard.OK() {
				at = guard.At()
			}
			c.broken(at, s.At(), "if: github.ref == 'refs/heads/"+c.branch+"' && github.event_name != 'pull_request'", "%s %s also for %s", j.Label(), power.Does, spoken(e))
			return
		}
	}
}

// lets reports whether a job may take part in a run, or in one like it in which something fails or that somebody stops.
func lets(j *pipeline.Job, r *pipeline.Played) bool {
	condition := strings.ReplaceAll(j.Condition(), "!cancelled()", "")
	for _, later := range []string{"failure()", "cancelled()"} {
		if strings.Contains(condition, later) {
			return pipeline.May(condition, r.Event) != pipeline.No
		}
	}
	return r.Results[j.ID] != pipeline.LeftOut
}

func spoken(e pipeline.Event) string {
	switch e.Name {
	case "pull_request":
		return "a pull request"
	case "merge_group":
		return "a change that only waits in the merge queue"
	case "push":
		return "a push to any other branch"
	}
	return "a run that is started by hand on any other branch"
}

// exactGuard requires the guard of a job that holds a right to write, reads a secret, logs
// in, pushes or deploys: one that differs in a word is a decision that someone should have
// taken in the spec.
func (c *Case) exactGuard(j *pipeline.Job) {
	why, at := j.Privilege()
	if why == "" && j.Builds() && j.Runs() != "" && j.Runs() != c.Facts.Otherwise() {
		c.broken(j.Get("if").At(), c.guarded(j.Workflow), "if: "+c.Facts.Otherwise(), "%s builds only if %s: some pull requests would not be built", j.Label(), quoted(j.Condition()))
	}
	if why != "" && j.Runs() != c.Facts.Guard() {
		c.broken(j.Get("if").At(), at, "if: "+c.Facts.Guard(), "%s %s, and its condition is %s: a pull request must never do that", j.Label(), why, quoted(j.Condition()))
	}
}
