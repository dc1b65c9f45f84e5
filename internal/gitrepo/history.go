package gitrepo

import (
	"bytes"
	"strings"
	"time"
)

// Commit is a commit in the history of a repository.
type Commit struct {
	SHA string
	// At is when it was committed.
	At time.Time
	// Author is the name of its author, as the commit says.
	Author  string
	Message string
}

// Log returns the commits that git log selects with the arguments, newest first, or nil.
func Log(dir string, args ...string) []Commit {
	// No name contains a newline, and no message a zero byte, so the text of a commit cannot pass for another commit.
	out := ask(dir, append([]string{"log", "-z", "--first-parent", "--no-show-signature", "--format=%H%n%cI%n%an%n%B"}, args...)...)
	var commits []Commit
	for entry := range strings.SplitSeq(out, "\x00") {
		f := strings.SplitN(strings.TrimSpace(entry), "\n", 4)
		if len(f) < 3 {
			continue
		}
		f = append(f, "")
		at, err := time.Parse(time.RFC3339, f[1])
		if err != nil {
			continue
		}
		commits = append(commits, Commit{SHA: f[0], At: at, Author: f[2], Message: strings.TrimSpace(f[3])})
	}
	return commits
}

// File returns the content of a file at a commit.
func File(dir, revision, path string) (content []byte, ok bool) {
	var out bytes.Buffer
	cmd := command(dir, "cat-file", "blob", revision+":"+path)
	cmd.Stdout = &out
	ok = cmd.Run() == nil
	return out.Bytes(), ok
}

// Contains reports whether the history of head has the commit base.
func Contains(dir, head, base string) bool {
	return command(dir, "merge-base", "--is-ancestor", "--end-of-options", base, head).Run() == nil
}
