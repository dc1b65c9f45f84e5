package rules

import (
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/dockerfile"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// x22: what is tested is what is built: the same commit, and the same release of
// the language, where the Dockerfile is among the files.
func provesX22(m *Case) {
	for _, w := range m.Workflows {
		if !w.Builds() {
			continue
		}
		var first pipeline.Node
		for _, j := range w.Jobs {
			for _, s := range j.Steps {
				if s.Uses == "actions/checkout" && !m.ofGitOps(s) {
					m.sameCommit(s, &first)
				}
			}
		}
		m.sameBuild(w)
		m.samePython(w)
	}
}

// ofGitOps reports whether a checkout is that of the GitOps repository.
func (m *Case) ofGitOps(s *pipeline.Step) bool {
	if !m.Facts.SameRepository() && strings.EqualFold(s.With("repository").Text(), m.Facts.GitOps.Name) {
		return true
	}
	for _, w := range m.writers {
		if w.Checkout == s {
			return true
		}
	}
	return false
}

func (m *Case) sameCommit(s *pipeline.Step, first *pipeline.Node) {
	if !first.OK() {
		*first = s.Node
	}
	for _, input := range []string{"ref", "repository"} {
		n := s.With(input)
		if m.isAuthors(s.Job) && !strings.EqualFold(s.With("repository").Text(), m.Facts.Source.Name) && s.With("repository").OK() {
			continue // another repository's, which the tests may need
		}
		if e := pipeline.Expression(n.Text()); n.OK() && e != "github.sha" && e != "github.repository" {
			m.broken(n.At(), first.At(), "remove "+input, "%s checks out %s, and so works on another commit than the tests", s.Job.Label(), quoted(n.Text()))
		}
	}
}

// sameBuild requires that every build of the image is given the same: what was
// tried is then what is pushed.
func (m *Case) sameBuild(w *pipeline.Workflow) {
	var first *pipeline.Step
	for _, j := range w.Jobs {
		for _, s := range j.Steps {
			if s.Uses != "docker/build-push-action" {
				continue
			}
			if first == nil {
				first = s
				continue
			}
			for _, input := range []string{"context", "file", "target", "platforms", "build-args", "build-contexts", "secrets", "no-cache"} {
				if x, y := s.With(input), first.With(input); x.Text() != y.Text() {
					m.broken(x.At(), y.At(), "give every build of the image the same "+input, "%s builds with %s %s, and %s with %s", j.Label(), input, quoted(strings.TrimSpace(x.Text())), first.Job.Label(), quoted(strings.TrimSpace(y.Text())))
				}
			}
		}
	}
}

func (m *Case) samePython(w *pipeline.Workflow) {
	var tested pipeline.Node
	for _, j := range w.Jobs {
		for _, s := range j.Steps {
			if v := s.With("python-version"); v.OK() {
				tested = v
			}
		}
	}
	if !tested.OK() {
		return
	}
	for _, j := range w.Jobs {
		for _, s := range j.Steps {
			f := m.File(artifact.Code, s.With("file").Text())
			if s.Uses != "docker/build-push-action" || f == nil {
				continue
			}
			image := dockerfile.Parse(f.Path, string(f.Content))
			if v := image.Version("python"); strings.Contains(v, ".") && minorOf(v) != minorOf(tested.Text()) {
				m.broken(f.At(image.VersionLine("python")), tested.At(), "use one release", "the image has Python %s, and the tests run on %s", minorOf(v), tested.Text())
			}
		}
	}
}

func minorOf(version string) string {
	p := strings.SplitN(version, ".", 3)
	if len(p) < 2 {
		return version
	}
	return p[0] + "." + p[1]
}
