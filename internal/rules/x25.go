package rules

import (
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// x25: the image and the overlay name the commit that was built. Whether the
// running program says it too, only the cluster knows.
func provesX25(m *Case) {
	for _, w := range m.Workflows {
		var label pipeline.Node
		for _, j := range w.Jobs {
			for _, s := range j.Steps {
				if s.Uses == "docker/build-push-action" {
					label = s.With("labels")
					m.labelled(s)
				}
				if strings.Contains(s.Run(), "imagetools create") {
					m.annotated(s, label)
				}
			}
		}
	}
	for _, w := range m.writers {
		for _, e := range w.edits {
			m.records(w, e)
		}
	}
}

const revision = "org.opencontainers.image.revision"

func (m *Case) labelled(s *pipeline.Step) {
	labels := s.With("labels")
	want := map[string]string{revision: "${{ github.sha }}", "org.opencontainers.image.source": "${{ github.server_url }}/${{ github.repository }}"}
	for _, line := range strings.Split(labels.Text(), "\n") {
		if k, v, ok := strings.Cut(line, "="); ok && want[k] == strings.TrimSpace(v) {
			delete(want, k)
		}
	}
	for k, v := range want {
		m.broken(labels.At(), m.recordPlace(), k+"="+v, "%s builds an image whose label %s does not say %s", s.Job.Label(), k, v)
	}
}

func (m *Case) annotated(s *pipeline.Step, label pipeline.Node) {
	for _, c := range s.Commands() {
		if c.Is("docker", "buildx", "imagetools", "create") && !c.Has("index:"+revision+"=‹github.sha›") {
			m.broken(c.At(), label.At(), `--annotation "index:`+revision+`=${GITHUB_SHA}"`, "%s joins an image that does not name the commit", s.Job.Label())
		}
	}
}

// records requires that the edit comes with the commit it was built from (W39).
func (m *Case) records(w *writer, e pipeline.Edit) {
	for _, c := range w.Commands {
		if to := c.Output(); to != "" && w.InRepository(to) == path.Join(e.Folder, "source-commit") && c.Has(w.Run.SHA) {
			return
		}
	}
	m.broken(e.At(), m.sourceCommit(e), "write GITHUB_SHA to source-commit beside the image", "%s does not write down which commit it deploys to %s", w.Job.Label(), e.Folder)
}

func (m *Case) sourceCommit(e pipeline.Edit) pipeline.Place {
	if s := m.File(artifact.GitOps, path.Join(e.Folder, "source-commit")); s != nil {
		return s.At(1)
	}
	return m.AnyOverlay()
}

func (m *Case) recordPlace() pipeline.Place {
	for _, w := range m.writers {
		for _, e := range w.edits {
			return m.sourceCommit(e)
		}
	}
	return pipeline.Place{}
}
