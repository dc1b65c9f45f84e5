package forge

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
)

// Clone is a working copy of a repository of the forge, and its only writer. It is
// safe for concurrent use.
type Clone struct {
	// Repository is its name, such as org/name; Folder is where the copy lies, and
	// Branch the one branch of it.
	Repository, Folder, Branch string
	home                       string
	mutex                      sync.Mutex
}

// Clone makes the repository, empty, and a working copy of it on the branch.
func (f *Forge) Clone(ctx context.Context, repository, branch, folder string) (*Clone, error) {
	if err := f.Init(ctx, repository, branch); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	c := &Clone{Repository: repository, Folder: folder, Branch: branch, home: f.root}
	for _, args := range [][]string{{"init", "--quiet", "--initial-branch=" + branch}, {"remote", "add", "origin", f.Path(repository)}} {
		if _, err := c.Git(ctx, args...); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// Commit is a commit on the branch, with what GitHub would tell a webhook about it.
type Commit struct {
	SHA, Before string
	Files       []string
}

// Change edits the working copy, commits all that changed and pushes it.
func (c *Clone) Change(ctx context.Context, message string, edit func(folder string) error) (Commit, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	// There is none before the first commit.
	before, _ := c.Git(ctx, "rev-parse", "--verify", "--quiet", "HEAD")
	if err := edit(c.Folder); err != nil {
		return Commit{}, err
	}
	if _, err := c.Git(ctx, "add", "--all"); err != nil {
		return Commit{}, err
	}
	if _, err := c.Git(ctx, "commit", "--quiet", "--message", message); err != nil {
		return Commit{}, err
	}
	return c.push(ctx, before)
}

// Revert takes a commit back, as people do by hand, and pushes that.
func (c *Clone) Revert(ctx context.Context, sha string) (Commit, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	before, err := c.Git(ctx, "rev-parse", "HEAD")
	if err != nil {
		return Commit{}, err
	}
	if _, err := c.Git(ctx, "revert", "--no-edit", sha); err != nil {
		return Commit{}, err
	}
	return c.push(ctx, before)
}

func (c *Clone) push(ctx context.Context, before string) (Commit, error) {
	sha, err := c.Git(ctx, "rev-parse", "HEAD")
	if err != nil {
		return Commit{}, err
	}
	files, err := c.Git(ctx, "show", "--format=", "--name-only", sha)
	if err != nil {
		return Commit{}, err
	}
	_, err = c.Git(ctx, "push", "--quiet", "origin", "HEAD:refs/heads/"+c.Branch)
	return Commit{SHA: sha, Before: before, Files: strings.Fields(files)}, err
}

// Holds reports whether the history of a revision has a commit.
func (c *Clone) Holds(ctx context.Context, revision, sha string) bool {
	if revision == "" {
		return false
	}
	_, err := c.Git(ctx, "merge-base", "--is-ancestor", sha, revision)
	return err == nil
}

// Git runs git in the working copy and returns what it prints.
func (c *Clone) Git(ctx context.Context, args ...string) (string, error) {
	command := exec.CommandContext(ctx, "git", args...)
	command.Dir, command.Env = c.Folder, environment(c.home)
	out, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("git %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out)), nil
}
