package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// oneNamespace holds what an overlay renders, its Applications and their projects against one
// another, and with a spec against the namespace of the environment.
func oneNamespace(c *Case) {
	for _, o := range c.overlays {
		for _, a := range o.Apps {
			c.destination(o, a)
		}
		if o.env != nil {
			c.inEnvironment(o)
		}
	}
	if c.Facts != nil {
		for _, p := range c.Projects {
			c.destinations(p)
		}
	}
}

func (c *Case) destination(o *overlay, a pipeline.Node) {
	d := a.Get("spec", "destination")
	want := d.Get("namespace")
	if o.env != nil && want.Text() != o.env.Namespace {
		c.broken(want.At(), o.Folders[0].Kust.Get("namespace").At(), "namespace: "+o.env.Namespace, "Application %s deploys to the namespace %s, and %s is rendered for %s", pipeline.NameOf(a), quoted(want.Text()), o.Dir, o.env.Namespace)
	}
	if o.env != nil {
		if site := c.siteOf(o.env, a); site != nil && pipeline.Cluster(d) != site.Cluster {
			c.broken(d.At(), o.At(), regenerate, "Application %s deploys to the cluster %s, and the environment is in %s", pipeline.NameOf(a), quoted(pipeline.Cluster(d)), site.Cluster)
		}
	}
	if c.Facts == nil && want.OK() {
		c.rendered(o, want.Text(), want.At(), "Application "+pipeline.NameOf(a)+" deploys to", c.meant(o, a))
	}
	p, ok := c.Project(a)
	if !ok {
		return
	}
	if allowed := p.Get("spec", "destinations"); (want.OK() || c.Facts != nil) && !c.allows(p, targetOf(d)) {
		c.broken(allowed.At(), d.At(), "add the destination", "project %s does not let Application %s deploy to %s in %s", pipeline.NameOf(p), pipeline.NameOf(a), quoted(want.Text()), quoted(pipeline.Cluster(d)))
	}
	if x, y := a.Get("metadata", "namespace"), p.Get("metadata", "namespace"); c.Facts != nil && x.Text() != y.Text() {
		c.broken(x.At(), y.At(), "keep both in Argo CD's namespace", "Application %s is in the namespace %s and its project in %s, where it is not looked for", pipeline.NameOf(a), quoted(x.Text()), quoted(y.Text()))
	}
}

// meant returns which other namespaces objects of an overlay may name: where some are in that of the Application, the others
// are meant to be elsewhere, as far as the project allows it.
func (c *Case) meant(o *overlay, a pipeline.Node) func(namespace string) bool {
	want := targetOf(a.Get("spec", "destination"))
	if !slices.ContainsFunc(o.Objects, func(obj *pipeline.Object) bool {
		n := obj.Get("metadata", "namespace").Text()
		return !pipeline.ClusterScoped(obj.Kind) && (n == "" || n == want.namespace)
	}) {
		return nil
	}
	p, ok := c.Project(a)
	return func(namespace string) bool {
		return !ok || c.allows(p, target{namespace, want.server, want.name})
	}
}

// rendered holds the namespace of each object that an overlay renders against the one that is
// wanted, or others that are meant; who says who wants it.
func (c *Case) rendered(o *overlay, want string, other pipeline.Place, who string, meant func(namespace string) bool) {
	seen := map[string]bool{} // a kustomization puts all of its objects into one
	for _, obj := range o.Objects {
		if c.Facts == nil && ofArgoCD(obj.Group, obj.Kind) {
			continue
		}
		n := obj.Get("metadata", "namespace")
		if meant != nil && meant(n.Text()) {
			continue
		}
		if at := n.At(); !pipeline.ClusterScoped(obj.Kind) && n.Text() != want && (n.OK() || c.Facts != nil && c.Facts.own(o.env) == nil) && !seen[at.String()] {
			seen[at.String()] = true
			c.broken(at, other, "let both name one namespace", "%s puts %s into the namespace %s, and %s %s", o.Dir, obj.Label(), quoted(n.Text()), who, quoted(want))
		}
	}
}

// inEnvironment holds what an overlay renders against the namespace of its environment.
func (c *Case) inEnvironment(o *overlay) {
	other := nowhere
	for _, a := range o.Apps {
		other = a.Get("spec", "destination", "namespace").At()
	}
	c.rendered(o, o.env.Namespace, other, "the environment is in", nil)
	for _, obj := range o.Objects {
		for _, s := range obj.Get("subjects").Items() {
			if n := s.Get("namespace"); s.Get("kind").Text() == "ServiceAccount" && n.Text() != o.env.Namespace {
				c.broken(n.At(), o.At(), "namespace: "+o.env.Namespace, "%s is for an account in the namespace %s, and the environment is in %s", obj.Label(), quoted(n.Text()), o.env.Namespace)
			}
		}
	}
}

// target is where objects go: a namespace of a cluster, which has an address or a name.
type target struct{ namespace, server, name string }

func targetOf(d pipeline.Node) target {
	return target{d.Get("namespace").Text(), d.Get("server").Text(), d.Get("name").Text()}
}

// allows reports whether a project allows a destination, by itself or by a pattern.
func (c *Case) allows(project pipeline.Node, d target) bool {
	list, ok := c.targetsOf[project.At()]
	if !ok {
		list = map[target]bool{}
		for _, e := range project.Get("spec", "destinations").Items() {
			list[targetOf(e)] = true
		}
		c.targetsOf[project.At()] = list
	}
	if list[d] {
		return true
	}
	for have := range list {
		if d.name == pipeline.SampleCluster && have.namespace == d.namespace && strings.Contains(have.name+have.server, "*") {
			return true // which names its clusters have, nobody knows
		}
		if pipeline.Fits(have.namespace, d.namespace) && (d.server != "" && pipeline.Fits(have.server, d.server) || d.name != "" && pipeline.Fits(have.name, d.name)) {
			return true
		}
	}
	return false
}

// destinations refuses what no Application of the project uses, wildcards above all.
func (c *Case) destinations(p pipeline.Node) {
	used := map[target]bool{}
	for _, a := range c.Applications {
		if c.beside(a, p) {
			to := targetOf(a.Get("spec", "destination"))
			if f := c.fleetOf(a); f != nil {
				to.name = f.Names
			}
			used[to] = true
		}
	}
	for _, e := range p.Get("spec", "destinations").Items() {
		if !used[targetOf(e)] && !c.forPreviews(p, e) && !c.ofRoot(p) {
			c.broken(e.At(), c.AnyApplication(), "allow the destinations of the Applications alone", "the project allows %s in %s, where no Application deploys", quoted(e.Get("namespace").Text()), quoted(pipeline.Cluster(e)))
		}
	}
}
