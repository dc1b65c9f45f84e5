package rollback

import (
	"context"
	"errors"
	"time"

	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/plan"
)

// Change is a new state of the live folder of an environment, before anything is written: a rollback or a promotion.
type Change struct {
	Checkout
	Environment plan.Environment
	// Before is the environment whose state the change rests on as well; it has no name where there is none.
	Before plan.Environment
	// Head is the commit of origin from which everything was read.
	Head string
	// State is a commit whose live folder is the new state, and Live what it says.
	State string
	Live  live.Live
	// By is the person who makes the change, Message that of its commit, and Branches begins the names of the branches
	// from which such a change is proposed.
	By, Message, Branches string
}

// Begin looks at origin, and refuses a checkout that is not ready for a change.
func (c Checkout) Begin(ctx context.Context, e plan.Environment) (Change, error) {
	w := Change{Checkout: c, Environment: e}
	var err error
	if w.Head, err = gitrepo.Head(ctx, c.Dir, c.branch()); err != nil {
		return w, err
	}
	if err := c.ready(w.Head, e.Live); err != nil {
		return w, err
	}
	w.By, err = gitrepo.Identity(c.Dir)
	return w, err
}

// Outcome is what became of a change.
type Outcome string

const (
	// Planned: it was shown, and nothing was written.
	Planned Outcome = "planned"
	// Pushed: the GitOps repository has it.
	Pushed Outcome = "pushed"
	// Proposed: a pull request has it.
	Proposed Outcome = "proposed"
)

// Written is a change of a live folder, and what became of it.
type Written struct {
	Application, Environment string
	// Repository and Branch say where it is written.
	Repository, Branch string
	At                 time.Time
	// Diff is what changes in the live folder.
	Diff     string
	Warnings []string
	Outcome  Outcome
	// Commit is the commit of the change, and PullRequest the page of the pull request; each is "" until it exists.
	Commit, PullRequest string
}

// Shown returns what the change does, with warnings. An error means that the environment would not run what is meant.
func (w Change) Shown(warnings []string) (Written, error) {
	r := Written{
		Application: w.Plan.Name, Environment: w.Environment.Name, Repository: w.repository(), Branch: w.branch(),
		At: w.Now(), Warnings: warnings, Outcome: Planned,
	}
	var err error
	if r.Diff, err = gitrepo.Diff(w.Dir, w.Head, w.State, w.Environment.Live); err != nil {
		return r, err
	}
	unseen, err := w.renders()
	r.Warnings = append(r.Warnings, unseen...)
	return r, err
}

// commit makes the commit on top of head, which may be newer than the history that was read. It fails if a live folder
// on which the change rests has changed in between: nobody has seen it with that deploy.
func (w Change) commit(head string) (string, error) {
	if head != w.Head {
		for _, e := range []plan.Environment{w.Environment, w.Before} {
			if e.Name == "" {
				continue
			}
			diff, err := gitrepo.Diff(w.Dir, w.Head, head, e.Live)
			if err != nil {
				return "", err
			}
			if diff != "" {
				return "", errors.New("somebody has deployed to " + e.Name + " meanwhile, and nothing was pushed: look at the deploys again")
			}
		}
		w.Head = head
		if _, err := w.renders(); err != nil {
			return "", err
		}
	}
	return gitrepo.CommitFolder(w.Dir, head, w.Environment.Live, w.State, w.Message, w.Now())
}
