// Package revert reads from the history of a live folder what was deployed when, and
// finds the deploy that somebody wants back. It changes nothing.
package revert

import (
	"errors"
	"regexp"
	"slices"
	"sync"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/live"
)

// Version is a live folder as a commit left it.
type Version struct {
	Commit gitrepo.Commit
	// Kustomization and Source are its two files; nil is one that is not there.
	Kustomization, Source []byte
}

// Deploy is a stay of one image in an environment.
type Deploy struct {
	// Commit brought it.
	Commit gitrepo.Commit
	// At is the newest commit at which the folder was so: a later one may have changed a
	// comment.
	At string
	// Live is what the folder said; its Source is "" where that was no commit.
	Live live.Live
	// Fault says why there is no image to go back to, "" where there is one.
	Fault string
	// Undoes is the tag that this took back, "" where it was a deploy of something new.
	Undoes string
	// Undone is the commit that took this back, if one did.
	Undone *gitrepo.Commit
}

// ErrSeed is the fault of the state before the first deploy.
var ErrSeed = errors.New("nothing was deployed then")

var (
	// imageName and imageTag are what a registry allows. They are printed and put into
	// messages: anything else is not taken for an image.
	imageName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9][a-z0-9._:/-]{0,254}$`) })
	imageTag  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`) })
	commitID  = regexp.MustCompile(`^[0-9a-f]{40}$`)
)

// History turns the versions of a live folder, the newest first, into deploys, the
// newest first. Commits that left the image as it was count for nothing.
func History(versions []Version) []Deploy {
	var out []Deploy
	for _, v := range slices.Backward(versions) {
		d := Deploy{Commit: v.Commit, At: v.Commit.SHA}
		d.Live, d.Fault = read(v)
		if n := len(out) - 1; n >= 0 && out[n].Fault == d.Fault && out[n].Live == d.Live {
			out[n].At = d.At
			continue
		}
		out = append(out, d)
	}
	for i := 1; i < len(out); i++ {
		undo(out, i)
	}
	slices.Reverse(out)
	return out
}

// undo marks the deploy that the one at i took back, if it brought back what ran before.
func undo(oldestFirst []Deploy, i int) {
	d := &oldestFirst[i]
	before := func(b Deploy) bool { return d.Fault == "" && b.Fault == "" && b.Live == d.Live }
	if !slices.ContainsFunc(oldestFirst[:i], before) {
		return
	}
	by := d.Commit
	d.Undoes, oldestFirst[i-1].Undone = oldestFirst[i-1].Live.Tag, &by
}

func read(v Version) (l live.Live, fault string) {
	l, err := live.ParseFolder(v.Kustomization, v.Source)
	switch {
	case v.Kustomization == nil:
		return live.Live{}, "its kustomization.yaml was not there"
	case err != nil:
		return live.Live{}, err.Error()
	case !imageName().MatchString(l.Image) || !imageTag().MatchString(l.Tag):
		return live.Live{}, "its kustomization.yaml names no image that a registry could have"
	case l.Tag == artifact.NeverDeployedTag:
		return live.Live{}, ErrSeed.Error()
	case !commitID.MatchString(l.Source):
		// A pipeline that was taken over ran an image before it knew its source.
		l.Source = ""
	}
	return l, ""
}

// Reference is the image as a Deployment names it.
func (d Deploy) Reference() string {
	return d.Live.Image + ":" + d.Live.Tag + "@" + d.Live.Digest
}
