package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
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
		if power.Does == "" || pullsAlone(s) {
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

// pullsAlone reports a login in a job that neither pushes nor deploys: it is there to pull.
func pullsAlone(s *pipeline.Step) bool {
	return s.Uses == "docker/login-action" && !slices.ContainsFunc(s.Job.Steps, func(other *pipeline.Step) bool { return other.Uses != s.Uses && other.Power().Does != "" })
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

// privilege is what a job does that no pull request may, unless all of it is to read what the spec lets it read.
func (c *Case) privilege(j *pipeline.Job) (does string, at pipeline.Place) {
	if does, at = j.Privilege(); does != "" && c.Facts != nil && c.onlyReads(j) {
		return "", at
	}
	return does, at
}

// exactGuard requires of a job that holds a right to write, reads a secret, logs in, pushes or
// deploys that it takes part in no run that the guard leaves out.
func (c *Case) exactGuard(j *pipeline.Job) {
	why, at := c.privilege(j)
	if why == "" && j.Builds() && j.Runs() != "" && j.Runs() != c.Facts.Otherwise() {
		c.broken(j.Get("if").At(), c.guarded(j.Workflow), "if: "+c.Facts.Otherwise(), "%s builds only if %s: some pull requests would not be built", j.Label(), quoted(j.Condition()))
	}
	if why != "" && !c.keepsGuard(j) {
		c.broken(j.Get("if").At(), at, "if: "+c.guardOf(j.Workflow), "%s %s, and its condition is %s: a pull request must never do that", j.Label(), why, quoted(j.Condition()))
	}
}

// guardOf is the condition that every job of a workflow must have that may do more than look: that of its promotion, or of
// what publishes.
func (c *Case) guardOf(w *pipeline.Workflow) string {
	if p := c.Facts.promotionIn(w.File.Path); p != nil {
		return p.Guard(c.Facts.Source.Branch)
	}
	if p := c.previewsOf(w); p != nil {
		return p.trusted()
	}
	if c.Facts.Rendering != "" && w.File.Path == c.Facts.Rendering {
		return c.Facts.renders()
	}
	return c.Facts.Guard()
}

// keepsGuard reports whether the runs in which a job takes part are among those of the guard.
func (c *Case) keepsGuard(j *pipeline.Job) bool {
	guard := c.guardOf(j.Workflow)
	if c.previewsOf(j.Workflow) != nil {
		return j.Runs() == guard // all that matters of a pull request is known to the run alone
	}
	return j.Runs() == guard || !slices.ContainsFunc(c.anyRuns(j.Runs()), func(e pipeline.Event) bool {
		return pipeline.May(guard, e) == pipeline.No && pipeline.May(j.Runs(), e) != pipeline.No
	})
}

var inQuotes = lazy.Regexp(`'([^']+)'`)

// anyRuns are runs of all sorts, whether they start the workflow today or not, with refs that a condition may take for the
// branch, and those that it names.
func (c *Case) anyRuns(condition string) []pipeline.Event {
	branch := c.Facts.Source.Branch
	out := []pipeline.Event{{Name: "pull_request", Ref: "refs/pull/1/merge"}, {Name: "merge_group", Ref: "refs/heads/gh-readonly-queue/" + branch + "/pr-1"}}
	refs := []string{otherBranch, "refs/tags/v1.0.0", "refs/tags/" + branch}
	for _, name := range []string{branch, branch + "-1", branch + "/1", "1-" + branch, "1/" + branch} {
		refs = append(refs, "refs/heads/"+name)
	}
	for _, f := range inQuotes().FindAllStringSubmatch(condition, -1) {
		refs = append(refs, f[1], "refs/heads/"+f[1], "refs/tags/"+f[1])
	}
	for _, ref := range refs {
		for _, name := range []string{"push", "workflow_dispatch", "schedule", "repository_dispatch"} {
			out = append(out, pipeline.Event{Name: name, Ref: ref})
		}
	}
	return out
}
