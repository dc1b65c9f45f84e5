package gitrepo

// Named returns the paths of the files of a name in a working tree, at its top or in any folder, without those that git
// ignores.
func Named(dir, name string) []string {
	return records(ask(dir, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "--", ":(glob)**/"+name))
}
