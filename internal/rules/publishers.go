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
		events, _ := c.possible(w)
		for _, j := range w.Jobs {
			if c.Facts != nil {
				c.exactGuard(j)
			} else {
				c.unguarded(j, events)
			}
		}
	}
}

// unguarded reports the first step that publishes for an event that must not.
func (c *Case) unguarded(j *pipeline.Job, events []pipeline.Event) {
	for _, s := range j.Steps {
		power := s.Power()
		if power.Does == "" {
			continue
		}
		for _, e := range events {
			released := e.Ref == "refs/heads/"+c.branch || strings.HasPrefix(e.Ref, "refs/tags/") || e.Name == "push" && e.Ref != otherBranch
			if released || !lets(j, e, 0) || pipeline.May(s.Get("if").Text(), e) == pipeline.No || power.If != "" && pipeline.May(power.If, e) == pipeline.No {
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

// lets reports whether a job may run for an event: its own condition, and those of the
// jobs that it waits for, unless it runs whatever became of them.
func lets(j *pipeline.Job, e pipeline.Event, depth int) bool {
	condition := j.Get("if").Text()
	if pipeline.May(condition, e) == pipeline.No {
		return false
	}
	for _, free := range []string{"always()", "failure()", "cancelled()"} {
		if strings.Contains(condition, free) {
			return true
		}
	}
	for _, id := range j.Needs {
		if before := j.Workflow.Job(id); before != nil && depth < 20 && !lets(before, e, depth+1) {
			return false
		}
	}
	return true
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
