package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// gatesStay looks for what the rules of branches and the reviewers of environments cannot stop: a workflow that changes
// them, with a token that may, and what waits for a person in the way of GitHub alone.
func gatesStay(c *Case) {
	personMerges(c)
	if c.Facts == nil {
		return
	}
	c.commands(func(cmd pipeline.Command) {
		if cmd.ChangesGuards() {
			j := cmd.Step.Job
			c.broken(cmd.At(), j.At(), "leave settings to a person", "%s changes the settings of a repository that hold a change up, and no gate is one that a run can open", j.Label())
		}
	})
}

// personMerges requires that nothing in the workflows merges the pull request of a deploy that a person has to review, and
// that the run which opens it does not pass for a deploy. That nothing is pushed to the branch instead is proven beside it
// (X15).
func personMerges(c *Case) {
	if c.Facts == nil || !slices.ContainsFunc(c.Facts.Environments, func(e Environment) bool { return e.Reviewed }) {
		return
	}
	merges := map[*pipeline.Job]bool{}
	for _, w := range c.writers {
		if w.overlay == nil || w.overlay.env == nil {
			continue
		}
		e := w.overlay.env
		merges[w.Job] = e.Proposal != "" && !e.Reviewed
		if e.Reviewed && !w.Job.Get("environment", "deployment").False() {
			c.broken(w.Job.Get("environment").At(), w.At(), "deployment: false", "%s only asks for a review, and GitHub records a deployment to %s", w.Job.Label(), e.Name)
		}
	}
	c.jobs(func(j *pipeline.Job) {
		if merges[j] {
			return
		}
		for _, s := range j.Steps {
			if !strings.Contains(s.Run(), "merge") { // to read a script takes a hundred times as long
				continue
			}
			for _, cmd := range s.Commands() {
				if cmd.MergesPull() {
					c.broken(cmd.At(), j.At(), "leave the merge to a person", "%s merges a pull request, and deploys wait there for a review", j.Label())
				}
			}
		}
	})
}
