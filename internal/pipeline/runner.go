package pipeline

import (
	"slices"
	"strings"
)

// OfGitHub reports whether a label of a runner is one of GitHub's own machines.
func OfGitHub(label string) bool {
	return slices.ContainsFunc([]string{"ubuntu-", "windows-", "macos-"}, func(system string) bool { return strings.HasPrefix(label, system) })
}
