package prove

import (
	"path"
	"strings"
)

// x25: the image and the overlay name the commit that was built. Whether the
// running program says it too, only the cluster knows.
func x25(m *model) {
	for _, w := range m.workflows {
		var label node
		for _, j := range w.jobs {
			for _, s := range j.steps {
				if s.uses == "docker/build-push-action" {
					label = s.with("labels")
					m.labelled(s)
				}
				if strings.Contains(s.run(), "imagetools create") {
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

func (m *model) labelled(s *step) {
	labels := s.with("labels")
	want := map[string]string{revision: "${{ github.sha }}", "org.opencontainers.image.source": "${{ github.server_url }}/${{ github.repository }}"}
	for _, line := range strings.Split(labels.text(), "\n") {
		if k, v, ok := strings.Cut(line, "="); ok && want[k] == strings.TrimSpace(v) {
			delete(want, k)
		}
	}
	for k, v := range want {
		m.broken(X25, labels.at(), m.recordPlace(), k+"="+v, "%s builds an image whose label %s does not say %s", s.job.label(), k, v)
	}
}

func (m *model) annotated(s *step, label node) {
	for _, c := range s.script() {
		if c.Is("docker", "buildx", "imagetools", "create") && !c.Has("index:"+revision+"="+sentinelSHA) {
			m.broken(X25, s.runLine(c.Line), label.at(), `--annotation "index:`+revision+`=${GITHUB_SHA}"`, "%s joins an image that does not name the commit", s.job.label())
		}
	}
}

// records requires that the edit comes with the commit it was built from (W39).
func (m *model) records(w *writer, e edit) {
	for _, c := range w.cmds {
		if to := c.Output(); to != "" && w.inRepository(to) == path.Join(e.dir, "source-commit") && c.Has(w.x.sha) {
			return
		}
	}
	m.broken(X25, w.runLine(e.Line), m.sourceCommit(e), "write GITHUB_SHA to source-commit beside the image", "%s does not write down which commit it deploys to %s", w.job.label(), e.dir)
}

func (m *model) sourceCommit(e edit) place {
	if s := m.byPath["gitops:"+path.Join(e.dir, "source-commit")]; s != nil {
		return place{s, 1}
	}
	return m.anyOverlay()
}

func (m *model) recordPlace() place {
	for _, w := range m.writers {
		for _, e := range w.edits {
			return m.sourceCommit(e)
		}
	}
	return place{}
}
