package live

import (
	"context"
	"fmt"

	"github.com/pipegen/pipegen/internal/live/argocd"
	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/live/remote"
)

// Bounds on what one examination asks for.
const (
	mostJobs  = 10 // whose annotations are read
	mostPods  = 3  // whose events are read, and as many of what becomes Secrets
	mostRefs  = 3  // in which a lost commit is looked for
	mostHooks = 10 // whose deliveries are read
)

// ExamineOptions says which troubles to examine, and what only a spec knows about them.
type ExamineOptions struct {
	Build, Image, Sync, Rollback bool
	// GitOps is the GitOps repository as OWNER/NAME, GitOpsBranch the branch that CI writes to.
	GitOps, GitOpsBranch string
	// RollbackWorkflow is the file name of the workflow that takes deploys back, or "".
	RollbackWorkflow string
	// Sources are what gives each Argo CD its Applications, by the cluster that the Argo CD is for.
	Sources map[string]Source
	// RenderWorkflow is the file name of the workflow in the GitOps repository that renders, or "".
	RenderWorkflow string
	// Secrets and Variables are the names that a deploy needs.
	Secrets, Variables []string
	// Proposals are the branches from which deploys are proposed, by environment; nil if they are pushed.
	Proposals map[string]string
	// Rollbacks are the prefixes of the branches from which rollbacks are proposed, by environment; nil if they are
	// pushed.
	Rollbacks map[string]string
}

// Source is what gives an Argo CD its Applications: the one that brings the others, with its project, and the ApplicationSet
// that makes them; "" for none.
type Source struct{ Root, RootProject, Set string }

// Given is what an Argo CD says of its Source: of the ApplicationSet its complaint, "" for none.
type Given struct {
	Root Fact[argocd.Application]
	Set  Fact[string]
}

// Details is the result of an examination. A fact that was not asked for is unknown without a reason.
type Details struct {
	Workflow Fact[github.Workflow]
	Policy   Fact[github.Policy]
	// Waiting are the environments that the run waits for.
	Waiting Fact[[]github.PendingDeployment]
	// Said has the annotations of the jobs that matter, by the id of the job.
	Said map[int64]Fact[[]github.Annotation]
	// GitOps is the GitOps repository; Rules and Branch are about the branch that CI writes to.
	GitOps Fact[github.Repository]
	Rules  Fact[[]github.Rule]
	Branch Fact[github.Branch]
	// Hooks are the webhooks of the GitOps repository that go to an Argo CD, Deliveries their deliveries by id.
	Hooks      Fact[[]github.Hook]
	Deliveries map[int64]Fact[[]github.Delivery]
	// Given is what each Argo CD says of what gives it its Applications, by the cluster that it is for.
	Given map[string]Given
	// Rollbacks are the newest runs of the workflow that takes deploys back.
	Rollbacks    Fact[[]github.Run]
	Environments []EnvironmentDetails
}

// EnvironmentDetails is the part of an examination about one environment.
type EnvironmentDetails struct {
	// Secrets and Variables are the names that a deploy job sees. If the environment has all that it needs, those of
	// the repository are left out.
	Secrets, Variables Fact[[]string]
	// Elsewhere is the commit of the deploy if it is on another branch, else the zero value.
	Elsewhere Fact[Elsewhere]
	// Proposal is the newest pull request for its deploys; its number is 0 if there is none.
	Proposal Fact[github.PullRequest]
	// Rollback is the newest open pull request that takes a deploy back; its number is 0 if there is none.
	Rollback Fact[github.PullRequest]
	// Rendering is what the workflow has rendered for it, and RendersNewest whether the newest deploy is in that.
	Rendering     Fact[Rendering]
	RendersNewest Fact[bool]
	Windows       Fact[argocd.Windows]
	Unhealthy     Fact[[]argocd.Resource]
	// Events are the warnings about pods that are not ready, by the name of the pod, and about what does not become a
	// Secret, as KIND/NAME.
	Events map[string]Fact[[]argocd.Event]
}

// Elsewhere is a commit on a branch for which it was not meant.
type Elsewhere struct {
	github.Commit
	Branch string
}

// Examine asks what only a diagnosis needs, and only for the troubles in the options.
func Examine(ctx context.Context, t Target, c Clients, f Facts, l ExamineOptions) Details {
	x := examiner{gatherer: gatherer{ctx: ctx, target: t, clients: c}, facts: f, look: l}
	d := Details{Said: map[int64]Fact[[]github.Annotation]{}, Deliveries: map[int64]Fact[[]github.Delivery]{}}
	if l.Build {
		x.build(&d)
	}
	if l.Build || l.Image {
		x.said(&d)
	}
	if l.Image {
		x.writing(&d)
	}
	if l.Sync {
		x.hooks(&d)
		d.Given = x.given()
	}
	if l.Rollback && l.RollbackWorkflow != "" {
		x.rollbacks(&d)
	}
	for i, e := range f.Environments {
		var out EnvironmentDetails
		if l.Image {
			x.names(&out, e)
			x.elsewhere(&out, e)
		}
		if branch := l.Proposals[e.Name]; branch != "" && l.Image {
			p, err := c.GitHub.NewestPullRequest(ctx, l.GitOps, branch, l.GitOpsBranch)
			out.Proposal = x.proposal(p, err)
		}
		if prefix := l.Rollbacks[e.Name]; prefix != "" && l.Rollback {
			p, err := c.GitHub.OpenPullRequest(ctx, l.GitOps, prefix, l.GitOpsBranch)
			out.Rollback = x.proposal(p, err)
		}
		if l.Sync && l.RenderWorkflow != "" {
			out.Rendering = x.rendering(f.Destinations[i])
			out.RendersNewest = x.rendersNewest(e, out.Rendering)
		}
		if l.Sync {
			x.cluster(&out, f.Destinations[i], e)
		}
		d.Environments = append(d.Environments, out)
	}
	return d
}

// ask is a question about a repository and one of its environments.
type ask[T any] func(ctx context.Context, repository, environment string) (T, error)

type examiner struct {
	gatherer
	facts Facts
	look  ExamineOptions
}

// needing adds to a refusal the right that the credential lacks.
func needing(err error, right string) error {
	if remote.Is(err, remote.Unauthorized, remote.Forbidden, remote.NotFound) {
		return fmt.Errorf("%w; the credential needs the right to %s", err, right)
	}
	return err
}

// deploy returns the job of the run that deploys to an environment.
func (x examiner) deploy(environment string) (github.Job, bool) {
	for _, j := range x.facts.Jobs.Value {
		if x.target.deployedBy(j.Name) == environment {
			return j, true
		}
	}
	return github.Job{}, false
}
