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
	proposal := ""
	if w.overlay != nil && w.overlay.env != nil && w.overlay.env.Proposal != "" {
		proposal = "refs/heads/" + w.overlay.env.Proposal
		m.proposed(w, follows)
	}
	for _, c := range w.cmds {
		var ref string
		wanted := want
		switch args := c.Args(1); {
		case c.Git("push") && len(args) >= 3:
			_, ref, _ = strings.Cut(args[len(args)-1], ":")
			if proposal != "" {
				wanted = proposal
			}
		case c.Git("fetch") && len(args) >= 3:
			ref = args[len(args)-1]
			if ref == proposal {
				wanted = proposal
			}
		case c.Git("push"):
			ref = shell.Unknown
		default:
			continue
		}
		if ref == wanted {
			continue
		}
		at := w.runLine(c.Line)
		for _, name := range []string{"PROPOSAL", "BRANCH"} {
			if b := w.step.env(name); b.ok() && !strings.Contains(ref, shell.Unknown) && strings.HasSuffix(ref, "/"+b.text()) {
				at = b.at()
			}
		}
		why := "Argo CD follows " + want
		if wanted == proposal {
			why = "the pull request of its deploys is for " + wanted
		}
		m.broken(X15, at, follows, "name "+wanted, "%s works on %s, and %s", w.job.label(), quoted(ref), why)
	}
}

// proposed requires that what is pushed to a branch of its own reaches the one that Argo
// CD follows: by a pull request from the one to the other.
func (m *model) proposed(w *writer, follows place) {
	head, base := w.overlay.env.Proposal, m.facts.GitOps.Branch
	for _, c := range w.cmds {
		if !c.Is("gh", "pr", "create") {
			continue
		}
		for option, want := range map[string]string{"--head": head, "--base": base, "--repo": m.facts.GitOps.Name} {
			if got, _ := c.Option(option); !equalFold(got, want) {
				m.broken(X15, w.variable(got, c), follows, option+" "+want, "%s opens a pull request with %s %s, and the way to Argo CD needs %s", w.job.label(), option, quoted(got), want)
			}
		}
		return
	}
	m.broken(X15, w.at(), follows, "gh pr create --head "+head+" --base "+base, "%s opens no pull request, and Argo CD follows %s: nothing would be deployed", w.job.label(), base)
}
