package live

import (
	"context"
	"errors"

	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/live/remote"
)

// GitOps reads the GitOps repository, on GitHub or on this machine.
type GitOps interface {
	// Head returns the newest commit of the branch.
	Head(ctx context.Context) (github.Commit, error)
	// File returns the content of a file at a commit.
	File(ctx context.Context, revision, path string) ([]byte, error)
	// History lists the commits up to a commit that changed a path, the newest first.
	History(ctx context.Context, revision, path string) ([]github.Commit, error)
	// Contains reports whether the history of head has base.
	Contains(ctx context.Context, head, base string) (bool, error)
}

// Hosted is the GitOps repository on GitHub.
type Hosted struct {
	Client             *github.Client
	Repository, Branch string
}

// Head asks GitHub.
func (h Hosted) Head(ctx context.Context) (github.Commit, error) {
	return h.Client.Commit(ctx, h.Repository, h.Branch)
}

// File asks GitHub.
func (h Hosted) File(ctx context.Context, revision, path string) ([]byte, error) {
	return h.Client.File(ctx, h.Repository, revision, path)
}

// History asks GitHub.
func (h Hosted) History(ctx context.Context, revision, path string) ([]github.Commit, error) {
	return h.Client.History(ctx, h.Repository, revision, path)
}

// Contains asks GitHub.
func (h Hosted) Contains(ctx context.Context, head, base string) (bool, error) {
	return h.Client.Contains(ctx, h.Repository, head, base)
}

// Checkout is the GitOps repository on this machine, as of its last fetch.
type Checkout struct{ Dir, Branch string }

// Head returns the branch of origin as of the last fetch, or the local branch if there is no origin.
func (c Checkout) Head(ctx context.Context) (github.Commit, error) {
	for _, ref := range []string{"refs/remotes/origin/" + c.Branch, "refs/heads/" + c.Branch} {
		if all := c.log(ref, "-1"); len(all) == 1 {
			return all[0], nil
		}
	}
	return github.Commit{}, errors.New(c.Dir + " is no git repository with a branch " + c.Branch)
}

// File reads from git, not from the working tree.
func (c Checkout) File(_ context.Context, revision, path string) ([]byte, error) {
	content, ok := gitrepo.File(c.Dir, revision, path)
	switch {
	case ok:
		return content, nil
	case gitrepo.Resolve(c.Dir, revision) == "":
		return nil, errors.New(c.Dir + " has no commit " + short(revision) + ", as of its last fetch")
	}
	return nil, &remote.Error{Kind: remote.NotFound, URL: c.Dir, Reason: "has no " + path + " at " + short(revision)}
}

// History reads from git.
func (c Checkout) History(_ context.Context, revision, path string) ([]github.Commit, error) {
	return c.log(revision, "-100", "--", path), nil
}

// Contains reads from git.
func (c Checkout) Contains(_ context.Context, head, base string) (bool, error) {
	return gitrepo.Contains(c.Dir, head, base), nil
}

func (c Checkout) log(args ...string) []github.Commit {
	var out []github.Commit
	for _, e := range gitrepo.Log(c.Dir, args...) {
		out = append(out, github.Commit{SHA: e.SHA, At: e.At, Message: e.Message})
	}
	return out
}

func short(sha string) string { return sha[:min(len(sha), 12)] }
