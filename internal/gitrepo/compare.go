package gitrepo

import "strings"

// Resolve is the commit that a revision names, "" when it names none here.
func Resolve(dir, revision string) string {
	if revision == "" || strings.HasPrefix(revision, "-") {
		return ""
	}
	return ask(dir, "rev-parse", "--verify", "--quiet", revision+"^{commit}")
}

// MergeBase is the newest commit that the histories of two commits have in common, ""
// when there is none here.
func MergeBase(dir, a, b string) string { return ask(dir, "merge-base", a, b) }

// RenamedFrom is the path that a CUE file had at an older commit, "" when git takes it
// for no renamed one. An empty newer commit is the working tree, of which git sees the
// files that it has been told of.
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
