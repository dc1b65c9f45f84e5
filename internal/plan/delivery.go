package plan

import (
	"slices"
	"strings"
	"time"
)

// GitOps says where deployed state is written and by whom.
type GitOps struct {
	// Repository is OWNER/NAME, and URL its one address, for CI and Argo CD alike (X14).
	Repository, URL, Branch string
	// Path is where all that pipegen writes lies in the repository.
	Path string
	// SameRepository is set when the source lives there too.
	SameRepository bool
	// Worktree is the folder, seen from the code repository, in which a second working tree holds the branch of the
	// deployed state; "" where that has a repository of its own, or is the branch of the source.
	Worktree string
	// Proposes is set when CI opens pull requests for the deploys to some environment (W41).
	Proposes bool
	// Signed says that GitHub signs the commits of CI.
	Signed bool
	// Rendered is nil where Argo CD renders.
	Rendered *Rendered
	// Folder is the application's folder from the repository's root, and Argo the one of the Argo CD manifests.
	Folder, Argo string
	Credential   Credential
}

// Credential is how CI may write to the GitOps repository.
type Credential struct {
	Kind CredentialKind
	// ClientID and PrivateKey are the names of a variable and a secret of an App; Token and DeployKey are names of secrets.
	ClientID, PrivateKey, Token, DeployKey string
}

// CredentialKind is a way to push to the GitOps repository.
type CredentialKind int

const (
	// AppCredential mints a token of a GitHub App for each run.
	AppCredential CredentialKind = iota
	// TokenCredential takes an access token from a secret.
	TokenCredential
	// WorkflowCredential takes the token that GitHub gives each run. It reaches the run's own repository only.
	WorkflowCredential
	// KeyCredential takes the private half of a deploy key from a secret. It speaks git alone: no request of GitHub's API
	// can be made with it.
	KeyCredential
)

// ArgoCD is the Argo CD that deploys, and how it is set up for this pipeline.
type ArgoCD struct {
	// Version is the oldest release that must understand the output (A01).
	Version, Namespace string
	// ApplicationSet says that one object makes the Applications, where else each has a file of its own.
	ApplicationSet bool
	// ElementSeen is the longest time until an ApplicationSet finds a new file to make an Application of.
	ElementSeen time.Duration
	// AppOfApps says that a root of each Argo CD brings what makes the Applications.
	AppOfApps bool
	// Webhook says that one announces each push.
	Webhook bool
	// Noticed is the longest time until it notices a commit, and Polled the same without a webhook.
	Noticed, Polled Detection
	// Operators are the groups that may start syncs of what is synced by hand.
	Operators []string
	// Signers are the ids of the keys with one of which a commit that it syncs is signed, none: it does not look.
	Signers []string
	// Viewers are the groups that may look, and ViewerRole says that there is a role for them.
	Viewers    []string
	ViewerRole bool
	// CreateNamespace has Argo CD make the namespaces that are missing.
	CreateNamespace bool
	// RetryRefresh says that the target release has it, so that a retry takes a newer commit (A01).
	RetryRefresh bool
	Windows      []SyncWindow
}

// Root is the Application that brings what makes the others from git: the files of a folder.
type Root struct {
	// Path is the place in the spec that asks for it.
	Path, Name string
	// Folder is what it brings, File the file of it and ProjectFile that of its AppProject, from the root of the GitOps
	// repository. Neither file lies in the folder.
	Folder, File, Project, ProjectFile string
}

// Instance is an Argo CD that runs: the one that deploys to all clusters, or the one that a cluster has for itself.
type Instance struct {
	// Cluster is the name of its own cluster in the spec, and Path the place there; both are "" for the one of all clusters.
	Cluster, Path string
	// Address is where it answers, "" where the spec does not say.
	Address string
	// Namespace is the one that it runs in, and URL the address by which it reads the GitOps repository. The other two are
	// the places in the spec that decide them.
	Namespace, NamespacePath string
	URL, URLPath             string
	// Mirrored says that the address is not one of GitHub's: what CI pushes comes there later.
	Mirrored bool
	// Folder is that of its manifests, and Made that of what makes Applications: another one where a root brings it.
	// ApplicationSet is the file there that makes the Applications, "" where each has a file of its own, and Elements the
	// folder with the files that it makes them from, "" for a list in it.
	Folder, Made, ApplicationSet, Elements string
	// Root is nil where a person applies what makes the Applications.
	Root *Root
}

// Of says whose Argo CD it is, behind a noun: "" for the one of all clusters.
func (i Instance) Of() string {
	if i.Cluster == "" {
		return ""
	}
	return " of " + i.Cluster
}

