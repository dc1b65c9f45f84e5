package rules

import (
	"path"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// x01: the folder that CI edits belongs to the overlay that an Application renders.
// To edit any other is the quietest way to deploy nothing.
func provesX01(m *Case) {
	for _, w := range m.writers {
		if len(w.edits) == 0 && !w.Reverts {
			m.broken(w.At(), pipeline.Place{}, "edit the live image before the push", "%s pushes to the GitOps repository and edits no image there", w.Job.Label())
		}
		for _, e := range w.edits {
			m.editedFolder(w, e)
		}
	}
	for _, a := range m.Applications {
		for _, p := range pipeline.Paths(a) {
			if m.File(artifact.GitOps, path.Join(p.Text(), "kustomization.yaml")) == nil {
				m.broken(p.At(), m.AnyOverlay(), "name the folder of an overlay", "Application %s renders %s, where no kustomization.yaml is", pipeline.NameOf(a), quoted(p.Text()))
			}
		}
	}
}

func (m *Case) editedFolder(w *writer, e pipeline.Edit) {
	at := w.variable(e.Folder, e.Command)
	if m.File(artifact.GitOps, path.Join(e.Folder, "kustomization.yaml")) == nil {
		m.broken(at, m.AnyOverlay(), "name the live folder of an overlay", "%s edits %s, where no kustomization.yaml is: nothing would be deployed", w.Job.Label(), quoted(e.Folder))
		return
	}
	if w.overlay == nil {
		m.broken(at, m.AnyOverlay(), "name the live folder of an overlay", "%s edits %s, which no overlay has for its own", w.Job.Label(), quoted(e.Folder))
		return
	}
	if len(w.overlay.Apps) == 0 {
		other := w.overlay.At()
		if len(m.Applications) > 0 {
			other = pipeline.Sources(m.Applications[0])[0].Get("path").At()
		}
		m.broken(at, other, "let the Application's source.path and the job name one overlay", "%s edits %s, but no Application renders %s", w.Job.Label(), e.Folder, w.overlay.Dir)
	}
}

// AnyOverlay is the place of a folder that is rendered.
func (m *Case) AnyOverlay() pipeline.Place {
	for _, o := range m.overlays {
		if at := o.At(); at.Known() {
			return at
		}
	}
	return pipeline.Place{}
}
