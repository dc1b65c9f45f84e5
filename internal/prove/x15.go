package prove

import (
	"strings"

	"github.com/pipegen/pipegen/internal/shell"
)

// x15: CI pushes to the branch that Argo CD follows.
func x15(m *model) {
	want := "refs/heads/" + m.facts.GitOps.Branch
	follows := place{}
	for _, a := range m.apps {
		for _, s := range sources(a) {
			r := s.get("targetRevision")
			follows = r.at()
			if r.text() != want {
				m.broken(X15, r.at(), m.pushedBranch(), "targetRevision: "+want, "Application %s follows %s, and CI pushes to %s", appName(a), quoted(r.text()), want)
			}
		}
	}
	for _, w := range m.writers {
		m.branchOf(w, want, follows)
	}
}

func (m *model) pushedBranch() place {
	for _, w := range m.writers {
		if b := w.step.env("BRANCH"); b.ok() {
			return b.at()
		}
	}
	return place{}
}

func (m *model) branchOf(w *writer, want string, follows place) {
	if w.checkout != nil {
		ref := w.checkout.with("ref")
		if got := ref.text(); got != m.facts.GitOps.Branch && got != want {
			m.broken(X15, ref.at(), follows, "ref: "+m.facts.GitOps.Branch, "%s checks out %s, and Argo CD follows %s", w.job.label(), quoted(got), want)
		}
	}
	for _, c := range w.cmds {
		var ref string
		switch args := c.Args(1); {
		case c.Git("push") && len(args) >= 3:
			_, ref, _ = strings.Cut(args[len(args)-1], ":")
		case c.Git("fetch") && len(args) >= 3:
			ref = args[len(args)-1]
		case c.Git("push"):
			ref = shell.Unknown
		default:
			continue
		}
		if ref == want {
			continue
		}
		at := w.runLine(c.Line)
		if b := w.step.env("BRANCH"); b.ok() && !strings.Contains(ref, shell.Unknown) {
			at = b.at()
		}
		m.broken(X15, at, follows, "name "+want, "%s works on %s, and Argo CD follows %s", w.job.label(), quoted(ref), want)
	}
}
