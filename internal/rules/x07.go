package rules

import "github.com/pipegen/pipegen/internal/pipeline"

// x07: pull requests test and build. Every job that holds a right to write, reads a
// secret, logs in, pushes or deploys has the exact guard; one that differs in a
// word is a decision that someone should have taken in the spec.
func provesX07(m *Case) {
	for _, w := range m.Workflows {
		m.topLevel(w)
		if !startsByCode(w) {
			continue
		}
		for _, j := range w.Jobs {
			why, at := j.Privilege()
			if why == "" && j.Builds() && j.Condition() != "" && j.Condition() != m.Facts.Otherwise() {
				m.broken(j.Get("if").At(), m.guarded(w), "if: "+m.Facts.Otherwise(), "%s builds only if %s: some pull requests would not be built", j.Label(), quoted(j.Condition()))
			}
			if guard, _ := guardOf(j); why == "" || guard == m.Facts.Guard() {
				continue
			}
			m.broken(j.Get("if").At(), at, "if: "+m.Facts.Guard(), "%s %s, and its condition is %s: a pull request must never do that", j.Label(), why, quoted(j.Condition()))
		}
	}
}

// topLevel refuses triggers that give foreign code our rights, and rights that
// every job would have.
func (m *Case) topLevel(w *pipeline.Workflow) {
	for _, event := range []string{"pull_request_target", "workflow_run"} {
		if t, ok := w.Trigger(event); ok {
			m.broken(t.At(), w.Get("permissions").At(), "use pull_request", "%s runs with this repository's rights on code that nobody has reviewed", event)
		}
	}
}

// startsByCode reports whether a change of code may start the workflow; one that
// only people start needs no guard.
func startsByCode(w *pipeline.Workflow) bool {
	for _, event := range []string{"push", "pull_request", "merge_group", "pull_request_target", "workflow_run", "workflow_call"} {
		if _, ok := w.Trigger(event); ok {
			return true
		}
	}
	return false
}
