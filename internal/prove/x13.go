package prove

import (
	"strings"

	"github.com/pipegen/pipegen/internal/shell"
)

// x13: every overlay has one Application that renders it and one job that deploys
// to it, and the three agree in their names. A production overlay that nobody
// renders looks finished and is dead.
func x13(m *model) {
	for _, o := range m.overlays {
		apps := m.appsOf(o.dir)
		switch {
		case len(o.folders) == 0:
			m.broken(X13, m.appsPlace(), place{}, "run 'pipegen generate'", "the overlay %s is not there", o.dir)
			continue
		case len(apps) == 0:
			m.broken(X13, o.at(), m.appsPlace(), "generate an Application for it", "no Application renders %s", o.dir)
		case len(apps) > 1:
			m.broken(X13, sourceOf(apps[1]).get("path").at(), sourceOf(apps[0]).get("path").at(), "keep one", "Applications %s and %s both render %s, and take its objects from one another", appName(apps[0]), appName(apps[1]), o.dir)
		}
		m.oneJob(o)
		m.names(o, apps)
	}
	m.distinctApps()
	m.namedElements()
}

func (m *model) appsPlace() place {
	if len(m.apps) > 0 {
		return sourceOf(m.apps[0]).get("path").at()
	}
	return place{}
}

func (m *model) oneJob(o *overlay) {
	var first *writer
	for _, w := range o.writers {
		switch {
		case w.reverts:
		case first != nil:
			m.broken(X13, w.at(), first.at(), "keep one", "%s and %s both deploy to %s", first.job.label(), w.job.label(), o.dir)
		default:
			first = w
		}
	}
	if first == nil {
		m.broken(X13, o.at(), m.firstWriter(), "generate a deploy job for it", "no job deploys to %s", o.dir)
	}
}

func (m *model) firstWriter() place {
	for _, w := range m.writers {
		if !w.reverts {
			return w.variable(w.inRepository(w.root), shell.Command{})
		}
	}
	return place{}
}

func (m *model) names(o *overlay, apps []node) {
	if o.env == nil {
		m.broken(X13, o.at(), place{}, "remove it, or add the environment to the spec", "the overlay %s belongs to no environment of the spec", o.dir)
		return
	}
	for _, a := range apps {
		if appName(a) != o.env.Application {
			m.broken(X13, a.get("metadata", "name").at(), o.at(), "name it "+o.env.Application, "Application %s renders %s, whose environment calls it %s", quoted(appName(a)), o.dir, o.env.Application)
		}
		if kind := a.get("spec", "source", "chart"); kind.ok() {
			m.broken(X13, kind.at(), o.at(), "render the overlay", "Application %s renders a chart", appName(a))
		}
	}
	for _, w := range o.writers {
		env := w.job.get("environment")
		if env.isMap() {
			env = env.get("name")
		}
		if got := w.x.fill(w.job, env.text()); got != o.env.Name {
			m.broken(X13, env.at(), w.variable(o.dir, shell.Command{}), "environment: "+o.env.Name, "%s deploys to %s under the rules of the environment %s", w.job.label(), o.dir, quoted(got))
		}
		for _, s := range w.job.steps {
			for name, want := range map[string]string{"ENVIRONMENT": o.env.Name, "APPLICATION": m.facts.Application} {
				if v := s.get("env", name); v.ok() && w.x.fill(w.job, v.text()) != want {
					m.broken(X13, v.at(), o.at(), "write "+want, "%s calls its %s %s, and it is %s", w.job.label(), strings.ToLower(name), quoted(v.text()), want)
				}
			}
		}
	}
}

// distinctApps refuses two Applications of one name: the second replaces the first.
func (m *model) distinctApps() {
	seen := map[string]node{}
	for _, a := range m.apps {
		n := a.get("metadata", "name")
		if first, taken := seen[n.text()]; taken {
			m.broken(X13, n.at(), first.at(), "give each a name of its own", "two Applications are called %s", quoted(n.text()))
			continue
		}
		seen[n.text()] = n
		for _, p := range sourcePaths(a) {
			if m.overlay(p.text()) == nil {
				m.broken(X13, p.at(), m.anyOverlay(), "name the folder of an overlay", "Application %s renders %s, which is no overlay", appName(a), quoted(p.text()))
			}
		}
	}
}
