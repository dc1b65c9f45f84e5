package rules

import (
	"strings"
	"time"
)

// Facts are what only the spec can say of a pipeline: the other half of a proof whose first half
// stands in the output. Whatever two generated files say is no fact; they are held
// against one another.
type Facts struct {
	// Application is the name of the pipeline, by which its deploys are known.
	Application string
	// Images are what is built and pushed, Workloads what runs.
	Images    []ImageFact
	Workloads []WorkloadFact

	Source, GitOps Repository
	// ReleaseTags is the pattern of the git tags that publish; "" when the branch does.
	ReleaseTags string
	// Paths are the files and folders that the spec says the pipeline is made of, as patterns of git; empty where it says
	// nothing.
	Paths []string

	Environments []Environment
	// Roots are those of each Argo CD, none where a person applies what makes the Applications.
	Roots []Root
	// Elements are the folders with the files from which an ApplicationSet makes Applications, by the file of that: "" for
	// one that has a list.
	Elements map[string]string
	// Previews is nil where pull requests get none.
	Previews *Previews
	// Rendering is the workflow in the GitOps repository that renders what Argo CD reads, "" where Argo CD renders.
	Rendering string
	// Promotions are the workflows that bring to environments what others have run.
	Promotions []Promotion

	// Read are the Secrets and other objects that the spec declares to exist in each
	// namespace because programs read them, as "Kind/name", with the keys it counts on:
	// "" for all of them.
	Read map[string][]string
	// Existing are other objects that are declared to exist, as "Kind/name", and
	// custom kinds, as "kind.group".
	Existing []string
	// Made are the names of Secrets that a deploy brings along: objects of the tree become them.
	Made []string
	// There are the environments in which somebody else makes such a Secret, by its name.
	There map[string][]string
	// CISecrets and CIVariables are the names that the spec gives for the
	// credentials of the workflow.
	CISecrets, CIVariables []string
	// Readers are the registries from which the spec lets builds and tests pull with a login.
	Readers []Reader
	// Signed says that GitHub signs the commits of the GitOps repository.
	Signed bool
	// Signers are the ids of the keys that Argo CD asks for, nil where it asks for none.
	Signers []string
	// TestRuns is the workflow of the runs that only test, "" where there is none.
	TestRuns string
	// Given are the secrets that the spec gives to the tests and builds of jobs, by the id of the job.
	Given map[string][]Given
	// Dependencies are what the spec says runs elsewhere.
	Dependencies []Dependency
	// Readme is the page about the workflows in the code repository.
	Readme string
	// ExtraJobs are jobs of the pipeline's workflow that the spec adds beside the pipeline's own.
	ExtraJobs []ExtraJob
	// Granted are the rights that the spec itself grants to the tokens of jobs, as in permissions, by the id of the job.
	Granted map[string]map[string]string
	// Projects are those of Argo CD that somebody else keeps.
	Projects []string
	// Kinds are what the author's own files may add, as "group/Kind".
	Kinds []string
	// Criteria are those that can be read in the output.
	Criteria []Criterion
	// NonGoals are those that have a guard.
	NonGoals []NonGoal
	// Accepted are breaches for which the author answers.
	Accepted []Accepted
	// Unseen says that manifests of the author's are in a repository that is not here: nothing is there in their place.
	Unseen bool
	// ArgoCDs are those of clusters, none where one deploys to all of them.
	ArgoCDs []ArgoCD
	// Noticed is the longest time until Argo CD looks at a commit.
	Noticed time.Duration
	// Tags says that the author names actions by the tags of releases.
	Tags bool
	// Kustomize is the release that the target Argo CD bundles.
	Kustomize string
}

// ExtraJob is a job that the spec adds: what it does is its author's to say.
type ExtraJob struct {
	ID string
	// NeededBy are the jobs that wait for it.
	NeededBy []string
	// Required says whether the gate asks for its success, and Sometimes that it takes part only in some of its runs; with
	// OnFailure these are the ones in which something fails.
	Required, Sometimes, OnFailure bool
}

// Reader is a registry from which builds and tests pull with a login. Secret is what they show there, "" for the run's own
// token.
type Reader struct{ Host, Secret string }

// Dependency runs elsewhere. Image is what is in its place beside tests, "" for nothing.
type Dependency struct{ Name, Image string }

// Repository is a GitHub repository, as owner/name, and the branch that counts.
type Repository struct{ Name, Branch string }

