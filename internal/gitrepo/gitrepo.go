// Package gitrepo reads facts about git repositories. It never changes one.
package gitrepo

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Root returns the top of the working tree around dir, or "" when there is none.
// It looks for .git by itself: check runs on each commit, and starting git would
// take longer than everything else it does here.
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

// Remote returns the address of the remote origin, or "".
func Remote(dir string) string { return ask(dir, "remote", "get-url", "origin") }

// DefaultBranch returns the branch that origin checks out, or else the one that is
// checked out here, or "".
func DefaultBranch(dir string) string {
	if head := ask(dir, "symbolic-ref", "--short", "refs/remotes/origin/HEAD"); head != "" {
		return strings.TrimPrefix(head, "origin/")
	}
	return ask(dir, "symbolic-ref", "--short", "HEAD")
}

// ask puts one question to git; the answer is "" when git has none. The variables
// by which git hands a hook its own repository are taken out: the question is
// about dir.
func ask(dir string, args ...string) string {
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "GIT_") })
	cmd.Env = append(cmd.Env, "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C")
	var out bytes.Buffer
	cmd.Stdout = &out
	if cmd.Run() != nil {
		return ""
	}
	return strings.TrimSpace(out.String())
}
