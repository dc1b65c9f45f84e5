package live

import (
	"context"
	"fmt"

	"github.com/pipegen/pipegen/internal/live/argocd"
	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/live/remote"
)

// The most that is asked about in one look.
const (
	mostJobs = 10 // whose annotations are read
	mostPods = 3  // whose events are read
	mostRefs = 3  // in which a lost commit is looked for
)

// Look says which troubles to look into, and what only a spec knows of them.
type Look struct {
	Build, Image, Sync, Rollback bool
	// GitOps is the repository as OWNER/NAME, GitOpsBranch the one that CI writes to.
	GitOps, GitOpsBranch string
	// RollbackWorkflow is the file name of the workflow that takes deploys back, ""
	// without one.
	RollbackWorkflow string
	// Secrets and Variables are the names that a deploy needs.
	Secrets, Variables []string
	// Proposals are the branches from which deploys are proposed, by environment; none
	// where they are pushed.
	Proposals map[string]string
	// Rollbacks begin the branches from which rollbacks are proposed, by environment; none
	// where they are pushed.
	Rollbacks map[string]string
}

// Details is what a closer look has brought. A fact that was not asked for is unknown
// without a reason.
type Details struct {
	Workflow Fact[github.Workflow]
	Policy   Fact[github.Policy]
	// Waiting are the environments that the run waits for.
	Waiting Fact[[]github.PendingDeployment]
	// Said are the annotations of the jobs that matter, by the id of the job.
	Said map[int64]Fact[[]github.Annotation]
	// GitOps is the repository, Rules and Branch are of the branch that CI writes to.
	GitOps Fact[github.Repository]
	Rules  Fact[[]github.Rule]
	Branch Fact[github.Branch]
	// Hooks are the webhooks of the GitOps repository that lead to an Argo CD, with
	// their deliveries by id.
	Hooks      Fact[[]github.Hook]
	Deliveries map[int64]Fact[[]github.Delivery]
	// Rollbacks are the newest runs of the workflow that takes deploys back.
	Rollbacks    Fact[[]github.Run]
	Environments []EnvironmentDetails
}

// EnvironmentDetails is what a closer look at an environment has brought, in the order
// of the facts.
type EnvironmentDetails struct {
	// Secrets and Variables are the names that a deploy job sees. Where all that it
	// needs is in the environment, those of the repository are left out.
	Secrets, Variables Fact[[]string]
	// Elsewhere is the deploy's commit on another branch; its zero value means that
	// there is none.
	Elsewhere Fact[Elsewhere]
	// Proposal is the newest pull request for its deploys; one with the number 0 means
	// that there is none.
	Proposal Fact[github.PullRequest]
	// Rollback is the newest open pull request that takes one back, in the same way.
	Rollback  Fact[github.PullRequest]
	Windows   Fact[argocd.Windows]
	Unhealthy Fact[[]argocd.Resource]
	// Events are the warnings about pods that are not ready, by the pod's name.
	Events map[string]Fact[[]argocd.Event]
}

// Elsewhere is a commit on a branch that it was not meant for.
type Elsewhere struct {
	github.Commit
	Branch string
}

// DeployJob is the name of the job that deploys to an environment.
func DeployJob(environment string) string { return "Deploy to " + environment }

// Examine asks what only a diagnosis needs, and only of the troubles to look into.
func Examine(ctx context.Context, t Target, c Clients, f Facts, l Look) Details {
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
		if l.Sync {
			x.cluster(&out, t.Environments[i], e)
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
	look  Look
}

// needing adds to a refusal which right would answer the question.
func needing(err error, right string) error {
	if remote.Is(err, remote.Unauthorized, remote.Forbidden, remote.NotFound) {
		return fmt.Errorf("%w; the credential needs the right to %s", err, right)
	}
	return err
}

// job finds one of the run by its name.
func (x examiner) job(name string) (github.Job, bool) {
	for _, j := range x.facts.Jobs.Value {
		if j.Name == name {
			return j, true
		}
	}
	return github.Job{}, false
}
