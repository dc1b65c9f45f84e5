package prove

import "strings"

// x18: every field has one writer: CI alone for the image, an autoscaler or the
// spec for the number of pods, Argo CD or a manifest for the namespace's labels.
func x18(m *model) {
	for _, a := range m.apps {
		m.imageWriters(a)
		m.namespaceWriters(a)
	}
	for _, o := range m.overlays {
		for h := range o.kind("HorizontalPodAutoscaler") {
			target := h.get("spec", "scaleTargetRef")
			for _, w := range o.workloads() {
				if w.kind == target.get("kind").text() && w.ident == target.get("name").text() && w.get("spec", "replicas").ok() {
					m.broken(X18, w.get("spec", "replicas").at(), h.get("spec").at(), "leave replicas out", "%s is scaled by %s, and a fixed number here undoes it at each sync", w.label(), h.label())
				}
			}
		}
	}
}

func (m *model) imageWriters(a node) {
	live := place{}
	for _, w := range m.writers {
		live = w.at()
	}
	for name, n := range a.get("metadata", "annotations").pairs() {
		if strings.HasPrefix(name, "argocd-image-updater.argoproj.io/") {
			m.broken(X18, n.at(), live, "remove the annotation", "the Image Updater and CI both set the image of Application %s", appName(a))
		}
	}
	for _, s := range sources(a) {
		for _, field := range []string{"images", "namespace", "replicas", "namePrefix", "nameSuffix", "patches", "commonLabels"} {
			if n := s.get("kustomize", field); n.ok() {
				m.broken(X18, n.at(), live, "let the overlay say it", "Application %s changes %s of what the overlay renders", appName(a), field)
			}
		}
	}
}

func (m *model) namespaceWriters(a node) {
	managed := a.get("spec", "syncPolicy", "managedNamespaceMetadata")
	options := a.get("spec", "syncPolicy", "syncOptions")
	if managed.ok() && !hasOption(a, "CreateNamespace=true") {
		m.broken(X18, managed.at(), options.at(), "add CreateNamespace=true, or remove managedNamespaceMetadata", "Application %s labels a namespace that it does not create: nothing happens", appName(a))
	}
	for _, p := range sourcePaths(a) {
		o := m.overlay(p.text())
		if o == nil {
			continue
		}
		for ns := range o.kind("Namespace") {
			if managed.ok() || hasOption(a, "CreateNamespace=true") {
				m.broken(X18, options.at(), ns.get("kind").at(), "keep one of them", "Application %s creates the namespace, and so does %s", appName(a), ns.label())
			}
		}
	}
}
