package draft

import (
	"fmt"
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

var (
	// imageRuns matches the characters, and runs of separators, that a part of an image's name cannot have.
	imageRuns = lazy.Regexp(`[^a-z0-9._-]+|\.[._-]+|_(?:[.-][._-]*|_[._-]+)|-+[._][._-]*`)
	nameRuns  = lazy.Regexp(`[^a-z0-9]+`)
)

// The largest number of characters that the schema accepts in a name.
const (
	LongestName        = 40
	LongestEnvironment = 20
)

// Name turns text into a valid name of a pipeline or an environment with at most that many characters, or into "".
func Name(text string, most int) string {
	name := strings.Trim(nameRuns().ReplaceAllString(strings.ToLower(text), "-"), "-")
	name = strings.TrimLeft(name, "-0123456789")
	return strings.TrimRight(name[:min(len(name), most)], "-")
}

// Free makes a name other than those that are used, and uses it.
func Free(name string, used map[string]bool) string {
	out := name
	for n := 2; used[out]; n++ {
		end := fmt.Sprintf("-%d", n)
		out = name[:min(len(name), LongestName-len(end))] + end
	}
	used[out] = true
	return out
}

// ImagePath turns a path into one that a registry accepts.
func ImagePath(p string) string {
	parts := strings.Split(p, "/")
	for i, part := range parts {
		parts[i] = strings.Trim(imageRuns().ReplaceAllString(part, "-"), "-._")
		if parts[i] == "" {
			parts[i] = "x"
		}
	}
	return path.Join(parts...)
}

// Owner returns the first part of OWNER/NAME.
func Owner(repository string) string {
	owner, _, _ := strings.Cut(repository, "/")
	return owner
}
