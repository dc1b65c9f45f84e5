package rollback

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/live"
)

var (
	// digits matches the beginning of a digest or of a commit, at least as many digits as git shows in short form.
	digits = lazy.Regexp(`^[0-9a-f]{7,64}$`)
	fewer  = lazy.Regexp(`^[0-9a-f]{1,6}$`)
)

// Deployed returns the deploys of a history without the state before the first deploy.
func Deployed(history []Deploy) []Deploy {
	if n := len(history); n > 0 && history[n-1].seed() {
		return history[:n-1]
	}
	return history
}

// StepsBack returns the index of the deploy that is some steps back. The live one has the index 0.
func StepsBack(history []Deploy, steps int) (int, error) {
	known := Deployed(history)
	at := slices.IndexFunc(known, func(d Deploy) bool { return d.Steps == steps })
	if at < 0 {
		return 0, fmt.Errorf("the history shows %d earlier deploys: going %d back would leave the environment without an image", max(furthest(known), 0), steps)
	}
	return possible(history, at)
}

// furthest returns the largest number of steps that leads to a deploy.
func furthest(history []Deploy) int {
	most := Unreached
	for _, d := range history {
		most = max(most, d.Steps)
	}
	return most
}

// FindDeploy returns the index of the newest deploy with a name: an exact tag, or at least seven digits of a digest, a source
// commit or a GitOps commit. Of several images, the tag and the digest of those count that a deploy has changed.
func FindDeploy(history []Deploy, name string) (int, error) {
	name = strings.TrimSpace(strings.Map(blank, name))
	matches := matching(history, func(d Deploy) bool {
		return slices.ContainsFunc(d.fresh, func(r live.Reference) bool { return r.Tag == name })
	})
	prefix := strings.TrimPrefix(strings.ToLower(name), "sha256:")
	if len(matches) == 0 && digits().MatchString(prefix) {
		digest := prefix != strings.ToLower(name)
		matches = matching(history, func(d Deploy) bool { return begins(d, prefix, digest) })
	}
	switch {
	case len(matches) == 0 && fewer().MatchString(prefix):
		return 0, fmt.Errorf("%w; of a digest or a commit, seven digits are the least", unknown(history, name))
	case len(matches) == 0:
		return 0, unknown(history, name)
	case len(matches) == 1:
		return possible(history, matches[0])
	}
	lines := fmt.Sprintf("%q names several deploys; give more of one of these:", name)
	for _, i := range matches {
		d := history[i]
		var digests []string
		for _, r := range d.Live.Images {
			digests = append(digests, r.Digest)
		}
		lines += fmt.Sprintf("\n  tag %s, %s, source %s, GitOps commit %s", d.Live.Tags(), strings.Join(digests, ", "), d.Live.Source, d.Commit.SHA)
	}
	return 0, errors.New(lines)
}

func blank(r rune) rune {
	if unicode.IsControl(r) {
		return ' '
	}
	return r
}

func begins(d Deploy, prefix string, digestOnly bool) bool {
	if slices.ContainsFunc(d.fresh, func(r live.Reference) bool { return strings.HasPrefix(r.Digest, "sha256:"+prefix) }) {
		return true
	}
	begins := func(commit string) bool { return strings.HasPrefix(commit, prefix) }
	return !digestOnly && (slices.ContainsFunc(d.Sources, begins) || begins(d.Commit.SHA))
}

// matching returns the indices of the newest deploys of the same images as a deploy that fits.
func matching(history []Deploy, fits func(Deploy) bool) []int {
	var out []int
	for _, d := range history {
		if !fits(d) {
			continue
		}
		newest := slices.IndexFunc(history, func(of Deploy) bool { return of.same(d) || of.Commit.SHA == d.Commit.SHA })
		if !slices.Contains(out, newest) {
			out = append(out, newest)
		}
	}
	return out
}

// possible refuses a deploy without an image, or the one that is live.
func possible(history []Deploy, i int) (int, error) {
	switch d := history[i]; {
	case d.Fault != "":
		return 0, fmt.Errorf("GitOps commit %.12s cannot be gone back to: %s", d.Commit.SHA, d.Fault)
	case i == 0:
		return 0, fmt.Errorf("%s is live already: there is nothing to take back", d.Live.Tags())
	}
	return i, nil
}

func unknown(history []Deploy, name string) error {
	var tags []string
	for _, d := range history {
		for _, r := range d.fresh {
			tags = append(tags, r.Tag)
		}
	}
	err := fmt.Errorf("no deploy has the tag, the digest or the commit %q", name)
	if near := diag.Closest(name, tags); near != "" {
		return fmt.Errorf("%w: did you mean %s?", err, near)
	}
	return fmt.Errorf("%w: run without --to to see the deploys", err)
}

// Sources returns the source commits that going back to an index takes back, the newest first. Of those with the same
// images, the oldest has changed them.
func Sources(history []Deploy, place int) []string {
	var out []string
	for _, d := range history[:place] {
		if len(d.Sources) == 0 {
			continue
		}
		if s := d.Sources[len(d.Sources)-1]; !slices.Contains(history[place].Sources, s) && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
