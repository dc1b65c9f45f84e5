package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// run is a run that was played: what was assumed of it, and how its jobs end.
type run struct {
	pipeline.Assumed
	results map[string]pipeline.Result
}

// decides reports whether what becomes of a job depends on what another one says, or on how it ends.
func decides(j *pipeline.Job) bool { return j.AsksState() || len(decisions(j)) > 0 }

var decision = lazy.Regexp(`\bneeds\.([\w-]+)\.outputs\.([\w-]+)`)

// decisions are the outputs of others by which a job decides whether it runs.
func decisions(j *pipeline.Job) []pipeline.Output {
	var out []pipeline.Output
	for _, f := range decision().FindAllStringSubmatch(j.Condition(), -1) {
		out = append(out, pipeline.Output{Job: f[1], Name: f[2]})
	}
	return out
}

// played are the runs of a workflow that show whether the conditions of its jobs fit one another: for each sort of event
// those in which nothing fails, and those in which one job does. In each of them the outputs that decide something all say
// the same or, where nothing fails, one says otherwise than the rest.
func (c *Case) played(w *pipeline.Workflow) []run {
	if known, ok := c.runs[w]; ok {
		return known
	}
	var outputs []pipeline.Output
	for _, j := range w.Jobs {
		outputs = append(outputs, decisions(j)...)
	}
	var out []run
	for _, e := range c.sorts(w) {
		add := func(fails string, said map[pipeline.Output]string) {
			a := pipeline.Assumed{Event: e, Fails: fails, Outputs: said}
			if results := w.Play(a); fails == "" || results[fails] == pipeline.Failed {
				out = append(out, run{a, results})
			}
		}
		for _, all := range []string{"true", "false"} {
			add("", saying(outputs, all))
			for _, j := range w.Jobs {
				add(j.ID, saying(outputs, all))
			}
			for _, one := range outputs {
				said := saying(outputs, all)
				said[one] = map[string]string{"true": "false", "false": "true"}[all]
				add("", said)
			}
		}
	}
	c.runs[w] = out
	return out
}

func saying(outputs []pipeline.Output, what string) map[pipeline.Output]string {
	said := map[pipeline.Output]string{}
	for _, o := range outputs {
		said[o] = what
	}
	return said
}

// sorts are events that may start a workflow, one of each sort that its jobs tell apart.
func (c *Case) sorts(w *pipeline.Workflow) []pipeline.Event {
	events, _ := c.possible(w)
	seen := map[string]bool{}
	return slices.DeleteFunc(events, func(e pipeline.Event) bool {
		var b strings.Builder
		for _, j := range w.Jobs {
			b.WriteByte('0' + byte(pipeline.May(j.Runs(), e)))
		}
		known := seen[b.String()]
		seen[b.String()] = true
		return known
	})
}

// stopsAtFailures requires that nothing builds, publishes or deploys once a job has failed for which it waits. A condition
// that asks for the state of the run takes the place of GitHub's own, which would see to that.
func (c *Case) stopsAtFailures(w *pipeline.Workflow) {
	if !slices.ContainsFunc(w.Jobs, func(j *pipeline.Job) bool { return j.AsksState() && acts(j) }) {
		return
	}
	told := map[[2]string]bool{}
	for _, r := range c.played(w) {
		for _, j := range w.Jobs {
			pair := [2]string{j.ID, r.Fails}
			if r.Fails == "" || r.results[j.ID] != pipeline.Succeeded || told[pair] || !acts(j) || !j.After(r.Fails) {
				continue
			}
			told[pair] = true
			c.broken(j.Get("if").At(), w.Job(r.Fails).At(), "add needs.JOB.result == 'success' for each job that it waits for", "%s runs although job %s has failed: its condition asks for the state of the run, and not for that job", j.Label(), r.Fails)
		}
	}
}

// acts reports a job that builds, or does what no pull request may.
func acts(j *pipeline.Job) bool {
	why, _ := j.Privilege()
	return why != "" || j.Builds()
}
