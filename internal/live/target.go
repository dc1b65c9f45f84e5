package live

import (
	"slices"

	"github.com/pipegen/pipegen/internal/live/argocd"
	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/live/prometheus"
	"github.com/pipegen/pipegen/internal/live/registry"
	"github.com/pipegen/pipegen/internal/live/remote"
)

// Target is the delivery to look at.
type Target struct {
	// Application is its name in the messages of deploy commits.
	Application string
	// Repository, as OWNER/NAME, and Branch are those of the source; Workflow is the file name of the pipeline's
	// workflow.
	Repository, Branch, Workflow string
	// Starts says of a file whether a push to the branch that changes it starts the pipeline; nil where every push does.
	Starts func(file string) bool
	// ByTag is set if git tags are released and not the branch.
	ByTag bool
	// Revision is the source commit to follow, "" for the newest one.
	Revision     string
	Environments []Destination
}

// Repository is where an image is kept. Registry is the host of the registry, and Path the repository there.
type Repository struct {
	Registry, Path string
	// Tag is the scheme of its tags, such as main-{sha}, and Reused is set where a commit that does not change the image
	// uses the one of an earlier commit.
	Tag    string
	Reused bool
}

// Reference is the name of the image without tag and digest.
func (r Repository) Reference() string { return r.Registry + "/" + r.Path }

// Destination is an environment to look at.
type Destination struct {
	Name, Application string
	// Site is the cluster, by its name in the spec, where the environment is in several; it has a destination for each.
	Site string
	// ArgoCD is the name of the cluster whose own Argo CD deploys it, "" where one deploys to all of them, and Project that
	// of the Application there.
	ArgoCD, Project string
	// Fleet is set where it is in all clusters with some labels: then Argo CD is asked which these are, and it is taken for
	// a destination for each. Nowhere is why there is none.
	Fleet   *Fleet
	Nowhere string
	// Deploy is the name of the job that deploys to it, in a run.
	Deploy string
	// Folder is the live folder in the GitOps repository.
	Folder string
	// Rendered is the folder with its objects, in the branch RenderedBranch, where a workflow renders; "" where Argo CD does.
	Rendered, RenderedBranch string
	// Address is the public address to ask, or "", and Questions what criteria ask from outside.
	Address   string
	Questions []Question
	// Figures are what criteria ask Prometheus.
	Figures []Inquiry
	// Images are those that run there, and CronJobs the names of the CronJobs.
	Images   []Repository
	CronJobs []string
}

// Question is what somebody outside the cluster asks a workload, for a criterion.
type Question struct{ Criterion, Workload, URL string }

// Inquiry is what Prometheus is asked for a criterion about a workload: a figure, and of how many requests it is.
type Inquiry struct{ Criterion, Workload, Server, Query, Requests string }

// first is the first destination of the environment of another: what git, the registry and its address say is the same
// in all of its clusters.
func (t Target) first(i int) int {
	return slices.IndexFunc(t.Environments, func(d Destination) bool { return d.Name == t.Environments[i].Name })
}

// deployedBy returns the environment that a job of a run deploys to, "" for any other job.
func (t Target) deployedBy(job string) string {
	for _, d := range t.Environments {
		if d.Deploy == job {
			return d.Name
		}
	}
	return ""
}

// ArgoCD is the client of an Argo CD, nil where Missing explains why it cannot be asked.
type ArgoCD struct {
	Client  *argocd.Client
	Missing string
}

// Clients are the clients of the systems.
type Clients struct {
	GitHub *github.Client
	GitOps GitOps
	// Registries has a client for the registry of each image, by its host.
	Registries map[string]*registry.Client
	// ArgoCDs has each Argo CD by the name of its own cluster, "" for the one that deploys to all of them.
	ArgoCDs map[string]ArgoCD
	// Dry remembers the commits from which others were rendered, by folder@commit; nil: each is asked for again.
	Dry map[string]string
	// Prometheus may be nil where nothing asks it.
	Prometheus *prometheus.Client
	// Unasked explains why it must not be asked, "" where it may be.
	Unasked string
	// Remote asks the public address.
	Remote *remote.Client
}
