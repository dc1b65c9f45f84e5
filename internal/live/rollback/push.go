package rollback

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/pipegen/pipegen/internal/gitrepo"
)

// pushTries is how often the commit is made again when somebody else pushes first, as in the generated workflow.
const pushTries = 5

// Push pushes the commit to the branch, and updates the checkout. If the checkout has local changes it stays as it is,
// and left says so; else left is "".
func (w Change) Push(ctx context.Context, r *Written) (left string, err error) {
	if w.Plan.GitOps.Signed {
		return "", fmt.Errorf("GitHub signs what is committed to %s, and a commit from here it would not: use --pull-request, which GitHub merges with its signature, or the workflows, whose commits it signs", w.repository())
	}
	head := w.Head
	for try := 1; try <= pushTries; try++ {
		if r.Commit, err = w.commit(head); err != nil {
			return "", err
		}
		refused := gitrepo.Push(ctx, w.Dir, r.Commit, w.branch())
		if refused == nil {
			r.Outcome = Pushed
			return w.catchUp(r.Commit), nil
		}
		before := head
		if head, err = gitrepo.Head(ctx, w.Dir, w.branch()); err != nil {
			return "", fmt.Errorf("whether origin has taken the commit is not known (%w): type 'git -C %s fetch', and look at the deploys again", refused, w.Dir)
		}
		switch {
		case gitrepo.Contains(w.Dir, head, r.Commit):
			// The push arrived, but its answer was lost.
			r.Outcome = Pushed
			return w.catchUp(r.Commit), nil
		case head == before:
			return "", fmt.Errorf("origin refuses the push to %s: %w; if a rule of the branch forbids it, use --pull-request", w.branch(), refused)
		}
		pause := time.Duration(try)*time.Second + rand.N(time.Second)
		if try < pushTries && w.Sleep(ctx, pause) != nil {
			return "", errors.New("stopped before the commit was pushed")
		}
	}
	return "", fmt.Errorf("somebody else pushed first %d times, and nothing was pushed: try again", pushTries)
}

// catchUp moves the current branch forward to the commit, or says why it was left as it is.
func (w Change) catchUp(commit string) (left string) {
	why := ""
	changed, err := gitrepo.Changed(w.Dir, "")
	switch {
	case err != nil:
		why = err.Error()
	case len(changed) > 0:
		why = "it has changes that are not committed"
	case !gitrepo.Contains(w.Dir, commit, "HEAD"):
		why = "it has commits that origin has not"
	default:
		if err := gitrepo.FastForward(w.Dir, commit); err != nil {
			why = err.Error()
		}
	}
	if why == "" {
		return ""
	}
	return fmt.Sprintf("%s was left as it is, %s: type 'git -C %s pull --rebase' when it suits you", w.Dir, why, w.Dir)
}
