package forge

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// pull is a pull request between two branches of a repository.
type pull struct {
	number                  int
	title, body, head, base string
	opened, closed          time.Time
	// headSHA and baseSHA are the branches when somebody last looked, and stay as they
	// are once it is merged; merged is the commit that it became.
	headSHA, baseSHA, merged string
}

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
