package rules

import (
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// x18: every field has one writer: CI alone for the image, an autoscaler or the
// spec for the number of pods, Argo CD or a manifest for the namespace's labels.
func provesX18(m *Case) {
	for _, a := range m.Applications {
		m.imageWriters(a)
		m.namespaceWriters(a)
	}
	for _, o := range m.overlays {
		for _, h := range o.Kinds("HorizontalPodAutoscaler") {
			target := h.Get("spec", "scaleTargetRef")
			for _, w := range o.Workloads() {
				if w.Kind == target.Get("kind").Text() && w.Name == target.Get("name").Text() && w.Get("spec", "replicas").OK() {
					m.broken(w.Get("spec", "replicas").At(), h.Get("spec").At(), "leave replicas out", "%s is scaled by %s, and a fixed number here undoes it at each sync", w.Label(), h.Label())
				}
			}
		}
	}
}

func (m *Case) imageWriters(a pipeline.Node) {
	live := pipeline.Place{}
	for _, w := range m.writers {
		live = w.At()
	}
	for name, n := range a.Get("metadata", "annotations").Pairs() {
		if strings.HasPrefix(name, "argocd-image-updater.argoproj.io/") {
			m.broken(n.At(), live, "remove the annotation", "the Image Updater and CI both set the image of Application %s", pipeline.NameOf(a))
		}
	}
	for _, s := range pipeline.Sources(a) {
		for _, field := range []string{"images", "namespace", "replicas", "namePrefix", "nameSuffix", "patches", "commonLabels"} {
			if n := s.Get("kustomize", field); n.OK() {
				m.broken(n.At(), live, "let the overlay say it", "Application %s changes %s of what the overlay renders", pipeline.NameOf(a), field)
			}
		}
	}
}

func (m *Case) namespaceWriters(a pipeline.Node) {
	managed := a.Get("spec", "syncPolicy", "managedNamespaceMetadata")
	options := a.Get("spec", "syncPolicy", "syncOptions")
	if managed.OK() && !pipeline.HasOption(a, "CreateNamespace=true") {
		m.broken(managed.At(), options.At(), "add CreateNamespace=true, or remove managedNamespaceMetadata", "Application %s labels a namespace that it does not create: nothing happens", pipeline.NameOf(a))
	}
}
