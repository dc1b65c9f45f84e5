package revert

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/pipegen/pipegen/schema"
)

// leastPrefix is how much of a digest or of a commit must be given, as git has it.
const leastPrefix = 4

var hexPrefix = regexp.MustCompile(`^[0-9a-f]+$`)

// Reachable is how many deploys a history has, the live one among them. The state before
// the first one is none.
func Reachable(history []Deploy) int {
	n := len(history)
	if n > 0 && history[n-1].Fault == ErrSeed.Error() {
		n--
	}
	return n
}

// Steps is the place of the deploy that is some deploys back. The live one is at 0.
func Steps(history []Deploy, steps int) (int, error) {
	if n := Reachable(history); steps >= n {
		return 0, fmt.Errorf("the history shows %d earlier deploys: going %d back would leave the environment without an image", max(n-1, 0), steps)
	}
	return possible(history, steps)
}

// Find is the place of the deploy that a tag, or the beginning of a digest, of a source
// commit or of a GitOps commit names.
func Find(history []Deploy, name string) (int, error) {
	matches := matching(history, func(d Deploy) bool { return d.Fault == "" && d.Live.Tag == name })
	if len(matches) == 0 {
		prefix := strings.TrimPrefix(strings.ToLower(name), "sha256:")
		if len(prefix) >= leastPrefix && hexPrefix.MatchString(prefix) {
			digest := prefix != strings.ToLower(name)
			matches = matching(history, func(d Deploy) bool { return begins(d, prefix, digest) })
		}
	}
	switch len(matches) {
	case 0:
		return 0, unknown(history, name)
	case 1:
		return possible(history, matches[0])
	}
	lines := fmt.Sprintf("%q names several deploys; give more of one of these:", name)
	for _, i := range matches {
		d := history[i]
		lines += fmt.Sprintf("\n  tag %s, %s, source %s, GitOps commit %s", d.Live.Tag, d.Live.Digest, d.Live.Source, d.Commit.SHA)
	}
	return 0, errors.New(lines)
}

func begins(d Deploy, prefix string, digestOnly bool) bool {
	if d.Fault == "" && strings.HasPrefix(d.Live.Digest, "sha256:"+prefix) {
		return true
	}
	return !digestOnly && (strings.HasPrefix(d.Live.Source, prefix) || strings.HasPrefix(d.Commit.SHA, prefix))
}

// matching are the newest deploys of each image that a name fits.
func matching(history []Deploy, fits func(Deploy) bool) []int {
	var out []int
next:
	for i, d := range history {
		if !fits(d) {
			continue
		}
		for _, k := range out {
			if history[k].Live == d.Live && history[k].Fault == d.Fault {
				continue next
			}
		}
		out = append(out, i)
	}
	return out
}

// possible refuses to go to a place where there is no image, or where one is already.
func possible(history []Deploy, i int) (int, error) {
	switch d := history[i]; {
	case d.Fault != "":
		return 0, fmt.Errorf("GitOps commit %.12s cannot be gone back to: %s", d.Commit.SHA, d.Fault)
	case history[0].Fault == "" && d.Live == history[0].Live:
		return 0, fmt.Errorf("%s is live already: there is nothing to take back", d.Live.Tag)
	}
	return i, nil
}

func unknown(history []Deploy, name string) error {
	var tags []string
	for _, d := range history {
		if d.Fault == "" {
			tags = append(tags, d.Live.Tag)
		}
	}
	err := fmt.Errorf("no deploy has the tag, the digest or the commit %q", name)
	if near := schema.Closest(name, tags); near != "" {
		return fmt.Errorf("%w: did you mean %s?", err, near)
	}
	return fmt.Errorf("%w: run without --to to see the deploys", err)
}

// Sources are the source commits that going back to a place takes out of use, the
// newest first.
func Sources(history []Deploy, place int) []string {
	var out []string
	seen := map[string]bool{"": true, history[place].Live.Source: true}
	for _, d := range history[:place] {
		if !seen[d.Live.Source] {
			seen[d.Live.Source] = true
			out = append(out, d.Live.Source)
		}
	}
	return out
}
