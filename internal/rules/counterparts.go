package rules

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// oneOfEach requires that one Application for each cluster renders an overlay and that one job writes it; with a
// spec, that there are both, and that they agree in their names. A production overlay that nobody
// renders looks finished and is dead.
func oneOfEach(c *Case) {
	for _, o := range c.overlays {
		if c.Facts != nil && len(o.Folders) == 0 {
			c.broken(c.AnyApplication(), nowhere, regenerate, "the overlay %s is not there", o.Dir)
			continue
		}
		c.oneApplication(o)
		if c.Facts != nil && !c.isPreview(o.Target) {
			c.someJob(o)
			c.names(o)
		}
	}
	c.oneJob()
	if c.Facts != nil {
		c.distinctApps()
		c.namedElements()
	}
}

func (c *Case) oneApplication(o *overlay) {
	meant := path.Base(path.Dir(o.Dir)) == "overlays" && c.deploysFromHere() && !c.Unfollowed()
	if len(o.Apps) == 0 && (meant || c.Facts != nil) && !c.onlyUnder(o) {
		c.broken(o.At(), c.AnyApplication(), "remove it, or give it an Application", "no Application renders the overlay %s", o.Dir)
	}
	if o.env != nil && len(o.Apps) > 0 {
		for _, site := range o.env.Sites {
			if !slices.ContainsFunc(o.Apps, func(a pipeline.Node) bool {
				by := c.argoOf(a)
				return pipeline.Cluster(a.Get("spec", "destination")) == site.Cluster && (by == nil || by.Cluster == site.ArgoCD)
			}) {
				c.broken(pipeline.Sources(o.Apps[0])[0].Get("path").At(), o.At(), regenerate, "no Application brings %s to the cluster %s", o.Dir, cmp.Or(site.ArgoCD, site.Cluster))
			}
		}
	}
	for i, a := range o.Apps {
		for _, b := range o.Apps[:i] {
			same := targetOf(a.Get("spec", "destination")) == targetOf(b.Get("spec", "destination")) && c.beside(a, b)
			if same && !rendersAnew(a) && !rendersAnew(b) || c.Facts != nil && (same || o.env == nil || len(o.env.Sites) < 2) {
				c.broken(pipeline.Sources(a)[0].Get("path").At(), pipeline.Sources(b)[0].Get("path").At(), "keep one", "the Applications %s and %s both render %s, and take its objects from one another", pipeline.NameOf(b), pipeline.NameOf(a), o.Dir)
			}
		}
	}
}

// onlyUnder reports the overlay of an environment in which each cluster differs: it is rendered with theirs alone.
func (c *Case) onlyUnder(o *overlay) bool {
	return o.env != nil && len(o.env.Sites) == 0
}

// deploysFromHere reports whether some Application renders what is in the repository.
func (c *Case) deploysFromHere() bool {
	return slices.ContainsFunc(c.Targets, func(t *pipeline.Target) bool {
		return slices.ContainsFunc(t.Apps, func(a pipeline.Node) bool { return slices.ContainsFunc(pipeline.Sources(a), c.here) })
	})
}

// oneJob refuses two jobs that write one folder.
func (c *Case) oneJob() {
	editors := map[string]*writer{}
	for _, w := range c.writers {
		for _, e := range w.Edits {
			if other := editors[e.Folder]; other != nil && other != w && !uncertain(e.Folder) {
				c.broken(e.At(), other.Edits[0].At(), "let one job write it", "%s and %s both write %s", other.Job.Label(), w.Job.Label(), e.Folder)
			}
			editors[e.Folder] = w
		}
	}
}

