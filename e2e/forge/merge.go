package forge

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"time"
)

var (
	// errConflict means that two branches change the same lines.
	errConflict = errors.New("the branches are in conflict")
	// errMoved means that somebody has pushed to the base meanwhile.
	errMoved = errors.New("the base has moved")
)

// merge is the tree of both commits together.
func (b bare) merge(ctx context.Context, base, head string) (tree string, err error) {
	out, err := b.run(ctx, "merge-tree", "--write-tree", base, head)
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == 1 {
		return "", errConflict
	}
	tree, _, _ = strings.Cut(out, "\n")
	return tree, err
}

// squash puts one commit with all that a pull request changes on its base.
func (b bare) squash(ctx context.Context, p pull, subject, body string) (sha string, err error) {
	tree, err := b.merge(ctx, p.baseSHA, p.headSHA)
	if err != nil {
		return "", err
	}
	message := strings.TrimSpace(fmt.Sprintf("%s\n\n%s", subject, body))
	out, err := b.run(ctx, "commit-tree", tree, "-p", p.baseSHA, "-m", message)
	if err != nil {
		return "", err
	}
	sha = strings.TrimSpace(out)
	if _, err := b.run(ctx, "update-ref", "refs/heads/"+p.base, sha, p.baseSHA); err != nil {
		return "", errMoved
	}
	return sha, nil
}

// GitHub's words for whether an open pull request can be merged.
const (
	clean   = "clean"
	blocked = "blocked" // the rules are not met
	dirty   = "dirty"   // the branches are in conflict
)

func (f *Forge) mergeable(ctx context.Context, b bare, p pull) string {
	if _, err := b.merge(ctx, p.baseSHA, p.headSHA); err != nil {
		return dirty
	}
	if f.reviewed(b.repository, p.base) && p.approved != p.headSHA {
		return blocked
	}
	return clean
}

// wish has the options of a merge: another message than the pull request's, and the
// expected head.
type wish struct{ subject, body, head string }

// squash merges a pull request in the one way that repositories allow, unless GitHub
// would refuse that.
func (f *Forge) squash(ctx context.Context, b bare, number int, w wish) (pull, error) {
	var made push
	merged, err := f.edit(ctx, b, number, func(p *pull) error {
		no := func(status int, message string) error { return &refusal{status: status, message: message} }
		if w.head != "" && w.head != p.headSHA {
			return no(http.StatusConflict, "Head branch was modified. Review and try the merge again.")
		}
		if !p.open() {
			return no(http.StatusMethodNotAllowed, "Pull Request is not mergeable")
		}
		switch f.mergeable(ctx, b, *p) {
		case dirty:
			return no(http.StatusMethodNotAllowed, "Pull Request is not mergeable")
		case blocked:
			return no(http.StatusMethodNotAllowed, "At least 1 approving review is required by reviewers with write access.")
		}
		sha, err := b.squash(ctx, *p, cmp.Or(w.subject, p.subject()), cmp.Or(w.body, p.body))
		if errors.Is(err, errMoved) {
			return no(http.StatusMethodNotAllowed, "Base branch was modified. Review and try the merge again.")
		}
		if err != nil {
			return err
		}
		p.merged, p.closed, p.waits = sha, time.Now(), false
		made = push{ref: "refs/heads/" + p.base, before: p.baseSHA, after: sha, kind: "pr_merge", at: p.closed}
		return nil
	})
	if err == nil {
		f.note(b, made)
	}
	return merged, err
}
