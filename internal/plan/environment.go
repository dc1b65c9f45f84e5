package plan

import (
	"slices"
	"strings"
)

// Environment is an overlay with a namespace, its Application and its deploys.
type Environment struct {
	Name, Path string
	Namespace  string
	// Cluster is where it is, and Site the name of that in the spec, where the environment is in several.
	Cluster Cluster
	Site    string
	// Instance is the Argo CD that deploys it there.
	Instance Instance
	// SitePath is the place in the spec that speaks of it in this cluster: Path, where it is in one.
	SitePath string
	// Sites are the environment as it is in each of its clusters, none where it is in one. It has no Cluster, no
	// Instance and no Manifest then, and its Application is how the names of theirs begin.
	Sites []Environment
	// Over is the overlay of the environment, where this is one of its clusters that differs and has an overlay of its own
	// over it; "" otherwise. Beneath are the deltas of the environment then, under its own ones.
	Over    string
	Beneath []Delta
	// Shared says that others use the namespace too.
	Shared      bool
	Sync        Sync
	Application string
	Project     Project
	// Overlay and Live are directories from the root of the GitOps repository, and Manifest is the file there that gives
	// the Application.
	Overlay, Live, Manifest string
	// Element is the file from which an ApplicationSet makes the Application, "" where it has a list or there is none.
	Element string
	// Rendered is the branch of the GitOps repository with its objects, "" where Argo CD renders the overlay.
	Rendered string
	// URL is its public address, "" where the spec names none.
	URL string
	// After is the environment that must have an image first, and AfterLive its live folder; "" where there is none.
	// AfterPath is the place in the spec that says so.
	After, AfterLive, AfterPath string
	// Followed says that another environment comes after it in the same run.
	Followed bool
	// Promoted is the environment of the promotion that deploys here: this one, or one that it follows. "" where the run
	// that builds does.
	Promoted string
	// Approval is the GitHub environment whose reviewers approve its deploys, "" where nobody needs to.
	Approval string
	// LowerReleases lets a tag replace a higher release.
	LowerReleases bool
	Jobs          EnvironmentJobs
	// Proposal is the branch of the pull requests for its deploys, "" where CI pushes to the branch of the deployed state
	// (W41). WritePath is the place in the spec that decides it.
	Proposal, WritePath string
	// Reviewed says that a person merges them and no machine does (W52).
	Reviewed bool
	// Rollbacks begins the names of the branches from which rollbacks are proposed. Each rollback has a branch of its
	// own, so that no deploy replaces it.
	Rollbacks string
	// Subscriptions say whom Argo CD notifies of deploys.
	Subscriptions []Subscription
	// Deployed is what runs already of each image, by the image's name.
	Deployed map[string]Deployed
	// Copies are the images that pods pull from another registry here.
	Copies []Copy
	// Deltas are what it changes in workloads.
	Deltas []Delta
	// Custom is the author's folder of additions to it, nil without one.
	Custom *Folder
}

// Cluster is where an environment is, by its name in Argo CD or by its address; the other is "".
type Cluster struct {
	// Path is the place in the spec that names it.
	Path         string
	Name, Server string
	// ID is its name in the spec, "" for argocd.server. Own says that it has an Argo CD of its own, which knows it by the
	// name or the address that each Argo CD has for the cluster in which it runs.
	ID  string
	Own bool
	// Fleet is set where it is not one cluster but all that have some labels.
	Fleet *Fleet
}

// Field is the field of a destination that names the cluster.
func (c Cluster) Field() string {
	if c.Name != "" || c.Fleet != nil {
		return "name"
	}
	return "server"
}

// Destination is the value of that field.
func (c Cluster) Destination() string { return c.Name + c.Server }

// String is its name for people.
func (c Cluster) String() string {
	switch {
	case c.Own:
		return c.ID
	case c.Fleet != nil:
		return "all clusters with " + c.Fleet.Selector()
	}
	return c.Destination()
}

// OfArgoCD reports whether Argo CD itself runs there.
func (c Cluster) OfArgoCD() bool { return c.Name == "in-cluster" || c.Server == OwnServer }

// Is reports whether two are known to be the same cluster. A name and an address may be, and nobody can tell.
func (c Cluster) Is(other Cluster) bool { return c.key() == other.key() }

func (c Cluster) key() string {
	switch {
	case c.Own:
		return "the Argo CD of " + c.ID
	case c.OfArgoCD():
		return OwnServer
	}
	return c.String()
}

// At is a name that people use in a cluster, such as that of a host: the same for two environments that share both.
func (c Cluster) At(name string) string { return c.key() + " " + name }

// OwnServer is the address by which Argo CD names the cluster in which it runs.
const OwnServer = "https://kubernetes.default.svc"

// At are the environment in each of its clusters, which is itself where it is in one.
func (e Environment) At() []Environment {
	if len(e.Sites) == 0 {
		return []Environment{e}
	}
	return e.Sites
}

// Where is its name for people, with that of the cluster where it is in several.
func (e Environment) Where() string { return Where(e.Name, e.Site) }

// Where is the name of an environment for people, with that of one of its clusters; "" for none.
func Where(environment, site string) string {
	if site == "" {
		return environment
	}
	return environment + " on " + site
}

// Applications are the names of its Applications, one for each of its clusters, for people.
func (e Environment) Applications() []string {
	var out []string
	for _, at := range e.At() {
		name := at.Application
		if at.Cluster.Fleet != nil {
			name = at.In(AnyCluster)
		}
		out = append(out, name)
	}
	return out
}

// Differing are its clusters that differ, each with an overlay of its own.
func (e Environment) Differing() []Environment {
	return slices.DeleteFunc(slices.Clone(e.Sites), func(at Environment) bool { return at.Over == "" })
}

