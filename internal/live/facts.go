// Package live gathers facts about a delivery from the live systems: from GitHub about the run and the GitOps
// repository, from the registry about the image, and from Argo CD about the Application. Each fact has the place where
// it was read, or the reason why it is not known. The package judges nothing.
package live

import (
	"errors"
	"slices"
	"time"

	"github.com/pipegen/pipegen/internal/live/argocd"
	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/live/registry"
	"github.com/pipegen/pipegen/internal/live/remote"
)

// Fact is an answer to one question, or the reason why there is none.
type Fact[T any] struct {
	Value T
	// Known is false if there was no answer; Why then says why.
	Known bool
	Why   string
	// Later is set if the answer may become known by itself.
	Later bool
	// Kind is how the question failed, "" if it was not asked or was answered.
	Kind remote.Kind
	// URL is the page where a person can look it up, or "".
	URL string
}

func known[T any](value T, url string) Fact[T] { return Fact[T]{Value: value, Known: true, URL: url} }

func unknown[T any](why string) Fact[T] { return Fact[T]{Why: why} }

func later[T any](why string) Fact[T] { return Fact[T]{Why: why, Later: true} }

// factFrom turns the answer to a question, or its error, into a fact.
func factFrom[T any](value T, url string, err error) Fact[T] {
	if err != nil {
		f := Fact[T]{Why: err.Error(), Later: remote.Passing(err)}
		if e := (*remote.Error)(nil); errors.As(err, &e) {
			f.Kind = e.Kind
		}
		return f
	}
	return known(value, url)
}

// without returns a fact that cannot be known because another is unknown.
func without[T, U any](other Fact[U]) Fact[T] { return Fact[T]{Why: other.Why, Later: other.Later} }

// Facts is everything that is known about a delivery at one time.
type Facts struct {
	At time.Time
	// OnDisk is set if the GitOps repository was read from a checkout, and not from a live system.
	OnDisk bool
	// Commit is the source commit that is delivered.
	Commit Fact[github.Commit]
	// PushedAt is when it became the head of its branch.
	PushedAt Fact[time.Time]
	// Run is the newest run for the commit that may publish, and Jobs are the jobs of its latest attempt.
	Run  Fact[github.Run]
	Jobs Fact[[]github.Job]
	// LogRoles are the roles of the Argo CD project that may read logs, with their groups.
	LogRoles     Fact[map[string][]string]
	Environments []Environment
	// Fleets are those of environments that are found by labels of clusters. Destinations are those of the target with each
	// cluster that was found, in the order of Environments.
	Fleets       []Found
	Destinations []Destination
}

// Environment is what is known about one environment, in one of its clusters.
type Environment struct {
	Name string
	// Site is its cluster, by the name of that in the spec, where it is in several.
	Site string
	// Application is its name in Argo CD.
	Application string
	// Live is what the GitOps repository says should run.
	Live Fact[Live]
	// Deploys are the commits that changed Live, the newest first.
	Deploys Fact[[]Deploy]
	// Holds is true if the live image was built from the source commit or from a later one.
	Holds Fact[bool]
	// Images are what is known about each image of the environment, in its order.
	Images []Image
	App    Fact[argocd.Application]
	Pods   Fact[[]argocd.Pod]
	// CronJobs are those of the target that Argo CD shows.
	CronJobs Fact[[]argocd.CronJob]
	// Carries is true if the revision with which Argo CD has compared includes the newest deploy.
	Carries Fact[bool]
	// Synced and Reverted are the syncs that brought the newest deploy and the newest rollback.
	Synced, Reverted Fact[argocd.Deployment]
	// Answer is the answer of the public address, if the spec gives one.
	Answer Fact[Answer]
	// Outside are the answers to the questions that criteria ask from outside.
	Outside []Asked
	// Figures are the answers of Prometheus.
	Figures []Figured
}

// Figured is a question to Prometheus and its answer.
type Figured struct {
	Inquiry
	Answer Fact[Figure]
}

// Figure is what Prometheus says of some requests. Given is false where it says nothing, as of too few of them.
type Figure struct {
	Requests, Value float64
	Given           bool
}

// Asked is a question and its answer.
type Asked struct {
	Question
	Answer Fact[Answer]
}

// Image is what is known about an image in one environment.
type Image struct {
	Repository
	// Live is the image as the live folder names it, the zero value if the folder does not name it or is not known.
	Live Reference
	// Manifest is that of the live digest; Tagged is the digest to which the tag points.
	Manifest Fact[registry.Manifest]
	Tagged   Fact[string]
	// Referrers are the artifacts that point to the digest; Attestations counts those that GitHub keeps.
	Referrers    Fact[[]registry.Referrer]
	Attestations Fact[int]
	// Named is the tag that the live commit of the source gives, and the digest to which it points. Earlier is true if
	// the commit from which the image says it was built is part of that one. Both are asked only about an image that may
	// be used again and says that it was built from another commit.
	Named   Fact[Reference]
	Earlier Fact[bool]
}

// Deploy is a commit that changed the live image.
type Deploy struct {
	github.Commit
	// Back is set when it took a deploy back.
	Back bool
}

// Answer is the answer of an HTTP server.
type Answer struct {
	Status int
	Took   time.Duration
}

// Reached reports whether GitHub, the registry or Argo CD has answered. The public address does not count, since its
// answer alone decides no promise.
func (f Facts) Reached() bool {
	if f.Commit.Known || f.Run.Known || f.LogRoles.Known {
		return true
	}
	for _, e := range f.Environments {
		image := slices.ContainsFunc(e.Images, func(i Image) bool { return i.Manifest.Known })
		if e.Live.Known && !f.OnDisk || image || e.App.Known {
			return true
		}
	}
	return false
}
