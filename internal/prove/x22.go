package prove

import (
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/lazy"
)

// x22: what is tested is what is built: the same commit, and the same release of
// the language, where the Dockerfile is among the files.
func x22(m *model) {
	for _, w := range m.workflows {
		if !w.builds() {
			continue
		}
		var first node
		for _, j := range w.jobs {
			for _, s := range j.steps {
				if s.uses == "actions/checkout" && !m.ofGitOps(s) {
					m.sameCommit(s, &first)
				}
			}
		}
		m.sameBuild(w)
		m.samePython(w)
	}
}

// ofGitOps reports whether a checkout is that of the GitOps repository.
func (m *model) ofGitOps(s *step) bool {
	if !m.facts.sameRepository() && equalFold(s.with("repository").text(), m.facts.GitOps.Name) {
		return true
	}
	for _, w := range m.writers {
		if w.checkout == s {
			return true
		}
	}
	return false
}

func (m *model) sameCommit(s *step, first *node) {
	if !first.ok() {
		*first = s.node
	}
	for _, input := range []string{"ref", "repository"} {
		n := s.with(input)
		if s.job.isAuthors() && !equalFold(s.with("repository").text(), m.facts.Source.Name) && s.with("repository").ok() {
			continue // another repository's, which the tests may need
		}
		if e := expression(n.text()); n.ok() && e != "github.sha" && e != "github.repository" {
			m.broken(X22, n.at(), first.at(), "remove "+input, "%s checks out %s, and so works on another commit than the tests", s.job.label(), quoted(n.text()))
		}
	}
}

// sameBuild requires that every build of the image is given the same: what was
// tried is then what is pushed.
func (m *model) sameBuild(w *workflow) {
	var first *step
	for _, j := range w.jobs {
		for _, s := range j.steps {
			if s.uses != "docker/build-push-action" {
				continue
			}
			if first == nil {
				first = s
				continue
			}
			for _, input := range []string{"context", "file", "target", "platforms", "build-args", "build-contexts", "secrets", "no-cache"} {
				if x, y := s.with(input), first.with(input); x.text() != y.text() {
					m.broken(X22, x.at(), y.at(), "give every build of the image the same "+input, "%s builds with %s %s, and %s with %s", j.label(), input, quoted(strings.TrimSpace(x.text())), first.job.label(), quoted(strings.TrimSpace(y.text())))
				}
			}
		}
	}
}

var fromPython = lazy.Regexp(`(?i)^FROM\s+(?:--\S+\s+)?(?:\S*/)?python:(\d+\.\d+)`)

func (m *model) samePython(w *workflow) {
	var tested node
	for _, j := range w.jobs {
		for _, s := range j.steps {
			if v := s.with("python-version"); v.ok() {
				tested = v
			}
		}
	}
	if !tested.ok() {
		return
	}
	for _, j := range w.jobs {
		for _, s := range j.steps {
			f := m.file(artifact.Code, s.with("file").text())
			if s.uses != "docker/build-push-action" || f == nil {
				continue
			}
			for i, l := range strings.Split(string(f.Content), "\n") {
				if v := fromPython().FindStringSubmatch(l); v != nil && v[1] != minorOf(tested.text()) {
					m.broken(X22, place{f, i + 1}, tested.at(), "use one release", "the image has Python %s, and the tests run on %s", v[1], tested.text())
				}
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
