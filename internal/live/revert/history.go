// Package revert reads from the history of a live folder what was deployed when, and
// finds the deploy that somebody wants back. It changes nothing.
//
// The workflow rollback.yaml reads the same history with templates/scripts/history.sh, and
// a test of internal/live/rollback asks both the same questions.
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
	// Steps is how many steps lead back to it, 0 for what is live, and Unreached where none
	// do: it was taken back, or a later stay of the same image is what they lead to.
	Steps int
	// Undoes is the tag that this took back, "" where it was a deploy of something new.
	Undoes string
	// Undone is the commit that took this back, if one did.
	Undone *gitrepo.Commit
	// Again is the commit that went back to this, if one did.
	Again *gitrepo.Commit
}

// Unreached is in place of the number of steps where no number leads to a deploy.
const Unreached = -1

// The faults of a live folder that names no image to go back to.
var (
	// ErrSeed: it is the state before the first deploy.
	ErrSeed       = errors.New("nothing was deployed then")
	errMissing    = errors.New("its kustomization.yaml was not there")
	errImpossible = errors.New("its kustomization.yaml names no image that a registry could have")
)

var (
	// imageName and imageTag are what a registry allows. They are printed and put into
	// messages: anything else is not taken for an image.
	imageName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9][a-z0-9._:/-]{0,254}$`) })
	imageTag  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`) })
	commitID  = regexp.MustCompile(`^[0-9a-f]{40}$`)
)

// History turns the versions of a live folder, the newest first, into deploys, the
// newest first. Commits that left the image as it was count for nothing.
//
// Deploys are a stack: an image that lies on it already takes back all that was deployed
// since, however that came about, and any other one is put on top. Steps count down from
// the top, so that two steps of one lead where one of two does.
func History(versions []Version) []Deploy {
	var out []Deploy
	var stack []int
	for _, v := range slices.Backward(versions) {
		d := Deploy{Commit: v.Commit, At: v.Commit.SHA, Steps: Unreached}
		d.Live, d.Fault = read(v)
		if n := len(out); n > 0 && (d.same(out[n-1]) || d.unreadable() && out[n-1].unreadable()) {
			out[n-1].At = d.At
			continue
		}
		if at := slices.IndexFunc(stack, func(i int) bool { return d.same(out[i]) }); at >= 0 {
			d.Undoes = out[len(out)-1].Live.Tag
			takeBack(out, stack[at:], d.Commit)
			stack = stack[:at]
		}
		stack = append(stack, len(out))
		out = append(out, d)
	}
	for i, at := range stack {
		out[at].Steps = len(stack) - 1 - i
	}
	slices.Reverse(out)
	return out
}

// takeBack notes that a commit went back to the first of some deploys, and took the
// others back.
func takeBack(deploys []Deploy, from []int, by gitrepo.Commit) {
	deploys[from[0]].Again = &by
	for _, i := range from[1:] {
		deploys[i].Undone = &by
	}
}

// same reports whether two stays are of the same state. Nobody knows that of what cannot
// be read.
func (d Deploy) same(as Deploy) bool {
	return !d.unreadable() && d.Fault == as.Fault && d.Live == as.Live
}

func (d Deploy) seed() bool       { return d.Fault == ErrSeed.Error() }
func (d Deploy) unreadable() bool { return d.Fault != "" && !d.seed() }

func read(v Version) (l live.Live, fault string) {
	l, err := live.ParseFolder(v.Kustomization, v.Source)
	switch {
	case v.Kustomization == nil:
		return live.Live{}, errMissing.Error()
	case err != nil:
		return live.Live{}, err.Error()
	case !imageName().MatchString(l.Image) || !imageTag().MatchString(l.Tag):
		return live.Live{}, errImpossible.Error()
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