// someJob requires a job that deploys to an overlay, or to the one that it is over: with that it gets the image.
func (c *Case) someJob(o *overlay) {
	if under := c.under(o); under != nil {
		if !o.Holds(under.Dir) || len(o.Folders[0].Kust.Get("images").Items()) > 0 {
			c.broken(o.At(), under.At(), regenerate, "%s does not have what %s has, with the image that is live there", o.Dir, under.Dir)
		}
		return
	}
	if !slices.ContainsFunc(o.writers, func(w *writer) bool { return !w.Reverts }) {
		c.broken(o.At(), c.firstWriter(), "generate a deploy job for it", "no job deploys to %s", o.Dir)
	}
}

func (c *Case) firstWriter() pipeline.Place {
	for _, w := range c.writers {
		if !w.Reverts {
			return w.variable(w.InRepository(w.Root), pipeline.Command{})
		}
	}
	return pipeline.Place{}
}

func (c *Case) names(o *overlay) {
	if o.env == nil {
		c.broken(o.At(), pipeline.Place{}, "remove it, or add the environment to the spec", "the overlay %s belongs to no environment of the spec", o.Dir)
		return
	}
	for _, a := range o.Apps {
		if c.siteOf(o.env, a) == nil {
			c.broken(a.Get("metadata", "name").At(), o.At(), "name it "+o.env.applications(), "Application %s renders %s, whose environment calls it %s", quoted(pipeline.NameOf(a)), o.Dir, o.env.applications())
		}
		if kind := a.Get("spec", "source", "chart"); kind.OK() {
			c.broken(kind.At(), o.At(), "render the overlay", "Application %s renders a chart", pipeline.NameOf(a))
		}
	}
	for _, w := range o.writers {
		env := w.Job.Get("environment")
		if env.IsMap() {
			env = env.Get("name")
		}
		if got := w.Run.Fill(w.Job, env.Text()); got != o.env.Name {
			c.broken(env.At(), w.variable(o.Dir, pipeline.Command{}), "environment: "+o.env.Name, "%s deploys to %s under the rules of the environment %s", w.Job.Label(), o.Dir, quoted(got))
		}
		for _, s := range w.Job.Steps {
			for name, want := range map[string]string{"ENVIRONMENT": o.env.Name, "APPLICATION": c.Facts.Application} {
				if v := s.Get("env", name); v.OK() && w.Run.Fill(w.Job, v.Text()) != want {
					c.broken(v.At(), o.At(), "write "+want, "%s calls its %s %s, and it is %s", w.Job.Label(), strings.ToLower(name), quoted(v.Text()), want)
				}
			}
		}
	}
}

// applications are the names of those of an environment.
func (e *Environment) applications() string {
	var out []string
	for _, s := range e.Sites {
		out = append(out, s.Application)
	}
	return strings.Join(out, " or ")
}

// distinctApps refuses two Applications of one name: the second replaces the first.
func (c *Case) distinctApps() {
	type named struct {
		by   *ArgoCD
		name string
	}
	seen := map[named]pipeline.Node{}
	for _, a := range c.Applications {
		n := a.Get("metadata", "name")
		is := named{c.argoOf(a), n.Text()}
		if first, taken := seen[is]; taken {
			c.broken(n.At(), first.At(), "give each a name of its own", "two Applications are called %s", quoted(n.Text()))
			continue
		}
		seen[is] = n
	}
}

// AnyApplication is the place at which an Application names what it renders.
func (c *Case) AnyApplication() pipeline.Place {
	if len(c.Applications) > 0 {
		return pipeline.Sources(c.Applications[0])[0].Get("path").At()
	}
	return pipeline.Place{}
}

// namedElements requires that an element of an ApplicationSet names the environment of its overlay.
func (c *Case) namedElements() {
	for _, s := range c.ApplicationSets {
		for i, a := range s.Apps {
			n, p := s.Elements[i].Get("environment"), pipeline.Sources(a)[0].Get("path")
			if o := c.overlay(p.Text()); n.OK() && o != nil && o.env != nil && n.Text() != o.env.Name {
				c.broken(n.At(), p.At(), "write "+o.env.Name, "the element of %s is called %s", o.Dir, quoted(n.Text()))
			}
		}
	}
}
