package pins

import (
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

// Pin is a release of an action and the commit that it names. Either part may be
// empty: a tag names no commit, and a commit without a comment no release.
type Pin struct {
	// Version is the release's tag, such as v7.0.1, or v7 where a workflow follows a
	// major version, or a branch of an action that has no releases.
	Version string
	// SHA is the commit, in forty hexadecimal digits.
	SHA string
}

// String is a pin in a sentence.
func (p Pin) String() string {
	if p.Version == "" {
		return p.SHA
	}
	return p.Version
}

// Style is how workflows name actions.
type Style string

const (
	// Commit names the commit, with the release as a comment: nobody can move it.
	Commit Style = "commit"
	// Tag names the exact tag of a release.
	Tag Style = "tag"
	// Major names the tag of a major version, which moves with each release.
	Major Style = "major"
)

// Reference is what stands behind the "@" of an action in a style, and the comment
// behind that. Where a style cannot be had it is the next stricter one: an action
// that moves no tag for its major version is named by its exact tag, and one without
// releases by its commit.
func Reference(style Style, p Pin, moves bool) (ref, comment string) {
	v := numbers(p.Version)
	switch {
	case style == Commit, len(v) == 0:
		return p.SHA, p.Version
	case style == Major && moves && v[0] > 0:
		return "v" + strconv.Itoa(v[0]), ""
	}
	return p.Version, ""
}

// Repository is the repository of an action, which may be one of several in it: those
// share a commit.
func Repository(name string) string {
	parts := strings.SplitN(name, "/", 3)
	if len(parts) < 2 {
		return name
	}
	return parts[0] + "/" + parts[1]
}

// Newest is the newer of the table's pin and that of a lock. Of an action without
// releases nobody can say which commit is newer: then it is the lock's.
func Newest(table, lock Pin) Pin {
	switch {
	case lock == Pin{}, len(numbers(table.Version)) > 0 && compare(lock.Version, table.Version) <= 0:
		return table
	}
	return lock
}

var (
	fullCommit = lazy.Regexp(`^[0-9a-f]{40}$`)
	release    = lazy.Regexp(`^v(\d{1,6})(?:\.(\d{1,6})\.(\d{1,6}))?$`)
)

// exact reports whether a version names one release and no other.
func exact(version string) bool { return len(numbers(version)) == 3 }

// numbers are the parts of a version: three of a release, one of a major version, and
// none of anything else.
func numbers(version string) []int {
	m := release().FindStringSubmatch(version)
	if m == nil {
		return nil
	}
	var out []int
	for _, part := range m[1:] {
		if part == "" {
			break
		}
		n, _ := strconv.Atoi(part)
		out = append(out, n)
	}
	return out
}

// compare orders two versions as far as both go: v7 is neither before nor behind v7.0.1.
func compare(a, b string) int {
	left, right := numbers(a), numbers(b)
	for i := range min(len(left), len(right)) {
		if left[i] != right[i] {
			return left[i] - right[i]
		}
	}
	return 0
}
