package rules

import (
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// x06: one name for the image everywhere, in lower case. The registry takes a push
// under any case; a node that pulls it says InvalidImageName.
func provesX06(m *Case) {
	for _, n := range m.imageNames() {
		m.sameImage(n.Node, n.value)
	}
	for _, w := range m.writers {
		for _, e := range w.edits {
			if e.NewName != m.Facts.Image {
				m.broken(w.variable(e.NewName, e.Command), m.pushedImage(), "write "+m.Facts.Image, "%s deploys %s, but the image is %s", w.Job.Label(), quoted(e.NewName), m.Facts.Image)
			}
		}
	}
	for _, o := range m.overlays {
		for _, f := range o.Folders {
			for _, i := range f.Kust.Get("images").Items() {
				// Another name than the spec's is what ran before the spec renamed the
				// image: the next deploy writes the new one.
				if n := i.Get("newName"); o.Own(f.Dir) && n.Text() != strings.ToLower(n.Text()) {
					m.sameImage(n, n.Text())
				}
			}
		}
	}
}

type imageName struct {
	pipeline.Node
	value string
}

// imageNames are the places of the workflows that name the image.
func (m *Case) imageNames() []imageName {
	var out []imageName
	for _, w := range m.Workflows {
		for _, j := range w.Jobs {
			for _, s := range j.Steps {
				switch {
				case s.Uses == "docker/build-push-action" && s.Pushes().OK():
					out = append(out, imageName{s.With("outputs"), pipeline.Attribute(s.With("outputs").Text(), "name")})
				case s.Uses == "actions/attest":
					out = append(out, imageName{s.With("subject-name"), s.With("subject-name").Text()})
				case s.Uses == "docker/login-action":
					out = append(out, imageName{s.With("registry"), s.With("registry").Text() + strings.TrimPrefix(m.Facts.Image, host(m.Facts.Image))})
				}
				if v := s.Get("env", "IMAGE"); v.OK() && !m.isAuthors(j) {
					out = append(out, imageName{v, v.Text()})
				}
			}
		}
	}
	return out
}

func (m *Case) sameImage(n pipeline.Node, value string) {
	if value == m.Facts.Image && value == strings.ToLower(value) {
		return
	}
	m.broken(n.At(), m.pushedImage(), "write "+strings.ToLower(m.Facts.Image), "%s stands for the image here, and it is %s", quoted(value), strings.ToLower(m.Facts.Image))
}

// pushedImage is where the image gets its name.
func (m *Case) pushedImage() pipeline.Place {
	for _, w := range m.Workflows {
		for _, j := range w.Jobs {
			for _, s := range j.Steps {
				if s.Uses == "docker/build-push-action" && s.Pushes().OK() {
					return s.With("outputs").At()
				}
			}
		}
	}
	return pipeline.Place{}
}

func host(image string) string {
	h, _, _ := strings.Cut(image, "/")
	return h
}
