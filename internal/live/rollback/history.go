package rollback

import (
	"errors"
	"slices"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/live"
)

// FolderVersion is a live folder at a commit.
type FolderVersion struct {
	Commit gitrepo.Commit
	// Kustomization and Source are its two files; nil means a missing file.
	Kustomization, Source []byte
}

// Deploy is a period in which the same images were live in an environment.
type Deploy struct {
	// Commit is the commit that deployed them.
	Commit gitrepo.Commit
	// At is the newest commit with these images: a later commit may have changed a comment in the folder, or the source
	// commit alone, where nothing had to be built for it.
	At string
	// Live is the content of the folder at that commit; its Source is "" if the file did not name a commit.
	Live live.Live
	// Sources are the commits of the source that the folder has named with these images, the newest first.
	Sources []string
	// Fault says why there is no image to go back to, or "".
	Fault string
	// Steps is how many steps lead back to it, 0 for the live deploy. It is Unreached if it was taken back, or if a
	// later deploy of the same images has its number.
	Steps int
	// Changes says what it changed, image by image.
	Changes string
	// Undoes names what this deploy took back, by the tag; "" if it deployed something new.
	Undoes string
	// fresh are the images that it has changed, none if there was a deploy of the same before.
	fresh []live.Reference
	// Undone is the commit that took this deploy back, if any.
	Undone *gitrepo.Commit
	// Again is the commit that went back to this deploy, if any.
	Again *gitrepo.Commit
}

// Unreached is the number of steps of a deploy that no number of steps leads to.
const Unreached = -1

// The faults of a live folder that names no image to go back to.
var (
	// ErrSeed is the fault of the state before the first deploy.
	ErrSeed       = errors.New("nothing was deployed then")
	errPartial    = errors.New("one of its images was never deployed")
	errMissing    = errors.New("its kustomization.yaml was not there")
	errImpossible = errors.New("its kustomization.yaml names no image that a registry could have")
)

var (
	// imageName and imageTag match what a registry allows. Names and tags are printed, so nothing else is accepted as
	// an image.
	imageName = lazy.Regexp(`^[a-z0-9][a-z0-9._:/-]{0,254}$`)
	imageTag  = lazy.Regexp(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`)
	commitID  = lazy.Regexp(`^[0-9a-f]{40}$`)
)

// History turns the versions of a live folder, the newest first, into deploys, the newest first. Commits that did not
// change an image are ignored.
//
// Deploys are a stack: deploying images that are already on it takes back everything deployed since, and any others are
// put on top. Steps count down from the top, so that going back one step twice is the same as going back two steps.
func History(versions []FolderVersion) []Deploy {
	var out []Deploy
	var stack []int
	var before live.Live
	for _, v := range slices.Backward(versions) {
		d := Deploy{Commit: v.Commit, At: v.Commit.SHA, Steps: Unreached}
		d.Live, d.Fault = readFolder(v)
		if n := len(out); n > 0 && (d.same(out[n-1]) || d.unreadable() && out[n-1].unreadable()) {
			out[n-1].goOn(d)
			continue
		}
		d.goOn(d)
		d.Changes = d.Live.Since(before)
		if at := slices.IndexFunc(stack, func(i int) bool { return d.same(out[i]) }); at >= 0 {
			last := out[len(out)-1].Live
			d.Undoes = last.Says(last.Without(d.Live))
			takeBack(out, stack[at:], d.Commit)
			stack = stack[:at]
		} else if !slices.ContainsFunc(out, d.same) {
			d.fresh = d.Live.Without(before)
		}
		if !d.unreadable() {
			before = d.Live
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

// goOn adds a later version with the same images.
func (d *Deploy) goOn(later Deploy) {
	d.At, d.Live = later.At, later.Live
	if s := later.Live.Source; s != "" && !slices.Contains(d.Sources, s) {
		d.Sources = slices.Insert(d.Sources, 0, s)
	}
}

// takeBack records that a commit went back to the first of some deploys, and took the others back.
func takeBack(deploys []Deploy, from []int, by gitrepo.Commit) {
	deploys[from[0]].Again = &by
	for _, i := range from[1:] {
		deploys[i].Undone = &by
	}
}

// same reports whether two deploys have the same state. One that cannot be read is never the same.
func (d Deploy) same(as Deploy) bool {
	return !d.unreadable() && d.Fault == as.Fault && slices.Equal(d.Live.Images, as.Live.Images)
}

func (d Deploy) seed() bool       { return d.Fault == ErrSeed.Error() }
func (d Deploy) unreadable() bool { return d.Fault != "" && !d.seed() }

func readFolder(v FolderVersion) (l live.Live, fault string) {
	l, err := live.ParseFolder(v.Kustomization, v.Source)
	switch {
	case v.Kustomization == nil:
		return live.Live{}, errMissing.Error()
	case err != nil:
		return live.Live{}, err.Error()
	case slices.ContainsFunc(l.Images, impossible):
		return live.Live{}, errImpossible.Error()
	case !slices.ContainsFunc(l.Images, deployed):
		return live.Live{}, ErrSeed.Error()
	case slices.ContainsFunc(l.Images, func(r live.Reference) bool { return !deployed(r) }):
		return live.Live{}, errPartial.Error()
	case !commitID().MatchString(l.Source):
		// A pipeline that was taken over may have run an image with an unknown source.
		l.Source = ""
	}
	return l, ""
}

func impossible(r live.Reference) bool {
	return !imageName().MatchString(r.Name) || !imageTag().MatchString(r.Tag)
}

func deployed(r live.Reference) bool { return r.Tag != artifact.NeverDeployedTag }
