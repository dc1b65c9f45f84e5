package pins

import (
	"bytes"
	"slices"
	"sort"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Bump is a line in which an action has another pin than the spec gives.
type Bump struct {
	// Line of the file on disk, and Given of what the spec gives, from 1.
	Line, Given int
	// Name is the action, as the line has it.
	Name     string
	From, To Pin
}

// Older reports whether the release on disk is the older one.
func (b Bump) Older() bool { return compare(b.To.Version, b.From.Version) < 0 }

// Bumps returns the pins in a workflow on disk that differ from those in what the spec gives; only is true if nothing
// else does.
func Bumps(old, want []byte) (bumps []Bump, only bool) {
	undone, bumps := undo(old, want)
	return bumps, len(bumps) > 0 && bytes.Equal(artifact.Normal(undone), artifact.Normal(want))
}

// Undo returns a workflow on disk with the pins that the spec gives, so that only edits differ. It has the lines of the
// file.
func Undo(old, want []byte) []byte {
	undone, _ := undo(old, want)
	return undone
}

func undo(old, want []byte) ([]byte, []Bump) {
	given, found := byName(Uses(want)), byName(Uses(old))
	text := lines(old)
	var bumps []Bump
	for name, uses := range found {
		for i, u := range uses {
			w, ok := counterpart(given[name], len(uses), i)
			if !ok || u.tail == w.tail {
				continue
			}
			text[u.Line-1] = u.head + w.tail
			if u.Pin() != w.Pin() {
				bumps = append(bumps, Bump{Line: u.Line, Given: w.Line, Name: name, From: w.Pin(), To: u.Pin()})
			}
		}
	}
	sort.SliceStable(bumps, func(i, j int) bool { return bumps[i].Line < bumps[j].Line })
	return []byte(strings.Join(text, "\n")), bumps
}

// counterpart returns the line in the spec's output that a line on disk comes from: the one at the same index if both
// have equally many, else any, if all are the same.
func counterpart(given []Use, count, i int) (Use, bool) {
	if len(given) == count {
		return given[i], true
	}
	if len(given) == 0 || slices.ContainsFunc(given, func(u Use) bool { return u.tail != given[0].tail }) {
		return Use{}, false
	}
	return given[0], true
}

func byName(uses []Use) map[string][]Use {
	out := map[string][]Use{}
	for _, u := range uses {
		out[u.Name] = append(out[u.Name], u)
	}
	return out
}
