package rules

import "github.com/pipegen/pipegen/internal/pipeline"

// x30: CI renders with the release of kustomize that Argo CD has, in every job.
func provesX30(m *Case) {
	var version, sum pipeline.Node
	for _, w := range m.Workflows {
		for _, j := range w.Jobs {
			for _, s := range j.Steps {
				v, c := s.Get("env", "KUSTOMIZE_VERSION"), s.Get("env", "KUSTOMIZE_SHA256")
				if !v.OK() {
					continue
				}
				if !version.OK() {
					version, sum = v, c
				}
				if v.Text() != m.Facts.Kustomize {
					m.broken(v.At(), m.AnyOverlay(), "write "+m.Facts.Kustomize, "%s renders with kustomize %s, and Argo CD with %s", j.Label(), quoted(v.Text()), m.Facts.Kustomize)
				}
				if c.Text() != sum.Text() || !hex64().MatchString(c.Text()) {
					m.broken(c.At(), sum.At(), "write the published checksum of the release", "%s expects another file for kustomize %s than the jobs before it", j.Label(), quoted(v.Text()))
				}
			}
		}
	}
	for _, w := range m.writers {
		m.getsKustomize(w)
	}
}

// getsKustomize requires the step that sees to the release: the runner's own floats.
func (m *Case) getsKustomize(w *writer) {
	if len(w.edits) == 0 {
		return
	}
	for _, s := range w.Job.Steps {
		if s == w.Step {
			break
		}
		if s.Get("env", "KUSTOMIZE_VERSION").OK() {
			return
		}
	}
	m.broken(w.At(), w.overlay.place(), "get kustomize "+m.Facts.Kustomize+" in a step before", "%s edits with whatever kustomize the runner has", w.Job.Label())
}

func (o *overlay) place() pipeline.Place {
	if o == nil {
		return pipeline.Place{}
	}
	return o.At()
}
