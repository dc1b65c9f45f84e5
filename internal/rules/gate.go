package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

func oneJobReports(c *Case) {
	for _, w := range c.Workflows {
		if _, ok := w.Trigger("pull_request"); !ok || len(w.Jobs) < 2 {
			continue
		}
		gate := false
		for _, j := range w.Jobs {
			gate = gate || len(j.Needs) > 0 && strings.Contains(j.Get("if").Text(), "always()")
		}
		if !gate {
			c.broken(w.Get("jobs").At(), nowhere, "add a last job with if: always() that fails unless every needed job succeeded", "no job of this workflow reports for all: a skipped job does not block a merge")
		}
	}
}

// gateCoversAll: the check that the text tells people to require is a job, reports on every
// run, and fails unless every job that was meant to run succeeded (W27).
func gateCoversAll(c *Case) {
	for _, w := range c.Workflows {
		if !c.Ships(w) {
			continue
		}
		g := gateOf(w)
		if g == nil {
			c.broken(w.Get("jobs").At(), c.requiredPlace(), "add the job that waits for all others", "no job of this workflow reports on every run and looks at the results of the others")
			continue
		}
		if g.Condition() != "always()" {
			c.broken(g.Get("if").At(), c.requiredPlace(), "if: always()", "%s is skipped when a job before it fails, and a skipped job blocks nothing", g.Label())
		}
		c.covers(g)
		c.leftOut(g)
		c.required(g)
	}
}

// gateOf is the job that looks at the results of those before it, whether or not one failed.
func gateOf(w *pipeline.Workflow) *pipeline.Job {
	for _, s := range w.Steps() {
		for _, v := range s.Get("env").Pairs() {
			if pipeline.Expression(v.Text()) == "toJSON(needs)" && !strings.Contains(s.Job.Condition(), "failure()") {
				return s.Job
			}
		}
	}
	return nil
}

// covers requires that the gate waits for every job that can break something, and asks for the success of each in the
// runs in which it takes part, and in no others.
func (c *Case) covers(g *pipeline.Job) {
	at := g.Get("needs")
	for _, s := range g.Steps {
		if n := s.Get("env", "REQUIRED"); n.OK() {
			at = n
		}
	}
	for _, e := range pipeline.Expressions(at.Text()) {
		if !strings.Contains(pipeline.Expression(e), "("+c.Facts.Guard()+")") {
			c.broken(at.At(), c.guarded(g.Workflow), "("+c.Facts.Guard()+") && …", "%s asks under another condition than the one under which jobs publish", g.Label())
			return
		}
	}
	for _, j := range g.Workflow.Jobs {
		if c.counts(j, g) && !slices.Contains(g.Needs, j.ID) {
			c.broken(g.Get("needs").At(), j.At(), "add "+j.ID+" to needs", "%s does not wait for %s: the check would be green while it fails", g.Label(), j.Label())
		}
	}
	for _, id := range g.Needs {
		if g.Workflow.Job(id) == nil {
			c.broken(g.Get("needs").At(), g.Workflow.Get("jobs").At(), "remove it", "%s waits for %s, which is no job", g.Label(), id)
		}
	}
	told := map[string]bool{}
	for _, r := range c.played(g.Workflow) {
		c.asksFor(g, at, r, told)
	}
	for _, j := range g.Workflow.Jobs {
		if own := c.extra(j); own != nil && own.Sometimes {
			c.heldBy(j)
		}
	}
}

// heldBy requires that none of the pipeline's own jobs waits for one that takes part only in some runs.
func (c *Case) heldBy(j *pipeline.Job) {
	for _, behind := range j.Workflow.Behind(j.ID) {
		if c.extra(behind) == nil {
			c.broken(behind.Get("needs").At(), j.At(), "take "+j.ID+" out of needs", "%s waits for %s, which takes part only in some runs, and is left out with it", behind.Label(), j.Label())
		}
	}
}

// counts reports a job whose failure the gate must show.
func (c *Case) counts(j, gate *pipeline.Job) bool {
	if extra := c.extra(j); extra != nil {
		return extra.Required
	}
	return j != gate && !onlyLooks(j)
}

