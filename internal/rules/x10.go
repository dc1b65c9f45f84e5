package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// x10: whatever an object or a workflow names is generated, or the spec says that
// it exists. A pod that names a missing ServiceAccount is refused; one that names a
// missing Secret never starts.
func provesX10(m *Case) {
	for _, o := range m.overlays {
		for _, r := range o.references() {
			m.exists(o, r)
		}
		for _, obj := range o.Objects {
			if obj.Group != "" && !builtin(obj.Group) && !slices.Contains(m.Facts.Existing, obj.Kind+"."+obj.Group) {
				m.broken(obj.Get("kind").At(), o.At(), "declare the kind as existing in the spec", "%s is of the group %s, which Kubernetes does not have by itself", obj.Label(), obj.Group)
			}
		}
	}
	for _, a := range m.Applications {
		if _, ok := m.Project(a); !ok {
			m.broken(a.Get("spec", "project").At(), m.anyProject(), "name the generated project", "Application %s is in the project %s, which is not generated", pipeline.NameOf(a), quoted(a.Get("spec", "project").Text()))
		}
	}
	for _, w := range m.Workflows {
		m.declared(w)
	}
}

func (m *Case) anyProject() pipeline.Place {
	if len(m.Projects) > 0 {
		return m.Projects[0].Get("metadata", "name").At()
	}
	return pipeline.Place{}
}

// builtin reports whether a group comes with Kubernetes.
func builtin(group string) bool {
	return !strings.Contains(group, ".") || strings.HasSuffix(group, ".k8s.io")
}

// reference is one object that another names.
type reference struct {
	kind string
	name pipeline.Node
	key  pipeline.Node
}

func (o *overlay) references() []reference {
	var out []reference
	ref := func(kind string, name, key pipeline.Node) {
		if name.Text() != "" {
			out = append(out, reference{kind, name, key})
		}
	}
	for _, w := range o.Workloads() {
		pod := w.Pod()
		ref("ServiceAccount", pod.Get("serviceAccountName"), pipeline.Node{})
		ref("PriorityClass", pod.Get("priorityClassName"), pipeline.Node{})
		ref("RuntimeClass", pod.Get("runtimeClassName"), pipeline.Node{})
		for _, s := range pod.Get("imagePullSecrets").Items() {
			ref("Secret", s.Get("name"), pipeline.Node{})
		}
		for _, v := range pod.Get("volumes").Items() {
			ref("Secret", v.Get("secret", "secretName"), pipeline.Node{})
			ref("ConfigMap", v.Get("configMap", "name"), pipeline.Node{})
			ref("PersistentVolumeClaim", v.Get("persistentVolumeClaim", "claimName"), pipeline.Node{})
			for _, p := range v.Get("projected", "sources").Items() {
				ref("Secret", p.Get("secret", "name"), pipeline.Node{})
				ref("ConfigMap", p.Get("configMap", "name"), pipeline.Node{})
			}
		}
		for _, c := range w.Containers() {
			for _, e := range c.Get("env").Items() {
				secret, config := e.Get("valueFrom", "secretKeyRef"), e.Get("valueFrom", "configMapKeyRef")
				ref("Secret", secret.Get("name"), secret.Get("key"))
				ref("ConfigMap", config.Get("name"), config.Get("key"))
			}
			for _, e := range c.Get("envFrom").Items() {
				ref("Secret", e.Get("secretRef", "name"), pipeline.Node{})
				ref("ConfigMap", e.Get("configMapRef", "name"), pipeline.Node{})
			}
		}
	}
	for _, sa := range o.Kinds("ServiceAccount") {
		for _, s := range sa.Get("imagePullSecrets").Items() {
			ref("Secret", s.Get("name"), pipeline.Node{})
		}
	}
	for _, i := range o.Kinds("Ingress") {
		for _, t := range i.Get("spec", "tls").Items() {
			ref("Secret", t.Get("secretName"), pipeline.Node{})
		}
		for _, r := range i.Get("spec", "rules").Items() {
			for _, p := range r.Get("http", "paths").Items() {
				ref("Service", p.Get("backend", "service", "name"), pipeline.Node{})
			}
		}
	}
	for _, h := range o.Kinds("HorizontalPodAutoscaler") {
		target := h.Get("spec", "scaleTargetRef")
		ref(target.Get("kind").Text(), target.Get("name"), pipeline.Node{})
	}
	return out
}

func (m *Case) exists(o *overlay, r reference) {
	name := r.name.Text()
	for _, obj := range o.Kinds(r.kind) {
		if obj.Name == name {
			return
		}
	}
	if slices.Contains(m.Facts.Existing, r.kind+"/"+name) {
		return
	}
	if r.kind == "PriorityClass" && strings.HasPrefix(name, "system-") {
		return
	}
	if r.kind == "Secret" {
		declared, ok := m.Facts.Secrets[name]
		if ok && r.key.OK() && !slices.Contains(declared, r.key.Text()) {
			m.broken(r.key.At(), pipeline.Place{}, "declare the key in deploy.secrets", "the Secret %s is declared, but its key %s is not", name, quoted(r.key.Text()))
		}
		if ok || name == m.Facts.PullSecret {
			return
		}
	}
	m.broken(r.name.At(), o.At(), "generate it, or declare in the spec that it exists", "%s %s is named here, is not among what %s renders and is not declared to exist", r.kind, name, o.Dir)
}

var used = lazy.Regexp(`\b(secrets|vars)\.([A-Za-z_][A-Za-z0-9_]*)`)

// declared holds the secrets and variables of a workflow against those of the spec.
func (m *Case) declared(w *pipeline.Workflow) {
	w.Scalars(func(n pipeline.Node) {
		for _, e := range pipeline.Expressions(n.Text()) {
			for _, u := range used().FindAllStringSubmatch(e, -1) {
				known := m.Facts.CISecrets
				if u[1] == "vars" {
					known = m.Facts.CIVariables
				}
				if u[2] != "GITHUB_TOKEN" && !slices.Contains(known, u[2]) {
					m.broken(n.At(), m.readmePlace(".github/workflows/README.md"), "name it in the spec", "%s.%s is read here, and the spec says nothing of it", u[1], u[2])
				}
			}
		}
	})
}
