package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// Root is the Application that brings the others, in its own project, from a folder of the GitOps repository. Namespace is
// that of Argo CD.
type Root struct{ Application, Project, Folder, Namespace string }

// rootsBringApplications: what an Application that brings others may do, and what becomes of them without their file.
func rootsBringApplications(c *Case) {
	if c.Facts == nil {
		for _, r := range c.Roots {
			c.bringsCarefully(r)
		}
		return
	}
	found := map[string]bool{}
	for _, r := range c.Roots {
		name := r.Get("metadata", "name")
		facts := c.rootOf(r)
		if facts == nil || name.Text() != facts.Application {
			c.broken(name.At(), pipeline.Sources(r.Node)[0].Get("path").At(), "write argocd: appOfApps: true, or take it out", "%s brings other Applications from %s, and the spec does not say so", pipeline.NameOf(r.Node), r.Dir)
			continue
		}
		found[r.Dir] = true
		c.rootIsNarrow(r, facts)
		c.rootTakesNothing(r)
		for _, o := range r.Brought {
			c.broughtByRoot(r, o, facts)
		}
	}
	for _, facts := range c.Facts.Roots {
		if !found[facts.Folder] {
			c.broken(c.AnyApplication(), c.anyProject(), regenerate, "no Application called %s brings what is in %s", facts.Application, facts.Folder)
		}
	}
}

// rootOf is what the spec says of the root of a folder, nil for nothing.
func (c *Case) rootOf(r pipeline.Root) *Root {
	return first(c.Facts.Roots, func(f Root) bool { return f.Folder == r.Dir })
}

// withRoots are all Applications of a pipeline with a spec.
func (c *Case) withRoots() []pipeline.Node {
	out := slices.Clone(c.Applications)
	for _, r := range c.Roots {
		out = append(out, r.Node)
	}
	return out
}

// bringing are the roots that bring some Applications, or the ApplicationSet that makes them.
func (c *Case) bringing(apps []pipeline.Node) []pipeline.Node {
	var out []pipeline.Node
	for _, r := range c.Roots {
		if slices.ContainsFunc(r.Brought, func(o pipeline.Node) bool {
			return slices.ContainsFunc(apps, func(a pipeline.Node) bool { return a.File() == o.File() })
		}) {
			out = append(out, r.Node)
		}
	}
	return out
}

// bringsOthers reports a root: it renders no overlay.
func (c *Case) bringsOthers(app pipeline.Node) bool {
	return slices.ContainsFunc(c.Roots, func(r pipeline.Root) bool { return r.Same(app) })
}

// ofRoot reports the project of the root.
func (c *Case) ofRoot(project pipeline.Node) bool {
	return c.Facts != nil && slices.ContainsFunc(c.Facts.Roots, func(r Root) bool { return r.Project == pipeline.NameOf(project) })
}

// rootIsNarrow: the project of the root is its own, and lets it bring Applications to the namespace of Argo CD alone.
func (c *Case) rootIsNarrow(r pipeline.Root, facts *Root) {
	named := r.Get("spec", "project")
	project, known := c.Project(r.Node)
	if named.Text() != facts.Project || !known {
		c.broken(named.At(), r.At(), "project: "+facts.Project, "the root is in the project %s, which is not its own", quoted(named.Text()))
		return
	}
	for _, d := range append(project.Get("spec", "destinations").Items(), r.Get("spec", "destination")) {
		if n := d.Get("namespace"); n.Text() != facts.Namespace || d.Get("server").Text() != inCluster {
			c.broken(n.At(), named.At(), "namespace: "+facts.Namespace+" of "+inCluster, "the root may bring something to %s", quoted(n.Text()))
		}
	}
	list, cluster := project.Get("spec", "namespaceResourceWhitelist"), project.Get("spec", "clusterResourceWhitelist")
	for _, l := range []pipeline.Node{list, cluster} {
		if !l.OK() {
			c.broken(l.At(), named.At(), regenerate, "the project of the root does not list the kinds that it may bring")
			return
		}
	}
	needed := map[kind]pipeline.Place{}
	for _, o := range r.Brought {
		needed[kind{pipeline.GroupOf(o.Get("apiVersion").Text()), o.Get("kind").Text()}] = o.Get("kind").At()
	}
	for k, at := range needed {
		if !lists(list, k) {
			c.broken(list.At(), at, "add the kind to the list", "project %s does not allow %s: the sync fails", facts.Project, k)
		}
	}
	for _, k := range append(list.Items(), cluster.Items()...) {
		if _, need := needed[kindIn(k)]; !need || kindIn(k)[1] == "AppProject" {
			c.broken(k.At(), named.At(), "remove it", "the root may bring %s: so may whoever writes to %s", kindIn(k), r.Dir)
		}
	}
	for _, a := range c.Applications {
		if a.Get("spec", "project").Text() == facts.Project {
			c.broken(a.Get("spec", "project").At(), named.At(), "give it the project of the spec", "Application %s is in the project of the root, which may change Applications", pipeline.NameOf(a))
		}
	}
}

