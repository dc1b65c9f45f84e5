package prove

import (
	"path"

	"github.com/pipegen/pipegen/internal/artifact"
)

// x01: the folder that CI edits belongs to the overlay that an Application renders.
// To edit any other is the quietest way to deploy nothing.
func x01(m *model) {
	for _, w := range m.writers {
		if len(w.edits) == 0 && !w.reverts {
			m.broken(X01, w.at(), place{}, "edit the live image before the push", "%s pushes to the GitOps repository and edits no image there", w.job.label())
		}
		for _, e := range w.edits {
			m.editedFolder(w, e)
		}
	}
	for _, a := range m.apps {
		for _, p := range sourcePaths(a) {
			if m.file(artifact.GitOps, path.Join(p.text(), "kustomization.yaml")) == nil {
				m.broken(X01, p.at(), m.anyOverlay(), "name the folder of an overlay", "Application %s renders %s, where no kustomization.yaml is", appName(a), quoted(p.text()))
			}
		}
	}
}

func (m *model) editedFolder(w *writer, e edit) {
	at := w.variable(e.dir, e.Command)
	if m.file(artifact.GitOps, path.Join(e.dir, "kustomization.yaml")) == nil {
		m.broken(X01, at, m.anyOverlay(), "name the live folder of an overlay", "%s edits %s, where no kustomization.yaml is: nothing would be deployed", w.job.label(), quoted(e.dir))
		return
	}
	if w.overlay == nil {
		m.broken(X01, at, m.anyOverlay(), "name the live folder of an overlay", "%s edits %s, which no overlay has for its own", w.job.label(), quoted(e.dir))
		return
	}
	if len(m.appsOf(w.overlay.dir)) == 0 {
		other := w.overlay.at()
		if len(m.apps) > 0 {
			other = sourceOf(m.apps[0]).get("path").at()
		}
		m.broken(X01, at, other, "let the Application's source.path and the job name one overlay", "%s edits %s, but no Application renders %s", w.job.label(), e.dir, w.overlay.dir)
	}
}

func (m *model) anyOverlay() place {
	for _, o := range m.overlays {
		if at := o.at(); at.known() {
			return at
		}
	}
	return place{}
}
