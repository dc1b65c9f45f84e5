// Package generate turns a Spec into the files of a pipeline. Compile takes every
// decision and says what cannot be; Render writes down what was decided.
package generate

import (
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// Plan is a pipeline with every decision taken.
type Plan struct {
	// Spec holds what is passed on as its author wrote it.
	Spec schema.Spec
	// SpecFile is the spec as the headers name it: its path in the code repository.
	SpecFile string
	// Pins are the newer actions that the repository has taken up, by name.
	Pins map[string]Pin
	// Tools are what the output downloads besides actions, by name.
	Tools map[string]Tool

	Image    ImagePlan
	Test     TestPlan
	Timeouts Timeouts
	Release  Release
	GitOps   GitOpsPlan
	Rollout  Rollout
	ArgoCD   ArgoCDPlan
	// Environments stand in the order in which they are deployed.
	Environments []EnvironmentPlan
	Measures     []Measure
	// ExtraJobs are the author's own, in the order of the spec.
	ExtraJobs []ExtraJob
	// Needs are the jobs that each job of ci.yaml waits for, by id.
	Needs map[string][]string
	// ToImage is the longest way to the named image, with the limit of each job.
	ToImage []Limit
	// Smoke is nil when no criterion asks for a smoke Job.
	Smoke *Smoke
	// Rollback says whether rollback.yaml is generated.
	Rollback bool
	// Criteria stand in the order of the spec.
	Criteria []plan.Criterion
}

// Smoke is the Job that asks the application through its Service after each sync.
type Smoke struct {
	Path, SpecPath string
	Status         int
	// Seconds is how long it may take from its first request.
	Seconds int
}

// ImagePlan is what is built and how it is called.
type ImagePlan struct {
	// Reference is the image without tag and digest, such as ghcr.io/org/repo/app.
	Reference string
	Legs      []Leg
	// HealthPath is what the smoke test asks; "" when there is none.
	HealthPath string
}

// Leg is one platform with the runner that builds it.
type Leg struct {
	Platform string // as in the spec, such as linux/arm64
	Arch     string
	Runner   string
	// Emulated says that the runner is of another kind than the platform.
	Emulated bool
}

// TestPlan is what differs between toolchains.
type TestPlan struct {
	// Coverage is the least percentage that passes, "" without a gate.
	Coverage string
	// CoverageID is the criterion that the gate serves.
	CoverageID string
	// Report is where the coverage report is found, "" when there is none.
	Report string
	// Cached says whether dependencies may come from a cache. A workflow that
	// publishes on tags takes none (W32).
	Cached bool
}

// Timeouts are whole minutes, the unit of timeout-minutes.
type Timeouts struct {
	Test, Publish, Image, Deploy int
}

// Release says which runs publish.
type Release struct {
	// ByTag is set when git tags are released and not the branch.
	ByTag bool
	// Condition is the GitHub expression that is true in a run that publishes, and
	// Otherwise the one that is true in all others.
	Condition, Otherwise string
}

// GitOpsPlan says where deployed state is written and by whom.
type GitOpsPlan struct {
	// URL is the one address of the repository, for CI and Argo CD alike (X14).
	URL string
	// SameRepository is set when the source lives there too.
	SameRepository bool
	// Credential is how CI may write.
	Credential Credential
	// Proposes is set when CI opens pull requests and pushes nothing to the branch (W41).
	Proposes bool
	// Folder is the application's folder from the repository's root, and Argo the
	// one of the Argo CD manifests.
	Folder, Argo string
}

// Credential is a way to push to the GitOps repository.
type Credential int

const (
	// AppCredential mints a token of a GitHub App for each run.
	AppCredential Credential = iota
	// TokenCredential takes an access token from a secret.
	TokenCredential
	// WorkflowCredential takes the token that GitHub gives each run. It reaches the
	// run's own repository only.
	WorkflowCredential
)

// Rollout holds the numbers that bound how long a rollout may take.
type Rollout struct {
	// StartupThreshold is how often the startup probe may fail, StartupPeriod seconds apart.
	StartupThreshold int
	// ProgressDeadline is in seconds.
	ProgressDeadline int
}

// StartupPeriod is the time between two startup probes, in seconds (K13).
const StartupPeriod = 2

// ArgoCDPlan says what the target release understands (A01).
type ArgoCDPlan struct {
	// RetryRefresh is set from 3.2 on: a retry takes a newer commit.
	RetryRefresh bool
}

// EnvironmentPlan is one overlay with its Application and its deploy job.
type EnvironmentPlan struct {
	Name string
	Path string // in the spec
	Job  string
	// Approve is the job that waits for a person's approval of a deploy, and Merged the one that
	// waits until its pull request is merged; "" where there is none.
	Approve, Merged string
	Application     string
	// Overlay and Live are directories from the root of the GitOps repository, and
	// Manifest is the file there that gives the Application.
	Overlay, Live, Manifest string
	// After is the live folder of the environment before, "" where there is none.
	After string
	// Proposal is the branch of the pull requests for its deploys, "" where there are none.
	Proposal string
	// Rollbacks begins the names of the branches from which rollbacks are proposed; each is of
	// its own, so that no deploy takes its place.
	Rollbacks string
	// Deployed is what runs already.
	Deployed Deployed
	Spec     schema.Environment
}

// ExtraJob is a job of the author's own.
type ExtraJob struct {
	ID, Path string
	// Title is what the summary of a run calls it.
	Title string
	Runs  Runs
	// NeededBy are the jobs that the spec puts behind it.
	NeededBy []string
	Spec     schema.ExtraJob
}

// Limit is the time that a job may take, in minutes.
type Limit struct {
	Job     string
	Minutes int
}

// Measure is a promise that nothing can hold but a run can measure.
type Measure struct {
	Kind      string // triggered or published
	Criterion string
	Path      string // in the spec
	Seconds   int
}
