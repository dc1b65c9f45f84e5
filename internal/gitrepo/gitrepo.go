// Package gitrepo reads facts about git repositories. The few changes that it can make are in write.go: a commit that
// no branch has yet, a push, and a fast-forward.
package gitrepo

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Root returns the top of the working tree around dir, or "" when there is none. It looks for .git by itself: check
// runs on each commit, and starting git would take longer than everything else it does here.
func Root(dir string) string {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}

// Origin returns the address of the remote origin, or "".
func Origin(dir string) string { return ask(dir, "remote", "get-url", "origin") }

// DefaultBranch returns the branch that origin checks out. Where that is not recorded it guesses: the current branch if
// it has a usual name, else an existing branch with a usual name, else the current branch. It is sure only of a usual
// name. The name is "" when there is no branch.
func DefaultBranch(dir string) (name string, sure bool) {
	const origin = "refs/remotes/origin/"
	if head := ask(dir, "symbolic-ref", origin+"HEAD"); strings.HasPrefix(head, origin) {
		return strings.TrimPrefix(head, origin), true
	}
	usual := []string{"main", "master", "trunk"}
	current := strings.TrimPrefix(ask(dir, "symbolic-ref", "HEAD"), "refs/heads/")
	if slices.Contains(usual, current) {
		return current, true
	}
	for _, name := range usual {
		for _, ref := range []string{origin + name, "refs/heads/" + name} {
			if ask(dir, "rev-parse", "--verify", "--quiet", ref) != "" {
				return name, false
			}
		}
	}
	return current, false
}

// ask returns the output of a git command, or "" when it fails.
func ask(dir string, args ...string) string {
	cmd := command(dir, args...)
	var out bytes.Buffer
	cmd.Stdout = &out
	if cmd.Run() != nil {
		return ""
	}
	return strings.TrimSpace(out.String())
}

// command is git, to be run in dir. The variables by which git hands a hook its own repository are taken out: the
// question is about dir.
func command(dir string, args ...string) *exec.Cmd {
	return commandContext(context.Background(), dir, args...)
}

func commandContext(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = dir
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "GIT_") })
	cmd.Env = append(cmd.Env, "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C")
	return cmd
}
