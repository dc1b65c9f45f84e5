package pins

import (
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

// Pin is a release of an action and the commit that it names. Either part may be empty: a tag names no commit, and a
// commit without a comment no release.
type Pin struct {
	// Version is the release's tag, such as v7.0.1 or 2.37.2, or v7 where a workflow follows a major version, or a branch
	// of an action that has no releases.
	Version string
	// SHA is the commit, in forty hexadecimal digits.
	SHA string
}

// String describes a pin in a sentence.
func (p Pin) String() string {
	if p.Version == "" {
		return p.SHA
	}
	return p.Version
}

// Style is how workflows name actions.
type Style string

const (
	// Commit names the commit, which nobody can move, with the release as a comment.
	Commit Style = "commit"
	// Tag names the exact tag of a release.
	Tag Style = "tag"
	// Major names the tag of a major version, which moves with each release.
	Major Style = "major"
)

// Reference returns what follows the "@" of an action in a style, and the comment after it. Where a style is not
// possible it uses the next stricter one: an action that moves no tag for its major version is named by its exact tag,
// and one without releases by its commit.
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

// Repository returns the repository of an action. Several actions in one repository share a commit.
func Repository(name string) string {
	parts := strings.SplitN(name, "/", 3)
	if len(parts) < 2 {
		return name
	}
	return parts[0] + "/" + parts[1]
}

// Newest returns the newer of the table's pin and the lock's. For an action without releases nobody can say which
// commit is newer, so it is the lock's.
func Newest(table, lock Pin) Pin {
	switch {
	case lock == Pin{}, len(numbers(table.Version)) > 0 && compare(lock.Version, table.Version) <= 0:
		return table
	}
	return lock
}

var (
	fullCommit = lazy.Regexp(`^[0-9a-f]{40}$`)
	tagged     = lazy.Regexp(`^v?\d`)
	release    = lazy.Regexp(`^v?(\d{1,6})(?:\.(\d{1,6})\.(\d{1,6}))?$`)
)

// exact reports whether a version names one release and no other.
func exact(version string) bool { return len(numbers(version)) == 3 }

// Tagged reports whether the version begins as the tag of a release does, and not as a branch.
func (p Pin) Tagged() bool { return tagged().MatchString(p.Version) }

// sameKind reports whether two versions are written alike: as a release or as a major version, with a v or without.
func sameKind(a, b string) bool {
	return len(numbers(a)) == len(numbers(b)) && strings.HasPrefix(a, "v") == strings.HasPrefix(b, "v")
}

// numbers returns the parts of a version: three for a release, one for a major version, and none for anything else.
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

// compare compares the parts that both versions have: v7 is neither older nor newer than v7.0.1.
func compare(a, b string) int {
	left, right := numbers(a), numbers(b)
	for i := range min(len(left), len(right)) {
		if left[i] != right[i] {
			return left[i] - right[i]
		}
	}
	return 0
}
