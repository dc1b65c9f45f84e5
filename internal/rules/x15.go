package rules

import (
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/shell"
)

// x15: CI pushes to the branch that Argo CD follows.
func provesX15(m *Case) {
	want := "refs/heads/" + m.Facts.GitOps.Branch
	follows := pipeline.Place{}
	for _, a := range m.Applications {
		for _, s := range pipeline.Sources(a) {
			r := s.Get("targetRevision")
			follows = r.At()
			if r.Text() != want {
				m.broken(r.At(), m.pushedBranch(), "targetRevision: "+want, "Application %s follows %s, and CI pushes to %s", pipeline.NameOf(a), quoted(r.Text()), want)
			}
		}
	}
	for _, w := range m.writers {
		m.branchOf(w, want, follows)
	}
}

func (m *Case) pushedBranch() pipeline.Place {
	for _, w := range m.writers {
		if b := w.Step.Env("BRANCH"); b.OK() {
			return b.At()
		}
	}
	return pipeline.Place{}
}

func (m *Case) branchOf(w *writer, want string, follows pipeline.Place) {
	if w.Checkout != nil {
		ref := w.Checkout.With("ref")
		if got := ref.Text(); got != m.Facts.GitOps.Branch && got != want {
			m.broken(ref.At(), follows, "ref: "+m.Facts.GitOps.Branch, "%s checks out %s, and Argo CD follows %s", w.Job.Label(), quoted(got), want)
		}
	}
	proposal := w.proposal()
	if proposal != "" {
		m.proposed(w, proposal, follows)
		proposal = "refs/heads/" + proposal
	}
	for _, c := range w.Commands {
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
			if proposal != "" && w.isProposal(ref, proposal) {
				continue
			}
		case c.Git("push"):
			ref = shell.Unknown
		default:
			continue
		}
		if wanted == proposal && w.isProposal(ref, wanted) || wanted != proposal && ref == wanted {
			continue
		}
		at := c.At()
		for _, name := range []string{"PROPOSAL", "BRANCH"} {
			if b := w.Step.Env(name); b.OK() && !strings.Contains(ref, shell.Unknown) && strings.HasSuffix(ref, "/"+b.Text()) {
				at = b.At()
			}
		}
		why := "Argo CD follows " + want
		if wanted == proposal {
			why = "the pull request of its deploys is for " + wanted
			if w.Reverts {
				why = "a rollback is proposed from a branch of its own that begins with " + wanted
			}
		}
		m.broken(at, follows, "name "+wanted, "%s works on %s, and %s", w.Job.Label(), quoted(ref), why)
	}
}

// proposal is the branch from which what a step commits is proposed, "" where it is not; for
// a rollback, how such a branch begins. Each rollback has its own: on that of the deploys,
// the next one would take its place (O04).
func (w *writer) proposal() string {
	if w.overlay == nil || w.overlay.env == nil || w.overlay.env.Proposal == "" {
		return ""
	}
	if w.Reverts {
		return w.overlay.env.Rollbacks
	}
	return w.overlay.env.Proposal
}

// isProposal reports whether a branch is the one that is meant, or begins as it should.
func (w *writer) isProposal(branch, meant string) bool {
	if w.Reverts {
		return len(branch) > len(meant) && strings.HasPrefix(branch, meant)
	}
	return branch == meant
}

// proposed requires that what is pushed to a branch of its own reaches the one that Argo
// CD follows: by a pull request from the one to the other.
func (m *Case) proposed(w *writer, head string, follows pipeline.Place) {
	base := m.Facts.GitOps.Branch
	for _, c := range w.Commands {
		if !c.Is("gh", "pr", "create") {
			continue
		}
		for option, want := range map[string]string{"--head": head, "--base": base, "--repo": m.Facts.GitOps.Name} {
			got, _ := c.Option(option)
			if option == "--head" && !w.isProposal(got, want) || option != "--head" && !strings.EqualFold(got, want) {
				m.broken(w.variable(got, c), follows, option+" "+want, "%s opens a pull request with %s %s, and the way to Argo CD needs %s", w.Job.Label(), option, quoted(got), want)
			}
		}
		return
	}
	m.broken(w.At(), follows, "gh pr create --head "+head+" --base "+base, "%s opens no pull request, and Argo CD follows %s: nothing would be deployed", w.Job.Label(), base)
}
