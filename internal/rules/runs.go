package rules

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

var decision = lazy.Regexp(`\bneeds\.([\w-]+)\.outputs\.([\w-]+)`)

// decisions are the outputs of others by which some jobs decide whether they run, each once.
func decisions(jobs ...*pipeline.Job) []pipeline.Output {
	var out []pipeline.Output
	seen := map[pipeline.Output]bool{}
	for _, j := range jobs {
		for _, f := range decision().FindAllStringSubmatch(j.Condition(), -1) {
			if o := (pipeline.Output{Job: f[1], Name: f[2]}); !seen[o] {
				seen[o] = true
				out = append(out, o)
			}
		}
	}
	return out
}

// played are the runs of a workflow in which nothing fails, of each sort of event: those in which the outputs that decide
// something all say the same, and those in which one says otherwise than the rest. The deploys, of which there may be many,
// say the same in each of them.
func (c *Case) played(w *pipeline.Workflow) []*pipeline.Played {
	if known, ok := c.runs[w]; ok {
		return known
	}
	var ofDeploys, others []pipeline.Output
	for _, o := range decisions(w.Jobs...) {
		if o.Name == deployed {
			ofDeploys = append(ofDeploys, o)
		} else {
			others = append(others, o)
		}
	}
	var out []*pipeline.Played
	for _, e := range c.sorts(w) {
		add := func(deploys, rest bool, but ...pipeline.Output) {
			said := map[pipeline.Output]string{}
			for _, o := range ofDeploys {
				said[o] = strconv.FormatBool(deploys)
			}
			for _, o := range others {
				said[o] = strconv.FormatBool(rest != slices.Contains(but, o))
			}
			out = append(out, w.Play(pipeline.Assumed{Event: e, Outputs: said}))
		}
		add(true, true)
		if len(ofDeploys) > 0 {
			add(false, true)
		}
		if len(others) > 0 {
			add(true, false)
		}
		for i := 0; i < len(others) && len(others) > 1; i++ {
			add(true, true, others[i])
			add(true, false, others[i])
		}
	}
	c.runs[w] = out
	return out
}

// alike reports a run in which all outputs that decide something say the same.
func alike(r *pipeline.Played) bool {
	said := map[bool]string{}
	for o, text := range r.Outputs {
		if first, known := said[o.Name == deployed]; known && first != text {
			return false
		}
		said[o.Name == deployed] = text
	}
	return said[true] != "false"
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
	if !slices.ContainsFunc(w.Jobs, func(j *pipeline.Job) bool { return j.AsksState() && c.acts(j) }) {
		return
	}
	told := map[[2]string]bool{}
	for _, r := range c.played(w) {
		if !alike(r) {
			continue
		}
		for _, first := range w.Jobs {
			if r.Results[first.ID] != pipeline.Succeeded {
				continue
			}
			results := r.But(w, first.ID).Results
			for _, j := range w.Behind(first.ID) {
				if pair := [2]string{j.ID, first.ID}; results[j.ID] == pipeline.Succeeded && !told[pair] && c.acts(j) {
					told[pair] = true
					c.broken(j.Get("if").At(), first.At(), "add needs.JOB.result == 'success' for each job that it waits for", "%s runs although %s has failed: its condition asks for the state of the run, and not for that job", j.Label(), first.Label())
				}
			}
		}
	}
}

// acts reports a job that builds, or does what no pull request may.
func (c *Case) acts(j *pipeline.Job) bool {
	why, _ := c.privilege(j)
	return why != "" && !c.tells(j) || j.Builds()
}

// tells reports a job of the author's that runs when something failed and brings nothing about: it may know secrets, with
// which it tells somebody.
func (c *Case) tells(j *pipeline.Job) bool {
	own := c.extra(j)
	if own == nil || !own.OnFailure || j.Builds() {
		return false
	}
	writes, _ := j.MayWrite()
	return writes == "" && !slices.ContainsFunc(j.Steps, func(s *pipeline.Step) bool { return s.Power().Does != "" })
}