// In says in which cluster it is, behind a sentence: "" for the one of all clusters.
func (i Instance) In() string {
	if i.Cluster == "" {
		return ""
	}
	return " in " + i.Cluster
}

// Context is the flag of kubectl for its cluster, "" where there is one Argo CD, and Flags says with it which namespace a
// command is about. Server is the flag by which the argocd command line asks it and no other one.
func (i Instance) Context() string {
	if i.Cluster == "" {
		return ""
	}
	return " --context CONTEXT-OF-" + strings.ToUpper(i.Cluster)
}

func (i Instance) Flags() string { return " --namespace " + i.Namespace + i.Context() }

func (i Instance) Server() string {
	if i.Address == "" {
		return ""
	}
	return " --server " + strings.TrimPrefix(i.Address, "https://")
}

// Instances are those that deploy the environments and previews, each once.
func (p Plan) Instances() []Instance {
	var out []Instance
	add := func(i Instance) {
		if !slices.ContainsFunc(out, func(o Instance) bool { return o.Cluster == i.Cluster }) {
			out = append(out, i)
		}
	}
	for _, e := range p.Sites() {
		add(e.Instance)
	}
	if p.Previews != nil {
		add(p.Previews.Overlay.Instance)
	}
	return out
}

// By is a plan with what one of them deploys.
func (p Plan) By(i Instance) Plan {
	return p.only(func(e Environment) bool { return e.Instance.Cluster == i.Cluster })
}

// Project is an AppProject of Argo CD. Existing says that somebody else keeps it; otherwise File, from the root of the
// GitOps repository, gives it.
type Project struct {
	// Path is the place in the spec that names it.
	Path, Name string
	Existing   bool
	File       string
	// In is the cluster whose own Argo CD has it, "" where one Argo CD deploys to all clusters.
	In string
}

// Is reports whether two are the same: of one name, in one Argo CD.
func (o Project) Is(other Project) bool { return o.Name == other.Name && o.In == other.In }

// Projects are those of the environments, each once.
func (p Plan) Projects() []Project {
	var out []Project
	for _, e := range p.Sites() {
		if !slices.ContainsFunc(out, e.Project.Is) {
			out = append(out, e.Project)
		}
	}
	return out
}

// Written are the projects that pipegen writes.
func (p Plan) Written() []Project {
	return slices.DeleteFunc(p.Projects(), func(o Project) bool { return o.Existing })
}

// Of is a plan with what is in one project alone: its environments, and the workloads that run there.
func (p Plan) Of(project Project) Plan {
	return p.only(func(e Environment) bool { return e.Project.Is(project) })
}

// only is a plan with some environments, and clusters of them, and the workloads that run there.
func (p Plan) only(has func(Environment) bool) Plan {
	environments := p.Environments
	p.Environments = nil
	for _, e := range environments {
		if len(e.Sites) > 0 {
			e.Sites = slices.DeleteFunc(slices.Clone(e.Sites), func(at Environment) bool { return !has(at) })
		}
		if len(e.Sites) > 0 || has(e) {
			p.Environments = append(p.Environments, e)
		}
	}
	in := func(w Workload) bool {
		return slices.ContainsFunc(p.Environments, func(e Environment) bool { return w.RunsIn(e.Name) })
	}
	p.Workloads = slices.DeleteFunc(slices.Clone(p.Workloads), func(w Workload) bool { return !in(w) })
	for n := range p.Workloads {
		w := &p.Workloads[n]
		w.Smokes = slices.DeleteFunc(slices.Clone(w.Smokes), func(s Smoke) bool {
			return !slices.ContainsFunc(p.Environments, func(e Environment) bool { return w.SmokeIn(e.Name) != nil && w.SmokeIn(e.Name).Name == s.Name })
		})
		if !slices.ContainsFunc(p.Environments, func(e Environment) bool { return w.RunsIn(e.Name) && !e.Delta(w.Name).Route.None }) {
			w.Route = nil
		}
	}
	return p
}

// Detection is how long it may take to notice a commit.
type Detection struct {
	Within  time.Duration
	Because string
}

// Seconds is the time as a number.
func (d Detection) Seconds() int { return int(d.Within / time.Second) }

// Sync is how Argo CD syncs.
type Sync struct {
	// Path is the place in the spec that says so.
	Path                       string
	Automated, Prune, SelfHeal bool
}

// SyncWindow is a time in which Argo CD may sync, or may not.
type SyncWindow struct {
	Path, Kind, Schedule string
	Duration             time.Duration
	ManualSync           bool
	// Closed is the side of the window on which not even a person may sync, "" where there is none.
	Closed string
}

// The sides of a window, in the words of messages.
const (
	ClosedInside  = "in"
	ClosedOutside = "outside of"
)
