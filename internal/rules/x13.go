package rules

import (
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// x13: every overlay has one Application that renders it and one job that deploys
// to it, and the three agree in their names. A production overlay that nobody
// renders looks finished and is dead.
func provesX13(m *Case) {
	for _, o := range m.overlays {
		apps := o.Apps
		switch {
		case len(o.Folders) == 0:
			m.broken(m.AnyApplication(), pipeline.Place{}, "run 'pipegen generate'", "the overlay %s is not there", o.Dir)
			continue
		case len(apps) == 0:
			m.broken(o.At(), m.AnyApplication(), "generate an Application for it", "no Application renders %s", o.Dir)
		case len(apps) > 1:
			m.broken(pipeline.Sources(apps[1])[0].Get("path").At(), pipeline.Sources(apps[0])[0].Get("path").At(), "keep one", "Applications %s and %s both render %s, and take its objects from one another", pipeline.NameOf(apps[0]), pipeline.NameOf(apps[1]), o.Dir)
		}
		m.oneJob(o)
		m.names(o, apps)
	}
	m.distinctApps()
	m.namedElements()
}

// AnyApplication is the place at which an Application names what it renders.
func (m *Case) AnyApplication() pipeline.Place {
	if len(m.Applications) > 0 {
		return pipeline.Sources(m.Applications[0])[0].Get("path").At()
	}
	return pipeline.Place{}
}

func (m *Case) oneJob(o *overlay) {
	var first *writer
	for _, w := range o.writers {
		switch {
		case w.Reverts:
		case first != nil:
			m.broken(w.At(), first.At(), "keep one", "%s and %s both deploy to %s", first.Job.Label(), w.Job.Label(), o.Dir)
		default:
			first = w
		}
	}
	if first == nil {
		m.broken(o.At(), m.firstWriter(), "generate a deploy job for it", "no job deploys to %s", o.Dir)
	}
}

func (m *Case) firstWriter() pipeline.Place {
	for _, w := range m.writers {
		if !w.Reverts {
			return w.variable(w.InRepository(w.Root), pipeline.Command{})
		}
	}
	return pipeline.Place{}
}

func (m *Case) names(o *overlay, apps []pipeline.Node) {
	if o.env == nil {
		m.broken(o.At(), pipeline.Place{}, "remove it, or add the environment to the spec", "the overlay %s belongs to no environment of the spec", o.Dir)
		return
	}
	for _, a := range apps {
		if pipeline.NameOf(a) != o.env.Application {
			m.broken(a.Get("metadata", "name").At(), o.At(), "name it "+o.env.Application, "Application %s renders %s, whose environment calls it %s", quoted(pipeline.NameOf(a)), o.Dir, o.env.Application)
		}
		if kind := a.Get("spec", "source", "chart"); kind.OK() {
			m.broken(kind.At(), o.At(), "render the overlay", "Application %s renders a chart", pipeline.NameOf(a))
		}
	}
	for _, w := range o.writers {
		env := w.Job.Get("environment")
		if env.IsMap() {
			env = env.Get("name")
		}
		if got := w.Run.Fill(w.Job, env.Text()); got != o.env.Name {
			m.broken(env.At(), w.variable(o.Dir, pipeline.Command{}), "environment: "+o.env.Name, "%s deploys to %s under the rules of the environment %s", w.Job.Label(), o.Dir, quoted(got))
		}
		for _, s := range w.Job.Steps {
			for name, want := range map[string]string{"ENVIRONMENT": o.env.Name, "APPLICATION": m.Facts.Application} {
				if v := s.Get("env", name); v.OK() && w.Run.Fill(w.Job, v.Text()) != want {
					m.broken(v.At(), o.At(), "write "+want, "%s calls its %s %s, and it is %s", w.Job.Label(), strings.ToLower(name), quoted(v.Text()), want)
				}
			}
		}
	}
}

// distinctApps refuses two Applications of one name: the second replaces the first.
func (m *Case) distinctApps() {
	seen := map[string]pipeline.Node{}
	for _, a := range m.Applications {
		n := a.Get("metadata", "name")
		if first, taken := seen[n.Text()]; taken {
			m.broken(n.At(), first.At(), "give each a name of its own", "two Applications are called %s", quoted(n.Text()))
			continue
		}
		seen[n.Text()] = n
		for _, p := range pipeline.Paths(a) {
			if m.overlay(p.Text()) == nil {
				m.broken(p.At(), m.AnyOverlay(), "name the folder of an overlay", "Application %s renders %s, which is no overlay", pipeline.NameOf(a), quoted(p.Text()))
			}
		}
	}
}

// namedElements requires that an element names the environment of its overlay (X13).
func (m *Case) namedElements() {
	for _, s := range m.ApplicationSets {
		for i, a := range s.Apps {
			n, p := s.Elements[i].Get("environment"), pipeline.Sources(a)[0].Get("path")
			if o := m.overlay(p.Text()); n.OK() && o != nil && o.env != nil && n.Text() != o.env.Name {
				m.broken(n.At(), p.At(), "write "+o.env.Name, "the element of %s is called %s", o.Dir, quoted(n.Text()))
			}
		}
	}
}
