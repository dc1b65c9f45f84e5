package gitrepo

import (
	"context"
	"strings"
)

// Resolve returns the commit that a revision names, or "" when it names none in this repository.
func Resolve(dir, revision string) string {
	if revision == "" || strings.HasPrefix(revision, "-") {
		return ""
	}
	return ask(dir, "rev-parse", "--verify", "--quiet", revision+"^{commit}")
}

// MergeBase returns the newest commit that the histories of two commits have in common, or "".
func MergeBase(dir, a, b string) string { return ask(dir, "merge-base", a, b) }

// RenamedFrom returns the path that a CUE file had at an older commit, or "" when git does not take it for a renamed
// file. An empty newer commit means the working tree, where git sees only files that were added to the index.
func RenamedFrom(dir, older, newer, path string) string {
	args := []string{"diff", "--name-status", "-z", "--find-renames", "--diff-filter=R", "--no-ext-diff", older}
	if newer != "" {
		args = append(args, newer)
	}
	all := records(ask(dir, append(args, "--", "*.cue")...))
	for i := 0; i+2 < len(all); i += 3 {
		if all[i+2] == path {
			return all[i+1]
		}
	}
	return ""
}

// Adds reports whether the history of a commit has one that is in the history of none of some others. Of those, the ones
// that are not in this repository do not count.
func Adds(dir, commit string, known []string) (bool, error) {
	in := commit + "\n"
	for _, k := range known {
		in += "^" + k + "\n"
	}
	out, err := run(context.Background(), dir, in, "rev-list", "--max-count=1", "--ignore-missing", "--stdin")
	return strings.TrimSpace(out) != "", err
}
