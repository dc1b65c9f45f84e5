package prove

// x30: CI renders with the release of kustomize that Argo CD has, in every job.
func x30(m *model) {
	var version, sum node
	for _, w := range m.workflows {
		for _, j := range w.jobs {
			for _, s := range j.steps {
				v, c := s.get("env", "KUSTOMIZE_VERSION"), s.get("env", "KUSTOMIZE_SHA256")
				if !v.ok() {
					continue
				}
				if !version.ok() {
					version, sum = v, c
				}
				if v.text() != m.facts.Kustomize {
					m.broken(X30, v.at(), m.anyOverlay(), "write "+m.facts.Kustomize, "%s renders with kustomize %s, and Argo CD with %s", j.label(), quoted(v.text()), m.facts.Kustomize)
				}
				if c.text() != sum.text() || !hex64().MatchString(c.text()) {
					m.broken(X30, c.at(), sum.at(), "write the published checksum of the release", "%s expects another file for kustomize %s than the jobs before it", j.label(), quoted(v.text()))
				}
			}
		}
	}
	for _, w := range m.writers {
		m.getsKustomize(w)
	}
}

// getsKustomize requires the step that sees to the release: the runner's own floats.
func (m *model) getsKustomize(w *writer) {
	if len(w.edits) == 0 {
		return
	}
	for _, s := range w.job.steps {
		if s.y == w.step.y {
			break
		}
		if s.get("env", "KUSTOMIZE_VERSION").ok() {
			return
		}
	}
	m.broken(X30, w.at(), w.overlay.place(), "get kustomize "+m.facts.Kustomize+" in a step before", "%s edits with whatever kustomize the runner has", w.job.label())
}

func (o *overlay) place() place {
	if o == nil {
		return place{}
	}
	return o.at()
}