// rootTakesNothing: neither a sync of the root deletes something nor its own deletion.
func (c *Case) rootTakesNothing(r pipeline.Root) {
	path := pipeline.Sources(r.Node)[0].Get("path")
	if n := r.Get("spec", "syncPolicy", "automated", "prune"); n.Text() != "false" {
		c.broken(n.At(), path.At(), "prune: false", "a file that is gone from %s takes its Application away, and with it what runs", r.Dir)
	}
	if n := r.Get("metadata", "finalizers"); n.OK() {
		c.broken(n.At(), path.At(), "remove it", "whoever deletes the root deletes what it has brought")
	}
	c.writtenBelow(r.Dir, path.At(), "the root brings Applications")
}

// writtenBelow: a job may not write to a folder from which Applications come.
func (c *Case) writtenBelow(dir string, reads pipeline.Place, what string) {
	for _, w := range c.writers {
		for _, e := range w.Edits {
			if e.Folder == dir || strings.HasPrefix(e.Folder, dir+"/") {
				c.broken(e.At(), reads, "let it write live folders alone", "%s writes %s, from which %s", w.Job.Label(), e.Folder, what)
			}
		}
	}
}

// broughtByRoot: an object in the folder of the root makes Applications of this pipeline, and stays without its file.
func (c *Case) broughtByRoot(r pipeline.Root, o pipeline.Node, facts *Root) {
	kind, path := o.Get("kind"), pipeline.Sources(r.Node)[0].Get("path")
	switch {
	case kind.Text() != "Application" && kind.Text() != "ApplicationSet":
		c.broken(kind.At(), path.At(), "keep it in another folder, and apply it by hand", "%s %s is among what the root brings: whoever may write there may change it", kind.Text(), pipeline.NameOf(o))
		return
	case kind.Text() == "Application" && o.Same(r.Node):
		c.broken(kind.At(), path.At(), "keep it in another folder", "the root brings itself: a commit to its folder could change from where")
		return
	}
	if n := o.Get("metadata", "namespace"); n.Text() != facts.Namespace {
		c.broken(n.At(), path.At(), "namespace: "+facts.Namespace, "%s is in the namespace %s, where the root may bring nothing", pipeline.NameOf(o), quoted(n.Text()))
	}
	options := o.Get("metadata", "annotations", optionsAnnotation)
	for _, want := range []string{"Prune=false", "Delete=false"} {
		if !slices.Contains(parts(options.Text()), want) {
			c.broken(options.At(), path.At(), "add "+want+" to "+optionsAnnotation, "%s does not stay when its file is gone, or when the root is deleted", pipeline.NameOf(o))
		}
	}
}

// bringsCarefully looks for a root in a pipeline without a spec with which an edit deletes what runs, or widens what may.
func (c *Case) bringsCarefully(r pipeline.Root) {
	if !slices.ContainsFunc(pipeline.Sources(r.Node), c.here) {
		return
	}
	prune := r.Get("spec", "syncPolicy", "automated", "prune")
	for _, o := range r.Brought {
		options := parts(o.Get("metadata", "annotations", optionsAnnotation).Text())
		if finalizer := deletes(o); prune.True() && finalizer.OK() && !slices.Contains(options, "Prune=false") && !slices.Contains(options, "Prune=confirm") {
			c.broken(prune.At(), finalizer.At(), "prune: false, or Prune=confirm in the annotation "+optionsAnnotation+" of the Applications", "a file that is moved or renamed in %s takes its Application away, and with it all that runs", r.Dir)
			break
		}
	}
	for _, o := range r.Brought {
		if o.Get("kind").Text() != "AppProject" {
			continue
		}
		for _, of := range append(slices.Clone(c.Applications), r.Node) {
			if of.Get("spec", "project").Text() == pipeline.NameOf(o) {
				c.broken(o.Get("kind").At(), r.Get("kind").At(), "keep the projects apart, and apply them by hand", "%s brings the project %s: whoever may write to %s may let its Applications do more", pipeline.NameOf(r.Node), pipeline.NameOf(o), r.Dir)
				break
			}
		}
	}
}

// deletes is the finalizer with which an Application takes along what it has deployed, if it has one.
func deletes(app pipeline.Node) pipeline.Node {
	for _, f := range app.Get("metadata", "finalizers").Items() {
		if app.Get("kind").Text() == "Application" && strings.HasPrefix(f.Text(), resourcesFinalizer) {
			return f
		}
	}
	return pipeline.Node{}
}

// inCluster is the address of the cluster in which Argo CD itself runs.
const inCluster = "https://kubernetes.default.svc"
