package live

import (
	"github.com/pipegen/pipegen/internal/live/argocd"
	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/live/registry"
	"github.com/pipegen/pipegen/internal/live/remote"
)

// Target is the delivery to look at.
type Target struct {
	// Application names it in the messages of its deploy commits.
	Application string
	// Repository, as OWNER/NAME, and Branch are those of the source; Workflow is the
	// file name of the pipeline.
	Repository, Branch, Workflow string
	// ByTag is set when git tags are released and not the branch.
	ByTag bool
	// Revision is the source commit to follow, "" for the newest one.
	Revision string
	// Registry is the host, and Image the repository there.
	Registry, Image string
	// Project is the one of Argo CD.
	Project      string
	Environments []Place
}

// Place is an environment to look at.
type Place struct {
	Name, Application string
	// Folder is the live folder in the GitOps repository.
	Folder string
	// Address is what to ask from outside, "" for nothing.
	Address string
}

// Clients are the ways to the systems. A nil client means that there is none, for the
// reason that Missing has.
type Clients struct {
	GitHub   *github.Client
	GitOps   GitOps
	Registry *registry.Client
	ArgoCD   *argocd.Client
	// Missing explains why ArgoCD is nil.
	Missing string
	// Remote asks the public address.
	Remote *remote.Client
}
