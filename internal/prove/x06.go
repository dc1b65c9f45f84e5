package prove

import (
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// x06: one name for the image everywhere, in lower case. The registry takes a push
// under any case; a node that pulls it says InvalidImageName.
func x06(m *model) {
	for _, n := range m.imageNames() {
		m.sameImage(n.node, n.value)
	}
	for _, w := range m.writers {
		for _, e := range w.edits {
			if e.NewName != m.facts.Image {
				m.broken(X06, w.variable(e.NewName, e.Command), m.pushedImage(), "write "+m.facts.Image, "%s deploys %s, but the image is %s", w.job.label(), quoted(e.NewName), m.facts.Image)
			}
		}
	}
	for _, o := range m.overlays {
		for _, f := range o.folders {
			for _, i := range f.kust.get("images").items() {
				// Another name than the spec's is what ran before the spec renamed the
				// image: the next deploy writes the new one.
				if n := i.get("newName"); o.own(f.dir) && n.text() != strings.ToLower(n.text()) {
					m.sameImage(n, n.text())
				}
			}
		}
	}
}

type imageName struct {
	node
	value string
}

// imageNames are the places of the workflows that name the image.
func (m *model) imageNames() []imageName {
	var out []imageName
	for _, w := range m.workflows {
		for _, j := range w.jobs {
			for _, s := range j.steps {
				switch {
				case s.uses == "docker/build-push-action" && pushes(s):
					out = append(out, imageName{s.with("outputs"), pipeline.Attribute(s.with("outputs").text(), "name")})
				case s.uses == "actions/attest":
					out = append(out, imageName{s.with("subject-name"), s.with("subject-name").text()})
				case s.uses == "docker/login-action":
					out = append(out, imageName{s.with("registry"), s.with("registry").text() + strings.TrimPrefix(m.facts.Image, host(m.facts.Image))})
				}
				if v := s.get("env", "IMAGE"); v.ok() && !j.isAuthors() {
					out = append(out, imageName{v, v.text()})
				}
			}
		}
	}
	return out
}

func (m *model) sameImage(n node, value string) {
	if value == m.facts.Image && value == strings.ToLower(value) {
		return
	}
	m.broken(X06, n.at(), m.pushedImage(), "write "+strings.ToLower(m.facts.Image), "%s stands for the image here, and it is %s", quoted(value), strings.ToLower(m.facts.Image))
}

// pushedImage is where the image gets its name.
func (m *model) pushedImage() place {
	for _, w := range m.workflows {
		for _, j := range w.jobs {
			for _, s := range j.steps {
				if s.uses == "docker/build-push-action" && pushes(s) {
					return s.with("outputs").at()
				}
			}
		}
	}
	return place{}
}

// pushes reports whether a build step sends its result to a registry.
func pushes(s *step) bool {
	return s.with("push").text() == "true" || pipeline.Attribute(s.with("outputs").text(), "push") == "true" || strings.Contains(s.with("outputs").text(), "type=registry")
}

func host(image string) string {
	h, _, _ := strings.Cut(image, "/")
	return h
}