// asksFor holds the jobs whose success the gate asks for in a run in which nothing fails against those that take part.
func (c *Case) asksFor(g *pipeline.Job, at pipeline.Node, r *pipeline.Played, told map[string]bool) {
	text, known := r.Value(g, at.Text())
	required := strings.Fields(text)
	publishes := pipeline.May(c.Facts.Guard(), r.Event) != pipeline.No
	in := "a pull request"
	if publishes {
		in = "a run that publishes"
	}
	say := func(id string, other pipeline.Place, help, format string, args ...any) {
		if key := id + in + help; !told[key] {
			told[key] = true
			c.broken(at.At(), other, help, format, args...)
		}
	}
	if !known {
		say("", g.At(), "name jobs, and conditions on the event and on what jobs before it say", "nobody knows for which jobs %s asks in %s", g.Label(), in)
		return
	}
	for _, id := range required {
		if !slices.Contains(g.Needs, id) {
			say(id, g.Get("needs").At(), "add "+id+" to needs", "%s asks for the result of %s without waiting for it", g.Label(), id)
		}
	}
	for _, j := range g.Workflow.Jobs {
		asked, took := slices.Contains(required, j.ID), r.Results[j.ID] == pipeline.Succeeded
		switch {
		case took && !asked && c.counts(j, g):
			say(j.ID, j.At(), "name "+j.ID+" among its jobs", "%s does not ask whether %s succeeded in %s%s", g.Label(), j.Label(), in, c.though(r))
		case asked && !took && !standsBack(r):
			say(j.ID, j.At(), "ask for "+j.ID+" only where it takes part", "%s asks for the success of %s in %s%s, which leaves it out: the check is red although nothing failed", g.Label(), j.Label(), in, c.though(r))
		}
	}
}

// standsBack reports a run in which a deploy leaves a newer commit alone.
func standsBack(r *pipeline.Played) bool {
	for o, said := range r.Outputs {
		if o.Name == deployed && said == "false" {
			return true
		}
	}
	return false
}

// though says what is decided against in a run, if anything.
func (c *Case) though(r *pipeline.Played) string {
	var out []string
	for o, said := range r.Outputs {
		if said == "false" && o.Name != deployed {
			out = append(out, o.Name)
		}
	}
	if len(out) == 0 {
		return ""
	}
	slices.Sort(out)
	return " that says no to " + strings.Join(out, ", ")
}

// onlyLooks reports whether a job can break nothing: it checks nothing out, may
// write nothing, runs no action and hands nothing on.
func onlyLooks(j *pipeline.Job) bool {
	if why, _ := j.Privilege(); why != "" || j.Get("outputs").OK() || j.Get("uses").OK() {
		return false
	}
	return j.Condition() != "" && !slices.ContainsFunc(j.Steps, func(s *pipeline.Step) bool { return s.Uses != "" })
}

var requireCheck = lazy.Regexp("require the check `([^`]+)`")

// requiring visits the places of the texts that say which check to require.
func (c *Case) requiring(visit func(at pipeline.Place, check string)) {
	for _, f := range c.Files {
		if f.Root != artifact.Code || !strings.HasSuffix(f.Path, ".md") {
			continue
		}
		for i, line := range f.Lines() {
			if m := requireCheck().FindStringSubmatch(line); m != nil {
				visit(f.At(i+1), m[1])
			}
		}
	}
}

// required holds the name in the text against the job's.
func (c *Case) required(g *pipeline.Job) {
	c.requiring(func(at pipeline.Place, check string) {
		if check != g.Name() {
			c.broken(g.Get("name").At(), at, "name: "+check, "the check is called %s, and the text tells people to require %s, which would be pending for ever", g.Name(), check)
		}
	})
}

func (c *Case) requiredPlace() (place pipeline.Place) {
	c.requiring(func(at pipeline.Place, _ string) { place = at })
	return place
}

// guarded is the first job with the guard.
func (c *Case) guarded(w *pipeline.Workflow) pipeline.Place {
	for _, j := range w.Jobs {
		if j.Condition() == c.Facts.Guard() {
			return j.Get("if").At()
		}
	}
	return pipeline.Place{}
}

func (c *Case) gateName(w *pipeline.Workflow) pipeline.Place {
	if g := gateOf(w); g != nil {
		return g.Get("name").At()
	}
	return pipeline.Place{}
}
