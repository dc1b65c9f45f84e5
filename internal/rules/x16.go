package rules

import "github.com/pipegen/pipegen/internal/pipeline"

// x16: one namespace in the overlay, the Application, the project and every
// subject of a binding; and one cluster.
func provesX16(m *Case) {
	for _, o := range m.overlays {
		for _, a := range o.Apps {
			m.destination(o, a)
		}
		for _, obj := range o.Objects {
			ns := obj.Get("metadata", "namespace")
			if !pipeline.ClusterScoped(obj.Kind) && o.env != nil && ns.Text() != o.env.Namespace {
				m.broken(ns.At(), m.destinationOf(o), "namespace: "+o.env.Namespace, "%s is rendered into the namespace %s, and the environment is in %s", obj.Label(), quoted(ns.Text()), o.env.Namespace)
			}
			for _, s := range obj.Get("subjects").Items() {
				if n := s.Get("namespace"); s.Get("kind").Text() == "ServiceAccount" && o.env != nil && n.Text() != o.env.Namespace {
					m.broken(n.At(), o.At(), "namespace: "+o.env.Namespace, "%s is for an account in the namespace %s, and the environment is in %s", obj.Label(), quoted(n.Text()), o.env.Namespace)
				}
			}
		}
	}
	for _, p := range m.Projects {
		m.destinations(p)
	}
}

func (m *Case) destinationOf(o *overlay) pipeline.Place {
	for _, a := range o.Apps {
		return a.Get("spec", "destination", "namespace").At()
	}
	return pipeline.Place{}
}

func (m *Case) destination(o *overlay, a pipeline.Node) {
	d := a.Get("spec", "destination")
	if o.env != nil && d.Get("namespace").Text() != o.env.Namespace {
		m.broken(d.Get("namespace").At(), o.Folders[0].Kust.Get("namespace").At(), "namespace: "+o.env.Namespace, "Application %s deploys to the namespace %s, and %s is rendered for %s", pipeline.NameOf(a), quoted(d.Get("namespace").Text()), o.Dir, o.env.Namespace)
	}
	p, ok := m.Project(a)
	if !ok {
		return
	}
	if !m.allowed(p)[targetOf(d)] {
		m.broken(d.At(), p.Get("spec", "destinations").At(), "let the project allow this server and namespace", "Application %s deploys to %s in %s, which its project does not allow", pipeline.NameOf(a), quoted(d.Get("namespace").Text()), quoted(pipeline.Cluster(d)))
	}
	if x, y := a.Get("metadata", "namespace"), p.Get("metadata", "namespace"); x.Text() != y.Text() {
		m.broken(x.At(), y.At(), "keep both in Argo CD's namespace", "Application %s is in the namespace %s and its project in %s, where it is not looked for", pipeline.NameOf(a), quoted(x.Text()), quoted(y.Text()))
	}
}

// target is where objects go: a namespace of a cluster, which has an address or a name.
type target struct{ namespace, server, name string }

func targetOf(d pipeline.Node) target {
	return target{d.Get("namespace").Text(), d.Get("server").Text(), d.Get("name").Text()}
}

// allowed are the destinations that a project allows.
func (m *Case) allowed(project pipeline.Node) map[target]bool {
	out, ok := m.targetsOf[project.At()]
	if !ok {
		out = map[target]bool{}
		for _, e := range project.Get("spec", "destinations").Items() {
			out[targetOf(e)] = true
		}
		m.targetsOf[project.At()] = out
	}
	return out
}

// destinations refuses what no Application of the project uses, wildcards above all.
func (m *Case) destinations(p pipeline.Node) {
	used := map[target]bool{}
	for _, a := range m.Applications {
		used[targetOf(a.Get("spec", "destination"))] = true
	}
	for _, e := range p.Get("spec", "destinations").Items() {
		if !used[targetOf(e)] {
			m.broken(e.At(), m.AnyApplication(), "allow the destinations of the Applications alone", "the project allows %s in %s, where no Application deploys", quoted(e.Get("namespace").Text()), quoted(pipeline.Cluster(e)))
		}
	}
}