// Running are its overlays that run somewhere: where all of its clusters differ, nothing runs as it says itself.
func (e Environment) Running() []Environment {
	differ := e.Differing()
	if len(e.Sites) > 0 && len(differ) == len(e.Sites) {
		return differ
	}
	return append([]Environment{e}, differ...)
}

// Differs reports whether a cluster of an environment does.
func (p Plan) Differs() bool {
	return slices.ContainsFunc(p.Environments, func(e Environment) bool { return len(e.Differing()) > 0 })
}

// Overlays are the environments, and behind each its clusters that differ: what there is to render. It is asked for each
// workload and criterion, and so copies none where no cluster differs.
func (p Plan) Overlays() []Environment {
	if !p.Differs() {
		return p.Environments
	}
	var out []Environment
	for _, e := range p.Environments {
		out = append(append(out, e), e.Differing()...)
	}
	return out
}

// Running are those of them that run somewhere.
func (p Plan) Running() []Environment {
	if all := p.Overlays(); len(all) == len(p.Environments) {
		return all
	}
	var out []Environment
	for _, e := range p.Environments {
		out = append(out, e.Running()...)
	}
	return out
}

// Folders are the overlays of some environments, from the root of the GitOps repository.
func Folders(environments []Environment) []string {
	var out []string
	for _, e := range environments {
		out = append(out, e.Overlay)
	}
	return out
}

// Sites are the environments, each once for each of its clusters.
func (p Plan) Sites() []Environment {
	var out []Environment
	for _, e := range p.Environments {
		out = append(out, e.At()...)
	}
	return out
}

// Site is an environment in one of its clusters, by the name of that; "" where it is in one. In those that have some labels
// it is the same in all.
func (p Plan) Site(environment, site string) Environment {
	for _, e := range p.Sites() {
		if e.Name == environment && (e.Site == site || e.Cluster.Fleet != nil) {
			return e
		}
	}
	return Environment{}
}

// Clusters are those of the environments, each once. It is asked for each environment, and so copies none.
func (p Plan) Clusters() []Cluster {
	var out []Cluster
	add := func(c Cluster) {
		if !slices.ContainsFunc(out, c.Is) {
			out = append(out, c)
		}
	}
	for i := range p.Environments {
		e := &p.Environments[i]
		if len(e.Sites) == 0 {
			add(e.Cluster)
		}
		for j := range e.Sites {
			add(e.Sites[j].Cluster)
		}
	}
	return out
}

// EnvironmentJobs are the ids of the jobs that change what is live. Approve waits for a person's approval of a deploy,
// Copy copies the images before it, and Merged waits until its pull request is merged; "" where there is none. Confirms is the one whose output deployed says
// that the environment runs what the run has built. Rollback is a job of the other workflow.
type EnvironmentJobs struct{ Approve, Copy, Deploy, Merged, Confirms, Rollback string }

// Subscription is an annotation by which Argo CD notifies somebody when something happens: the trigger, and a service of
// its ConfigMap. A webhook is a service without recipients.
type Subscription struct {
	Path, Trigger, Service string
	Recipients             []string
}

// SubscriptionPrefix begins the annotations that subscribe.
const SubscriptionPrefix = "notifications.argoproj.io/subscribe."

// Annotation is the name of the annotation.
func (s Subscription) Annotation() string { return SubscriptionPrefix + s.Trigger + "." + s.Service }

// Value is that of the annotation.
func (s Subscription) Value() string { return strings.Join(s.Recipients, ";") }

// Deployed is an image that runs. Either part may be empty.
type Deployed struct{ Tag, Digest string }

// Delta is what an environment changes in a workload.
type Delta struct {
	Path, Workload string
	// Replicas is 0 where they are as in the workload.
	Replicas  int
	Scale     ScaleDelta
	Route     RouteDelta
	Resources Resources
	Env       map[string]string
	// Unread are the variables whose objects nobody makes here: the program starts without them.
	Unread []KeyVariable
	// Unmounted are the volumes of Secrets that no driver makes here.
	Unmounted []Volume
	// Sizes are those that volumes have here, in the order of their names.
	Sizes []SizeIn
	// Files are the texts that files have here, by the keys in their ConfigMap.
	Files []File
	// Schedule is "" where a cron job runs as the workload says.
	Schedule string
	// Placement is nil where pods run as the workload says; what is empty in it does not differ.
	Placement *Placement
	// Surge and Unavailable are nil where pods are replaced as the workload says.
	Surge, Unavailable *int
	// Steps are those of a canary here, nil where they are as in the workload.
	Steps []CanaryStep
}

// Creates reports whether Argo CD makes the namespace of an environment where it is missing, and labels it.
func (p Plan) Creates(e Environment) bool { return p.ArgoCD.CreateNamespace && !e.Shared }

// Environment returns the environment with a name. The result has no name if there is none.
func (p Plan) Environment(name string) Environment {
	for _, e := range p.Environments {
		if e.Name == name {
			return e
		}
	}
	return Environment{}
}

// Delta returns what the environment changes in a workload, if anything; in a cluster that differs, what that changes.
func (e Environment) Delta(workload string) Delta { return deltaOf(e.Deltas, workload) }

func deltaOf(deltas []Delta, workload string) Delta {
	for _, d := range deltas {
		if d.Workload == workload {
			return d
		}
	}
	return Delta{}
}

// All are the deltas of a workload one over the other.
func (e Environment) All(workload string) [2]Delta {
	return [2]Delta{deltaOf(e.Beneath, workload), e.Delta(workload)}
}
