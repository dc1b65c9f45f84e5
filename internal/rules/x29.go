package rules

import (
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// x29: the check that the text tells people to require is a job, reports on every
// run, and fails unless every job that was meant to run succeeded (W27).
func provesX29(m *Case) {
	for _, w := range m.Workflows {
		if !w.Builds() {
			continue
		}
		g := gateOf(w)
		if g == nil {
			m.broken(w.Get("jobs").At(), m.requiredPlace(), "add the job that waits for all others", "no job of this workflow reports on every run and looks at the results of the others")
			continue
		}
		if c := g.Condition(); c != "always()" {
			m.broken(g.Get("if").At(), m.requiredPlace(), "if: always()", "%s is skipped when a job before it fails, and a skipped job blocks nothing", g.Label())
		}
		m.covers(g)
		m.leftOut(g)
		m.required(g)
	}
}

// gate is the job that looks at the results of those before it.
func gateOf(w *pipeline.Workflow) *pipeline.Job {
	for _, j := range w.Jobs {
		for _, s := range j.Steps {
			for _, v := range s.Get("env").Pairs() {
				if pipeline.Expression(v.Text()) == "toJSON(needs)" {
					return j
				}
			}
		}
	}
	return nil
}

var asks = lazy.Regexp(`^\((.*)\) && '([a-z0-9 _-]*)' \|\| '([a-z0-9 _-]*)'$`)

// covers requires that the gate waits for every job that can break something, and
// asks for the success of each in the runs in which it should have run.
func (m *Case) covers(g *pipeline.Job) {
	needed := map[string]bool{}
	for _, n := range g.Needs {
		needed[n] = true
	}
	condition, published, otherwise, at := asked(g)
	if condition != m.Facts.Guard() {
		m.broken(at.At(), m.guarded(g.Workflow), "("+m.Facts.Guard()+") && …", "%s asks under another condition than the one under which jobs publish", g.Label())
	}
	for _, j := range g.Workflow.Jobs {
		if j == g || m.extra(j) == nil && onlyLooks(j) || m.extra(j) != nil && !m.extra(j).Required {
			continue
		}
		if !needed[j.ID] {
			m.broken(g.Get("needs").At(), j.At(), "add "+j.ID+" to needs", "%s does not wait for %s: the check would be green while it fails", g.Label(), j.Label())
		}
		runs, _ := guardOf(j)
		if runs != m.Facts.Otherwise() && !published[j.ID] {
			m.broken(at.At(), j.At(), "name "+j.ID+" among the jobs of a run that publishes", "%s does not ask whether %s succeeded in a run that publishes", g.Label(), j.Label())
		}
		if runs != m.Facts.Guard() && !otherwise[j.ID] {
			m.broken(at.At(), j.At(), "name "+j.ID+" among the jobs of all other runs", "%s does not ask whether %s succeeded in a pull request", g.Label(), j.Label())
		}
	}
	for id := range needed {
		if g.Workflow.Job(id) == nil {
			m.broken(g.Get("needs").At(), g.Workflow.Get("jobs").At(), "remove it", "%s waits for %s, which is no job", g.Label(), id)
		}
	}
	for _, list := range []map[string]bool{published, otherwise} {
		for id := range list {
			if !needed[id] {
				m.broken(at.At(), g.Get("needs").At(), "add "+id+" to needs", "%s asks for the result of %s without waiting for it", g.Label(), id)
			}
		}
	}
}

// asked are the jobs whose success the gate asks for, in a run that publishes and
// in any other, and the condition that tells the two apart.
func asked(g *pipeline.Job) (condition string, published, otherwise map[string]bool, at pipeline.Node) {
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
	set := func(list string) map[string]bool {
		out := map[string]bool{}
		for _, id := range strings.Fields(list) {
			out[id] = true
		}
		return out
	}
	return f[1], set(f[2]), set(f[3]), at
}

// onlyLooks reports whether a job can break nothing: it checks nothing out, may
// write nothing, runs no action and hands nothing on.
func onlyLooks(j *pipeline.Job) bool {
	if why, _ := j.Privilege(); why != "" || j.Get("outputs").OK() || j.Get("uses").OK() {
		return false
	}
	for _, s := range j.Steps {
		if s.Uses != "" {
			return false
		}
	}
	return j.Condition() != ""
}

var requireCheck = lazy.Regexp("require the check `([^`]+)`")

// required holds the name in the text against the job's.
func (m *Case) required(g *pipeline.Job) {
	for _, s := range m.Files {
		if s.Root != artifact.Code || !strings.HasSuffix(s.Path, ".md") {
			continue
		}
		for i, line := range s.Lines() {
			if f := requireCheck().FindStringSubmatch(line); f != nil && f[1] != g.Name() {
				m.broken(g.Get("name").At(), s.At(i+1), "name: "+f[1], "the check is called %s, and the text tells people to require %s, which would be pending for ever", g.Name(), f[1])
			}
		}
	}
}

func (m *Case) requiredPlace() pipeline.Place {
	for _, s := range m.Files {
		for i, line := range s.Lines() {
			if strings.HasSuffix(s.Path, ".md") && requireCheck().MatchString(line) {
				return s.At(i + 1)
			}
		}
	}
	return pipeline.Place{}
}
