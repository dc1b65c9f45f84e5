// Package live gathers what the live systems know of a delivery: GitHub of the run
// and the GitOps repository, the registry of the image, Argo CD of the Application.
// What comes out are plain facts, each with where it was read, or with the reason why
// it is not known. It judges nothing.
package live

import (
	"errors"
	"time"

	"github.com/pipegen/pipegen/internal/live/argocd"
	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/live/registry"
	"github.com/pipegen/pipegen/internal/live/remote"
)

// Fact is an answer to one question, or the reason why there is none.
type Fact[T any] struct {
	Value T
	// Known is false where no answer was to be had; Why then says why.
	Known bool
	Why   string
	// Later is set when an unknown answer may come by itself.
	Later bool
	// Kind is how a question failed, "" where none was asked or it was answered.
	Kind remote.Kind
	// URL is where a person can look it up, "" where there is no page for it.
	URL string
}

func known[T any](value T, url string) Fact[T] { return Fact[T]{Value: value, Known: true, URL: url} }

func unknown[T any](why string) Fact[T] { return Fact[T]{Why: why} }

func later[T any](why string) Fact[T] { return Fact[T]{Why: why, Later: true} }

// learned is what a question has brought.
func learned[T any](value T, url string, err error) Fact[T] {
	if err != nil {
		f := Fact[T]{Why: err.Error(), Later: remote.Passing(err)}
		if e := (*remote.Error)(nil); errors.As(err, &e) {
			f.Kind = e.Kind
		}
		return f
	}
	return known(value, url)
}

// without is a fact that cannot be known for lack of another.
func without[T, U any](other Fact[U]) Fact[T] { return Fact[T]{Why: other.Why, Later: other.Later} }

// Facts is all that is known of a delivery at one time.
type Facts struct {
	At time.Time
	// OnDisk is set where the GitOps repository was read from a checkout, in which no live
	// system has answered.
	OnDisk bool
	// Commit is the source commit whose delivery this is.
	Commit Fact[github.Commit]
	// PushedAt is when it became the head of its branch.
	PushedAt Fact[time.Time]
	// Run is the newest run for it that may publish, and Jobs are those of the
	// latest attempt.
	Run  Fact[github.Run]
	Jobs Fact[[]github.Job]
	// LogRoles are the roles of the Argo CD project that may read logs, with their
	// groups.
	LogRoles     Fact[map[string][]string]
	Environments []Environment
}

// Environment is what is known of one.
type Environment struct {
	Name string
	// Live is what the GitOps repository says should run.
	Live Fact[Live]
	// Deploys are the commits that changed it, the newest first.
	Deploys Fact[[]Deploy]
	// Holds is true when what should run was built from the source commit or from a
	// later one.
	Holds Fact[bool]
	// Image stands under the digest; Tagged is the digest under the tag.
	Image  Fact[registry.Manifest]
	Tagged Fact[string]
	// Referrers point to the digest, and Attestations counts those that GitHub keeps.
	Referrers    Fact[[]registry.Referrer]
	Attestations Fact[int]
	App          Fact[argocd.Application]
	Pods         Fact[[]argocd.Pod]
	// Carries is true when the revision that Argo CD has compared holds the newest
	// deploy.
	Carries Fact[bool]
	// Synced and Reverted are the syncs that brought the newest deploy and the newest
	// rollback.
	Synced, Reverted Fact[argocd.Deployment]
	// Answer is what the public address says, where the spec names one.
	Answer Fact[Answer]
}

// Live is the content of an environment's live folder.
type Live struct {
	Image, Tag, Digest string
	// Source is the commit that the image was built from, as the folder says.
	Source string
	// Revision is the commit of the GitOps repository in which this was read.
	Revision string
}

// Deployed reports whether CI has ever written an image there.
func (l Live) Deployed() bool { return len(l.Source) == 40 }

// Deploy is a commit that changed what is live.
type Deploy struct {
	github.Commit
	// Back is set when it took a deploy back.
	Back bool
}

// Answer is what an HTTP server said.
type Answer struct {
	Status int
	Took   time.Duration
}

// Reached reports whether GitHub, the registry or Argo CD has answered. A public address
// may answer anybody, and says nothing of the promises.
func (f Facts) Reached() bool {
	if f.Commit.Known || f.Run.Known || f.LogRoles.Known {
		return true
	}
	for _, e := range f.Environments {
		if e.Live.Known && !f.OnDisk || e.Image.Known || e.App.Known {
			return true
		}
	}
	return false
}
