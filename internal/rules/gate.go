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
		if !w.Builds() {
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

// gateOf is the job that looks at the results of those before it.
func gateOf(w *pipeline.Workflow) *pipeline.Job {
	for _, s := range w.Steps() {
		for _, v := range s.Get("env").Pairs() {
			if pipeline.Expression(v.Text()) == "toJSON(needs)" {
				return s.Job
			}
		}
	}
	return nil
}

var asks = lazy.Regexp(`^\((.*)\) && '([a-z0-9 _-]*)' \|\| '([a-z0-9 _-]*)'$`)

// covers requires that the gate waits for every job that can break something, and
// asks for the success of each in the runs in which it should have run.
func (c *Case) covers(g *pipeline.Job) {
	condition, published, otherwise, at := asked(g)
	if condition != c.Facts.Guard() {
		c.broken(at.At(), c.guarded(g.Workflow), "("+c.Facts.Guard()+") && …", "%s asks under another condition than the one under which jobs publish", g.Label())
	}
	for _, j := range g.Workflow.Jobs {
		if j == g || c.extra(j) == nil && onlyLooks(j) || c.extra(j) != nil && !c.extra(j).Required {
			continue
		}
		if !slices.Contains(g.Needs, j.ID) {
			c.broken(g.Get("needs").At(), j.At(), "add "+j.ID+" to needs", "%s does not wait for %s: the check would be green while it fails", g.Label(), j.Label())
		}
		runs := j.Runs()
		if runs != c.Facts.Otherwise() && !slices.Contains(published, j.ID) {
			c.broken(at.At(), j.At(), "name "+j.ID+" among the jobs of a run that publishes", "%s does not ask whether %s succeeded in a run that publishes", g.Label(), j.Label())
		}
		if runs != c.Facts.Guard() && !slices.Contains(otherwise, j.ID) {
			c.broken(at.At(), j.At(), "name "+j.ID+" among the jobs of all other runs", "%s does not ask whether %s succeeded in a pull request", g.Label(), j.Label())
		}
	}
	for _, id := range g.Needs {
		if g.Workflow.Job(id) == nil {
			c.broken(g.Get("needs").At(), g.Workflow.Get("jobs").At(), "remove it", "%s waits for %s, which is no job", g.Label(), id)
		}
	}
	for _, id := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(published, otherwise)))) {
		if !slices.Contains(g.Needs, id) {
			c.broken(at.At(), g.Get("needs").At(), "add "+id+" to needs", "%s asks for the result of %s without waiting for it", g.Label(), id)
		}
	}
}

// asked are the jobs whose success the gate asks for, in a run that publishes and
// in any other, and the condition that tells the two apart.
func asked(g *pipeline.Job) (condition string, published, otherwise []string, at pipeline.Node) {
	at = g.Get("needs")
	for _, s := range g.Steps {
		if n := s.Get("env", "REQUIRED"); n.OK() {
			at = n
		}
	}
	f := asks().FindStringSubmatch(pipeline.Expression(at.Text()))
	if f == nil {
		return "", nil, nil, at
	}
	return f[1], strings.Fields(f[2]), strings.Fields(f[3]), at
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
