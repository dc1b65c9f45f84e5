package rules

import (
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/shell"
)

// oneBranch requires that CI pushes to the branch that Argo CD follows; with a spec, to the one
// that it names, or to one from which a pull request leads there.
func oneBranch(c *Case) {
	if c.Facts == nil {
		c.pushedAndFollowed()
		return
	}
	want := "refs/heads/" + c.Facts.GitOps.Branch
	follows := nowhere
	for _, a := range c.withRoots() {
		for _, s := range pipeline.Sources(a) {
			r := s.Get("targetRevision")
			follows = r.At()
			if c.readsRendered(a) {
				continue // X38
			}
			if r.Text() != want && !(c.rendersChart(s) && s.Get("chart").OK()) {
				c.broken(r.At(), c.pushedBranch(), "targetRevision: "+want, "Application %s follows %s, and CI pushes to %s", pipeline.NameOf(a), quoted(r.Text()), want)
			}
		}
	}
	for _, w := range c.writers {
		c.branchOf(w, want, follows)
	}
}

// pushedAndFollowed holds each branch that CI names against each that an Application does.
func (c *Case) pushedAndFollowed() {
	for _, a := range c.apps() {
		for _, s := range pipeline.Sources(a) {
			n := s.Get("targetRevision")
			follows := strings.TrimPrefix(n.Text(), "refs/heads/")
			if s.Get("chart").OK() || follows == "" || follows == "HEAD" || c.readsRendered(a) {
				continue
			}
			for _, w := range c.writers {
				if w.Branch != "" && w.Branch != follows {
					c.broken(w.BranchAt, n.At(), "let both name one branch", "%s pushes to %s, and Application %s follows %s", w.Job.Label(), quoted(w.Branch), pipeline.NameOf(a), quoted(follows))
				}
			}
		}
	}
}

func (c *Case) pushedBranch() pipeline.Place {
	for _, w := range c.writers {
		if b := w.Step.Env("BRANCH"); b.OK() {
			return b.At()
		}
	}
	return nowhere
}

func (c *Case) branchOf(w *writer, want string, follows pipeline.Place) {
	if w.Checkout != nil {
		ref := w.Checkout.With("ref")
		if got := ref.Text(); got != c.Facts.GitOps.Branch && got != want {
			c.broken(ref.At(), follows, "ref: "+c.Facts.GitOps.Branch, "%s checks out %s, and Argo CD follows %s", w.Job.Label(), quoted(got), want)
		}
	}
	proposal := w.proposal()
	if proposal != "" {
		c.proposed(w, proposal, follows)
		proposal = "refs/heads/" + proposal
	}
	for _, cmd := range w.Commands {
		var ref string
		wanted := want
		switch args := cmd.Args(1); {
		case c.isForSigning(cmd):
			continue
		case cmd.Git("push") && len(args) >= 3:
			_, ref, _ = strings.Cut(args[len(args)-1], ":")
			if proposal != "" {
				wanted = proposal
			}
		case cmd.Git("fetch") && len(args) >= 3:
			ref = args[len(args)-1]
			if proposal != "" && w.isProposal(ref, proposal) {
				continue
			}
		case cmd.Git("push"):
			ref = shell.Unknown
		default:
			continue
		}
		if wanted == proposal && w.isProposal(ref, wanted) || wanted != proposal && ref == wanted {
			continue
		}
		at := cmd.At()
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
		c.broken(at, follows, "name "+wanted, "%s works on %s, and %s", w.Job.Label(), quoted(ref), why)
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
func (c *Case) proposed(w *writer, head string, follows pipeline.Place) {
	base := c.Facts.GitOps.Branch
	for _, cmd := range w.Commands {
		if !cmd.Is("gh", "pr", "create") {
			continue
		}
		for option, want := range map[string]string{"--head": head, "--base": base, "--repo": c.Facts.GitOps.Name} {
			got, _ := cmd.Option(option)
			if option == "--head" && !w.isProposal(got, want) || option != "--head" && !strings.EqualFold(got, want) {
				c.broken(w.variable(got, cmd), follows, option+" "+want, "%s opens a pull request with %s %s, and the way to Argo CD needs %s", w.Job.Label(), option, quoted(got), want)
			}
		}
		return
	}
	c.broken(w.At(), follows, "gh pr create --head "+head+" --base "+base, "%s opens no pull request, and Argo CD follows %s: nothing would be deployed", w.Job.Label(), base)
}
