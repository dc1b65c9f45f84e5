package prove

// x16: one namespace in the overlay, the Application, the project and every
// subject of a binding; and one cluster.
func x16(m *model) {
	for _, o := range m.overlays {
		for _, a := range m.appsOf(o.dir) {
			m.destination(o, a)
		}
		for _, obj := range o.objects {
			ns := obj.get("metadata", "namespace")
			if !clusterScoped[obj.kind] && o.env != nil && ns.text() != o.env.Namespace {
				m.broken(X16, ns.at(), m.destinationOf(o), "namespace: "+o.env.Namespace, "%s is rendered into the namespace %s, and the environment is in %s", obj.label(), quoted(ns.text()), o.env.Namespace)
			}
			for _, s := range obj.get("subjects").items() {
				if n := s.get("namespace"); s.get("kind").text() == "ServiceAccount" && o.env != nil && n.text() != o.env.Namespace {
					m.broken(X16, n.at(), o.at(), "namespace: "+o.env.Namespace, "%s is for an account in the namespace %s, and the environment is in %s", obj.label(), quoted(n.text()), o.env.Namespace)
				}
			}
		}
	}
	for _, p := range m.projects {
		m.destinations(p)
	}
}

func (m *model) destinationOf(o *overlay) place {
	for _, a := range m.appsOf(o.dir) {
		return a.get("spec", "destination", "namespace").at()
	}
	return place{}
}

func (m *model) destination(o *overlay, a node) {
	d := a.get("spec", "destination")
	if o.env != nil && d.get("namespace").text() != o.env.Namespace {
		m.broken(X16, d.get("namespace").at(), o.folders[0].kust.get("namespace").at(), "namespace: "+o.env.Namespace, "Application %s deploys to the namespace %s, and %s is rendered for %s", appName(a), quoted(d.get("namespace").text()), o.dir, o.env.Namespace)
	}
	p, ok := m.project(a)
	if !ok {
		return
	}
	if !m.allowed(p)[targetOf(d)] {
		m.broken(X16, d.at(), p.get("spec", "destinations").at(), "let the project allow this server and namespace", "Application %s deploys to %s in %s, which its project does not allow", appName(a), quoted(d.get("namespace").text()), quoted(cluster(d)))
	}
	if x, y := a.get("metadata", "namespace"), p.get("metadata", "namespace"); x.text() != y.text() {
		m.broken(X16, x.at(), y.at(), "keep both in Argo CD's namespace", "Application %s is in the namespace %s and its project in %s, where it is not looked for", appName(a), quoted(x.text()), quoted(y.text()))
	}
}

func cluster(d node) string {
	if s := d.get("server").text(); s != "" {
		return s
	}
	return d.get("name").text()
}

// target is where objects go: a namespace of a cluster, which has an address or a name.
type target struct{ namespace, server, name string }

func targetOf(d node) target {
	return target{d.get("namespace").text(), d.get("server").text(), d.get("name").text()}
}

// allowed are the destinations that a project allows.
func (m *model) allowed(project node) map[target]bool {
	out, ok := m.targets[project.y]
	if !ok {
		out = map[target]bool{}
		for _, e := range project.get("spec", "destinations").items() {
			out[targetOf(e)] = true
		}
		m.targets[project.y] = out
	}
	return out
}

// destinations refuses what no Application of the project uses, wildcards above all.
func (m *model) destinations(p node) {
	used := map[target]bool{}
	for _, a := range m.apps {
		used[targetOf(a.get("spec", "destination"))] = true
	}
	for _, e := range p.get("spec", "destinations").items() {
		if !used[targetOf(e)] {
			m.broken(X16, e.at(), m.appsPlace(), "allow the destinations of the Applications alone", "the project allows %s in %s, where no Application deploys", quoted(e.get("namespace").text()), quoted(cluster(e)))
		}
	}
}

// clusterScoped are the kinds without a namespace that an application may bring.
var clusterScoped = map[string]bool{
	"Namespace": true, "ClusterRole": true, "ClusterRoleBinding": true, "CustomResourceDefinition": true, "PersistentVolume": true,
	"PriorityClass": true, "StorageClass": true, "IngressClass": true, "RuntimeClass": true, "ValidatingWebhookConfiguration": true,
	"MutatingWebhookConfiguration": true, "APIService": true, "ValidatingAdmissionPolicy": true, "ValidatingAdmissionPolicyBinding": true,
}
