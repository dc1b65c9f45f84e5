package schema

import (
	"fmt"
	"strings"

	"cuelang.org/go/cue"
	"golang.org/x/mod/semver"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/lazy"
)

// bound is one part of a version range.
var bound = lazy.Regexp(`^(=|>|<|>=|<=)?([0-9]+(?:\.[0-9]+){0,2})$`)

// versionRange reads the releases that a spec is meant for, even if the spec is otherwise invalid: else the fields of a
// newer release would only be reported as unknown.
func versionRange(user cue.Value) string {
	s, err := user.LookupPath(cue.ParsePath("pipegen.version")).String()
	if err != nil {
		return ""
	}
	for _, part := range strings.Fields(s) {
		if !bound().MatchString(part) {
			return ""
		}
	}
	return s
}

// NotFor returns an error if the spec is not meant for a release of pipegen.
func (l *Loaded) NotFor(version string) diag.List {
	if Accepts(l.versions, version) {
		return nil
	}
	return l.Place(diag.List{{Code: diag.Version, Path: "pipegen.version",
		Message: fmt.Sprintf("this spec is for pipegen %s, and this is pipegen %s", l.versions, version),
		Help:    "install a release that fits, or change pipegen.version and run 'pipegen upgrade' to see what this one would change"}})
}

// Accepts reports whether a version lies in a range such as ">=0.4 <1". An empty range accepts all. A release without
// an operator means exactly that one, or with fewer than three numbers any that begins with them.
func Accepts(versions, version string) bool {
	v := "v" + version
	for _, part := range strings.Fields(versions) {
		m := bound().FindStringSubmatch(part)
		if m == nil {
			return false
		}
		order := semver.Compare(v, "v"+m[2])
		fits := false
		switch m[1] {
		case ">":
			fits = order > 0
		case "<":
			fits = order < 0
		case ">=":
			fits = order >= 0
		case "<=":
			fits = order <= 0
		default:
			fits = order == 0 || strings.HasPrefix(version, m[2]+".")
		}
		if !fits {
			return false
		}
	}
	return true
}
