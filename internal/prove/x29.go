package prove

import (
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/lazy"
)

// x29: the check that the text tells people to require is a job, reports on every
// run, and fails unless every job that was meant to run succeeded (W27).
func x29(m *model) {
	for _, w := range m.workflows {
		if !w.builds() {
			continue
		}
		g := w.gate()
		if g == nil {
			m.broken(X29, w.get("jobs").at(), m.requiredPlace(), "add the job that waits for all others", "no job of this workflow reports on every run and looks at the results of the others")
			continue
		}
		if c := g.condition(); c != "always()" {
			m.broken(X29, g.get("if").at(), m.requiredPlace(), "if: always()", "%s is skipped when a job before it fails, and a skipped job blocks nothing", g.label())
		}
		m.covers(g)
		m.leftOut(g)
		m.required(g)
	}
}

// gate is the job that looks at the results of those before it.
func (w *workflow) gate() *job {
	for _, j := range w.jobs {
		for _, s := range j.steps {
			for _, v := range s.get("env").pairs() {
				if expression(v.text()) == "toJSON(needs)" {
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
func (m *model) covers(g *job) {
	needed := map[string]bool{}
	for _, n := range g.needs {
		needed[n] = true
	}
	condition, published, otherwise, at := g.asked()
	if condition != m.facts.guard() {
		m.broken(X29, at.at(), m.guarded(g.in), "("+m.facts.guard()+") && …", "%s asks under another condition than the one under which jobs publish", g.label())
	}
	for _, j := range g.in.jobs {
		if j == g || j.extra == nil && j.onlyLooks() || j.extra != nil && !j.extra.Required {
			continue
		}
		if !needed[j.id] {
			m.broken(X29, g.get("needs").at(), j.at(), "add "+j.id+" to needs", "%s does not wait for %s: the check would be green while it fails", g.label(), j.label())
		}
		runs, _ := j.guard()
		if runs != m.facts.otherwise() && !published[j.id] {
			m.broken(X29, at.at(), j.at(), "name "+j.id+" among the jobs of a run that publishes", "%s does not ask whether %s succeeded in a run that publishes", g.label(), j.label())
		}
		if runs != m.facts.guard() && !otherwise[j.id] {
			m.broken(X29, at.at(), j.at(), "name "+j.id+" among the jobs of all other runs", "%s does not ask whether %s succeeded in a pull request", g.label(), j.label())
		}
	}
	for id := range needed {
		if g.in.job(id) == nil {
			m.broken(X29, g.get("needs").at(), g.in.get("jobs").at(), "remove it", "%s waits for %s, which is no job", g.label(), id)
		}
	}
	for _, list := range []map[string]bool{published, otherwise} {
		for id := range list {
			if !needed[id] {
				m.broken(X29, at.at(), g.get("needs").at(), "add "+id+" to needs", "%s asks for the result of %s without waiting for it", g.label(), id)
			}
		}
	}
}

// asked are the jobs whose success the gate asks for, in a run that publishes and
// in any other, and the condition that tells the two apart.
func (g *job) asked() (condition string, published, otherwise map[string]bool, at node) {
	at = g.get("needs")
	for _, s := range g.steps {
		if n := s.get("env", "REQUIRED"); n.ok() {
			at = n
		}
	}
	f := asks().FindStringSubmatch(expression(at.text()))
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
func (j *job) onlyLooks() bool {
	if why, _ := j.privileged(); why != "" || j.get("outputs").ok() || j.get("uses").ok() {
		return false
	}
	for _, s := range j.steps {
		if s.uses != "" {
			return false
		}
	}
	return j.condition() != ""
}

var requireCheck = lazy.Regexp("require the check `([^`]+)`")

// required holds the name in the text against the job's.
func (m *model) required(g *job) {
	for _, s := range m.sources {
		if s.Root != artifact.Code || !strings.HasSuffix(s.Path, ".md") {
			continue
		}
		for i, line := range lines(s) {
			if f := requireCheck().FindStringSubmatch(line); f != nil && f[1] != g.name() {
				m.broken(X29, g.get("name").at(), place{s, i + 1}, "name: "+f[1], "the check is called %s, and the text tells people to require %s, which would be pending for ever", g.name(), f[1])
			}
		}
	}
}

func (m *model) requiredPlace() place {
	for _, s := range m.sources {
		for i, line := range lines(s) {
			if strings.HasSuffix(s.Path, ".md") && requireCheck().MatchString(line) {
				return place{s, i + 1}
			}
		}
	}
	return place{}
}