// Environment is one place to deploy to.
type Environment struct {
	Name, Overlay, Namespace string
	// Rendered is the branch with its objects, "" where Argo CD renders the overlay.
	Rendered string
	// Sites are the clusters that it is in, one as a rule; none where each of them differs.
	Sites []Site
	// Over is the overlay of the environment, where this is one of its clusters that differs and has an overlay over that; ""
	// otherwise.
	Over string
	// Shared says that others use the namespace too.
	Shared bool
	// Proposal is the branch of the pull requests that bring its deploys; "" where CI
	// pushes to the branch that Argo CD follows.
	Proposal string
	// Reviewed says that a person merges them, and no machine does.
	Reviewed bool
	// Rollbacks begins the branches of the pull requests that take them back.
	Rollbacks string
	// After is the environment that must have the image first.
	After string
	// Promoted is the environment of the promotion that deploys here, "" where the run that builds does.
	Promoted string
	// Chart is what it runs beside its overlay, nil for nothing.
	Chart *ChartFact
	// Approval says that a person approves each deploy and each rollback.
	Approval bool
	// LowerReleases lets a release tag replace a higher release.
	LowerReleases bool
	// Subscriptions are the annotations of its Application by which somebody is notified, with their values.
	Subscriptions map[string]string
}

// Site is a cluster of an environment, by its name in Argo CD or its address, and the Application that deploys there.
// ArgoCD is the name of the cluster in the spec, where it has an Argo CD of its own.
// Fleet is set where it is every cluster with some labels: the other two are those of a sample then.
type Site struct {
	Application, Cluster, ArgoCD string
	Fleet                        *Fleet
}

// Fleet are clusters by the labels of their Secrets in Argo CD, and by the pattern of names that the project allows. Mark is
// the label of their Applications that has the name of the ApplicationSet.
type Fleet struct {
	Labels      map[string]string
	Names, Mark string
}

// Promotes reports whether a promotion deploys here first, and not after another environment in the same run.
func (e *Environment) Promotes() bool { return e.Promoted == e.Name }

// Promotion is what brings to an environment what the one before it has run.
type Promotion struct {
	To, From, Workflow string
	// Event starts it, "" where a person does. Only is the pattern of its tags, or the type of its releases.
	Event, Only string
	// Soak is how many seconds the images must have run there, 0 where it does not matter.
	Soak int
	// Gates are the results that the run of a commit must have, one a line as the workflow has them.
	Gates []string
	// Figures are what it must ask Prometheus.
	Figures []Figure
	// Verified are the references of the images whose attestation it can read.
	Verified []string
}

// Promotion is the one that deploys to an environment, nil where the run that builds does.
func (f Facts) Promotion(e *Environment) *Promotion {
	return first(f.Promotions, func(p Promotion) bool { return p.To == e.Promoted })
}

// promotionIn is the one whose workflow is a file, nil for none.
func (f Facts) promotionIn(file string) *Promotion {
	return first(f.Promotions, func(p Promotion) bool { return p.Workflow == file })
}

// Guard is the condition of the jobs of a promotion.
func (p Promotion) Guard(branch string) string {
	switch p.Event {
	case "push":
		return "startsWith(github.ref, 'refs/tags/') && github.event_name == 'push'"
	case "release":
		return "github.event_name == 'release'"
	}
	return "github.ref == 'refs/heads/" + branch + "'"
}

// SameRepository reports that source and deployed state share one.
func (f Facts) SameRepository() bool { return strings.EqualFold(f.Source.Name, f.GitOps.Name) }

// Guard is the condition that every publishing job must have (X07). It is stated
// here a second time on purpose: a proof that asked the compiler would agree with
// it in every mistake.
func (f Facts) Guard() string {
	if f.ReleaseTags != "" {
		return "startsWith(github.ref, 'refs/tags/') && github.event_name == 'push'"
	}
	return "github.ref == 'refs/heads/" + f.Source.Branch + "' && github.event_name != 'pull_request'"
}

// Otherwise is the condition of a job that builds where nothing may be published.
func (f Facts) Otherwise() string {
	if f.ReleaseTags != "" {
		return "!startsWith(github.ref, 'refs/tags/') || github.event_name != 'push'"
	}
	return "github.ref != 'refs/heads/" + f.Source.Branch + "' || github.event_name == 'pull_request'"
}

// GitOpsURL is the address by which Argo CD knows the GitOps repository.
func (f Facts) GitOpsURL() string { return "https://github.com/" + f.GitOps.Name }

// Accepted is a criterion that its author keeps, or a rule that an object, as KIND/NAME, or a file may break. Path is its
// place in the spec.
type Accepted struct{ Path, Criterion, Rule, Object, File string }

// NonGoal is what the spec leaves out on purpose, with the guard that keeps it out.
type NonGoal struct {
	// ID and Path are its name and its place in the spec.
	ID, Path string
	// Guard is the name of what keeps it out.
	Guard string
}
