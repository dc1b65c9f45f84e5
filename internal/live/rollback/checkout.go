// Package rollback deploys an earlier image again: it finds the deploy in a checkout of the GitOps repository, refuses
// what cannot be done, makes a commit that restores the live folder, pushes it to origin, and watches the result.
package rollback

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/plan"
)

// Checkout is the GitOps repository of a plan on this machine.
type Checkout struct {
	Plan plan.Plan
	// Dir is the top of the checkout.
	Dir string
	// Code is the folder of the code repository, which may be missing.
	Code string
	// Now is the clock, and Sleep pauses before another try.
	Now   func() time.Time
	Sleep func(context.Context, time.Duration) error
}

func (c Checkout) repository() string { return c.Plan.GitOps.Repository }
func (c Checkout) branch() string     { return c.Plan.GitOps.Branch }

// Meant returns an error unless the folder is a checkout of the repository in the spec.
func (c Checkout) Meant() error {
	top := gitrepo.Root(c.Dir)
	switch origin := gitrepo.Origin(c.Dir); {
	case top == "" || !isFolder(c.Dir):
		return fmt.Errorf("%s is no git repository: clone %s there, or name a checkout of it with --gitops", c.Dir, c.repository())
	case !sameFolder(top, c.Dir):
		return fmt.Errorf("%s lies inside the git repository %s: name the top of a checkout of %s with --gitops", c.Dir, top, c.repository())
	case origin == "":
		return fmt.Errorf("%s has no remote origin: type 'git -C %s remote add origin %s'", c.Dir, c.Dir, c.Plan.GitOps.URL)
	default:
		if at, ok := gitrepo.ParseRemote(origin); ok && !strings.EqualFold(at.Repository, c.repository()) {
			return fmt.Errorf("%s is a checkout of %s, and gitops.repository is %s: name another one with --gitops", c.Dir, at.Repository, c.repository())
		}
	}
	return nil
}

// ready refuses a checkout with uncommitted changes or on another commit than origin. Its error names everything that
// is wrong.
func (c Checkout) ready(head, folder string) error {
	git := "git -C " + c.Dir
	var wrong []error
	changed, err := gitrepo.Changed(c.Dir, folder)
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w", c.Dir, err)
	}
	if len(changed) > 0 {
		wrong = append(wrong, fmt.Errorf("%s has changes in %s: type '%s stash --include-untracked -- %s', or commit them", c.Dir, strings.Join(changed, ", "), git, folder))
	}
	if on := gitrepo.Branch(c.Dir); on != c.branch() {
		where := "on the branch " + gitrepo.Visible(on)
		if on == "" {
			where = "on no branch"
		}
		return errors.Join(append(wrong, fmt.Errorf("%s is %s, and deploys are on %s: type '%s switch %s'", c.Dir, where, c.branch(), git, c.branch()))...)
	}
	behind, err := gitrepo.Count(c.Dir, "HEAD", head)
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w", c.Dir, err)
	}
	ahead, err := gitrepo.Count(c.Dir, head, "HEAD")
	switch {
	case err != nil:
		return fmt.Errorf("%s cannot be read: %w", c.Dir, err)
	case behind > 0 && ahead > 0:
		wrong = append(wrong, fmt.Errorf("%s has diverged from origin, %d commits to %d: type '%s pull --rebase'", c.Dir, ahead, behind, git))
	case behind > 0:
		wrong = append(wrong, fmt.Errorf("%s is behind origin by %d: type '%s pull --ff-only', and look again", c.Dir, behind, git))
	}
	return errors.Join(wrong...)
}

func isFolder(dir string) bool {
	info, err := os.Stat(dir)
	return err == nil && info.IsDir()
}

// sameFolder follows links: a folder may have several names.
func sameFolder(a, b string) bool {
	at, err := os.Stat(a)
	if err != nil {
		return false
	}
	bt, err := os.Stat(b)
	return err == nil && os.SameFile(at, bt)
}
