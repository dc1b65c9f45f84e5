package rollback

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/live/github"
)

// Propose pushes the commit to a branch of its own and opens a pull request.
func (w Change) Propose(ctx context.Context, client github.Client, r *Written) error {
	commit, err := w.commit(w.Head)
	if err != nil {
		return err
	}
	branch := fmt.Sprintf("%s%.12s", w.Branches, commit)
	if err := gitrepo.Push(ctx, w.Dir, commit, branch); err != nil {
		return fmt.Errorf("origin refuses the branch %s: %w", branch, err)
	}
	title, body := w.proposal(r.Warnings)
	page, err := client.Propose(ctx, w.repository(), github.Proposal{Title: title, Body: body, Head: branch, Base: w.branch()})
	if err != nil {
		return fmt.Errorf("the branch %s is pushed, and no pull request was opened: %s; open it at https://github.com/%s/compare/%s...%s?expand=1",
			branch, gitrepo.Visible(err.Error()), w.repository(), url.PathEscape(w.branch()), url.PathEscape(branch))
	}
	r.Outcome, r.Commit, r.PullRequest = Proposed, commit, page
	return nil
}

// proposal returns the text of the pull request.
func (w Change) proposal(warnings []string) (title, body string) {
	title, body, _ = strings.Cut(w.Message, "\n\n")
	for _, warning := range warnings {
		body += "\nNote: " + warning + "\n"
	}
	return title, body
}
