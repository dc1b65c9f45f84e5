package gitrepo

import (
	"context"
	"fmt"
	"strings"
)

// Head asks origin for the newest commit of a branch and brings its history here. No ref changes, so that a command
// that only reads leaves nothing but objects, which git removes by itself.
func Head(ctx context.Context, dir, branch string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ref := "refs/heads/" + branch
	out, err := run(ctx, dir, "", "ls-remote", "--quiet", "origin", ref)
	if err != nil {
		return "", fmt.Errorf("origin of %s cannot be asked: %w", dir, err)
	}
	sha := ""
	for line := range strings.Lines(out) {
		if id, name, _ := strings.Cut(strings.TrimSpace(line), "\t"); name == ref {
			sha = id
		}
	}
	if sha == "" {
		return "", fmt.Errorf("origin of %s has no branch %s", dir, branch)
	}
	if Contains(dir, "refs/remotes/origin/"+branch, sha) {
		return sha, nil
	}
	_, err = run(ctx, dir, "", "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance",
		"--no-recurse-submodules", "--refmap=", "origin", ref)
	if err != nil {
		return "", fmt.Errorf("%s of origin cannot be fetched into %s: %w", branch, dir, err)
	}
	return sha, nil
}

// Fetched returns the newest commit of a branch of origin as last fetched, or "" if it never was.
func Fetched(dir, branch string) string {
	return ask(dir, "rev-parse", "--verify", "--quiet", "refs/remotes/origin/"+branch+"^{commit}")
}

// Shallow reports whether the checkout was cloned without all of its history.
func Shallow(dir string) bool { return ask(dir, "rev-parse", "--is-shallow-repository") == "true" }

// Branch returns the current branch, or "" when a commit is checked out instead.
func Branch(dir string) string {
	return strings.TrimPrefix(ask(dir, "symbolic-ref", "--quiet", "HEAD"), "refs/heads/")
}

// Changed lists the files of a folder, or of the whole repository for "", that differ from the current commit in the
// index or in the working tree. Untracked files count only in a folder.
func Changed(dir, folder string) ([]string, error) {
	args := []string{"status", "--porcelain", "-z", "--no-renames", "--untracked-files=no"}
	if folder != "" {
		args = append(args[:len(args)-1], "--untracked-files=all", "--", folder)
	}
	out, err := run(context.Background(), dir, "", args...)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, r := range records(out) {
		files = append(files, Visible(r[min(3, len(r)):]))
	}
	return files, nil
}

// Count returns the number of commits that to has and from has not.
func Count(dir, from, to string) (int, error) {
	out, err := run(context.Background(), dir, "", "rev-list", "--count", "--end-of-options", from+".."+to)
	if err != nil {
		return 0, err
	}
	n := 0
	_, err = fmt.Sscanf(out, "%d", &n)
	return n, err
}

// Parents returns how many parents a commit has, and 0 also if the commit is not in this repository.
func Parents(dir, commit string) int {
	all := strings.Fields(ask(dir, "rev-list", "--parents", "--max-count=1", "--end-of-options", commit))
	return max(len(all)-1, 0)
}

// Diff returns the difference of a folder between two commits, as a patch.
func Diff(dir, from, to, folder string) (string, error) {
	return run(context.Background(), dir, "", "diff-tree", "-r", "--patch", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames",
		from, to, "--", folder)
}
