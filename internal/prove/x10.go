package prove

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

// x10: whatever an object or a workflow names is generated, or the spec says that
// it exists. A pod that names a missing ServiceAccount is refused; one that names a
// missing Secret never starts.
func x10(m *model) {
	for _, o := range m.overlays {
		for _, r := range o.references() {
			m.exists(o, r)
		}
		for _, obj := range o.objects {
			if obj.group != "" && !builtin(obj.group) && !slices.Contains(m.facts.Existing, obj.kind+"."+obj.group) {
				m.broken(X10, obj.get("kind").at(), o.at(), "declare the kind as existing in the spec", "%s is of the group %s, which Kubernetes does not have by itself", obj.label(), obj.group)
			}
		}
	}
	for _, a := range m.apps {
		if _, ok := m.project(a); !ok {
			m.broken(X10, a.get("spec", "project").at(), m.anyProject(), "name the generated project", "Application %s is in the project %s, which is not generated", appName(a), quoted(a.get("spec", "project").text()))
		}
	}
	for _, w := range m.workflows {
		m.declared(w)
	}
}

func (m *model) anyProject() place {
	if len(m.projects) > 0 {
		return m.projects[0].get("metadata", "name").at()
	}
	return place{}
}

// builtin reports whether a group comes with Kubernetes.
func builtin(group string) bool {
	return !strings.Contains(group, ".") || strings.HasSuffix(group, ".k8s.io")
}

// reference is one object that another names.
type reference struct {
	kind string
	name node
	key  node
}

func (o *overlay) references() []reference {
	var out []reference
	ref := func(kind string, name, key node) {
		if name.text() != "" {
			out = append(out, reference{kind, name, key})
		}
	}
	for _, w := range o.workloads() {
		pod := w.pod()
		ref("ServiceAccount", pod.get("serviceAccountName"), node{})
		ref("PriorityClass", pod.get("priorityClassName"), node{})
		ref("RuntimeClass", pod.get("runtimeClassName"), node{})
		for _, s := range pod.get("imagePullSecrets").items() {
			ref("Secret", s.get("name"), node{})
		}
		for _, v := range pod.get("volumes").items() {
			ref("Secret", v.get("secret", "secretName"), node{})
			ref("ConfigMap", v.get("configMap", "name"), node{})
			ref("PersistentVolumeClaim", v.get("persistentVolumeClaim", "claimName"), node{})
			for _, p := range v.get("projected", "sources").items() {
				ref("Secret", p.get("secret", "name"), node{})
				ref("ConfigMap", p.get("configMap", "name"), node{})
			}
		}
		for _, c := range w.containers() {
			for _, e := range c.get("env").items() {
				secret, config := e.get("valueFrom", "secretKeyRef"), e.get("valueFrom", "configMapKeyRef")
				ref("Secret", secret.get("name"), secret.get("key"))
				ref("ConfigMap", config.get("name"), config.get("key"))
			}
			for _, e := range c.get("envFrom").items() {
				ref("Secret", e.get("secretRef", "name"), node{})
				ref("ConfigMap", e.get("configMapRef", "name"), node{})
			}
		}
	}
	for sa := range o.kind("ServiceAccount") {
		for _, s := range sa.get("imagePullSecrets").items() {
			ref("Secret", s.get("name"), node{})
		}
	}
	for i := range o.kind("Ingress") {
		for _, t := range i.get("spec", "tls").items() {
			ref("Secret", t.get("secretName"), node{})
		}
		for _, r := range i.get("spec", "rules").items() {
			for _, p := range r.get("http", "paths").items() {
				ref("Service", p.get("backend", "service", "name"), node{})
			}
		}
	}
	for h := range o.kind("HorizontalPodAutoscaler") {
		target := h.get("spec", "scaleTargetRef")
		ref(target.get("kind").text(), target.get("name"), node{})
	}
	return out
}

func (m *model) exists(o *overlay, r reference) {
	name := r.name.text()
	for obj := range o.kind(r.kind) {
		if obj.ident == name {
			return
		}
	}
	if slices.Contains(m.facts.Existing, r.kind+"/"+name) {
		return
	}
	if r.kind == "PriorityClass" && strings.HasPrefix(name, "system-") {
		return
	}
	if r.kind == "Secret" {
		declared, ok := m.facts.Secrets[name]
		if ok && r.key.ok() && !slices.Contains(declared, r.key.text()) {
			m.broken(X10, r.key.at(), place{}, "declare the key in deploy.secrets", "the Secret %s is declared, but its key %s is not", name, quoted(r.key.text()))
		}
		if ok || name == m.facts.PullSecret {
			return
		}
	}
	m.broken(X10, r.name.at(), o.at(), "generate it, or declare in the spec that it exists", "%s %s is named here, is not among what %s renders and is not declared to exist", r.kind, name, o.dir)
}

var used = lazy.Regexp(`\b(secrets|vars)\.([A-Za-z_][A-Za-z0-9_]*)`)

// declared holds the secrets and variables of a workflow against those of the spec.
func (m *model) declared(w *workflow) {
	w.strings(func(n node) {
		for _, e := range hole().FindAllString(n.text(), -1) {
			for _, u := range used().FindAllStringSubmatch(e, -1) {
				known := m.facts.CISecrets
				if u[1] == "vars" {
					known = m.facts.CIVariables
				}
				if u[2] != "GITHUB_TOKEN" && !slices.Contains(known, u[2]) {
					m.broken(X10, n.at(), m.readmePlace(".github/workflows/README.md"), "name it in the spec", "%s.%s is read here, and the spec says nothing of it", u[1], u[2])
				}
			}
		}
	})
}
