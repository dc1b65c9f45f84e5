package diagnose

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/live/remote"
	"github.com/pipegen/pipegen/internal/plan"
)

// imageCauses are the causes if the GitOps repository does not name the image that was built.
func imageCauses() []Cause {
	return []Cause{
		{ID: "not-built", Statement: "The run has not reached the deploy", Tested: "the deploy job has not begun, or was skipped because a job before it failed", Remedy: "pipegen doctor build", test: notBuilt},
		{ID: "secret-missing", Statement: "A secret or variable that the deploy needs is not set", Tested: "the deploy job says so; or neither the environment, the repository nor its organisation has the name",
			Remedy: "store it in the settings, under Environments", test: secretMissing},
		{ID: "environment-branch", Statement: "The environment takes no deploys from this branch", Tested: "an annotation of the deploy job says so",
			Remedy: "add the branch to the environment's deployment branches, in the settings under Environments", test: spokeDeploying("is not allowed to deploy to")},
		{ID: "app-refused", Statement: "The App is not installed on the GitOps repository, may not write contents, or its key is wrong", Tested: "the step that asks for a token failed",
			Remedy: "install the App on the repository, with the permission Contents: read and write", test: of(delivery.failedDeploy, appRefused)},
		{ID: "credential-refused", Statement: "The credential may not read the GitOps repository, or has expired", Tested: "the step that checks the GitOps repository out failed",
			Remedy: "store a new credential that may write the contents of the GitOps repository", test: of(delivery.failedDeploy, credentialRefused)},
		{ID: "archived", Statement: "The GitOps repository is read-only", Tested: "GitHub says that it is archived or disabled", Remedy: "unarchive it in its settings, or name another repository in the spec", test: archived},
		{ID: "branch-guarded", Statement: "A rule of the branch forbids the push", Tested: "the push was refused, and the branch is protected or under a ruleset",
			Remedy: "let the App, or the owner of the token, bypass the rule", test: of(delivery.refused, branchGuarded)},
		{ID: "no-write", Statement: "The credential may not write to the GitOps repository", Tested: "the push was refused, and nothing guards the branch",
			Remedy: "give the credential the permission Contents: read and write", test: of(delivery.refused, noWrite)},
		{ID: "may-not-propose", Statement: "The credential may not open a pull request in the GitOps repository", Tested: "the deploy job says so", Remedy: "give the credential the permission Pull requests: read and write", test: spokeDeploying("no pull request could be opened")},
		{ID: "proposal-closed", Statement: "The pull request of the deploy was closed and not merged", Tested: "the newest one from the environment's branch is closed, and its commit is not live", Remedy: "reopen and merge it, or push a new commit", test: proposalClosed},
		{ID: "unmerged", Statement: "The pull request of the deploy waits to be merged", Tested: "the newest one from the environment's branch is open", Remedy: "look at what it waits for, and merge it", test: unmerged},
		{ID: "no-effect", Statement: "The overlay does not render what the deploy has edited", Tested: "the deploy job says so", Remedy: "pipegen check, then pipegen generate", test: spokeDeploying("does not render")},
		{ID: "history-rewritten", Statement: "Nobody can say whether the live commit is newer: it is not in the history of the source, or is not a commit", Tested: "the deploy job says so", Remedy: "write the commit to deploy into the file source-commit of the live folder, and run the job again", test: spokeDeploying("nobody can say which commit is newer")},
		{ID: "deploy-lost", Statement: "The runner was lost during the deploy", Tested: "an annotation of the deploy job says so", Remedy: "run the job again: what it had pushed stays, and the rest is repeated; gh run rerun --failed", test: spokeDeploying(wordsLost...)},
		{ID: "deploy-timed-out", Statement: "The deploy was stopped at its time limit", Tested: "the job ended as timed_out, or an annotation says so", Remedy: "gh run rerun --failed", test: of(delivery.failedDeploy, deployTimedOut)},
		{ID: "deploy-cancelled", Statement: "The deploy was cancelled, or dropped from its queue: without queue: max GitHub keeps only the newest waiting job", Tested: "the deploy job ended as cancelled", Remedy: "gh run rerun --failed: where a newer commit is live by then, it deploys nothing", test: of(delivery.failedDeploy, deployCancelled)},
		{ID: "stale", Statement: "The run was for an older commit, or for one that was taken back, and was right to deploy nothing", Tested: "the deploy job succeeded with the notice Not deployed", Remedy: "nothing: the notice says what is live instead; push a newer commit, or start ci.yaml by hand and say why", test: of(delivery.idle, stale)},
		{ID: "taken-back", Statement: "Somebody has taken the deploy back", Tested: "the newest deploy commit is a rollback", Remedy: "push a new commit to deploy again", test: takenBack},
		{ID: "elsewhere", Statement: "The deploy was committed to another branch", Tested: "the newest pushes to the GitOps repository have the commit on another branch",
			Remedy: "run 'pipegen generate', and commit the workflow: it writes to the branch of the spec", test: of(delivery.idle, elsewhere)},
		{ID: "live-unreadable", Statement: "The live folder is missing, or is not what CI writes", Tested: "its two files were read at the head of the branch", Remedy: "run 'pipegen generate --gitops DIR', and commit what it writes", test: liveUnreadable},
		{ID: "deploy-failed", Statement: "The deploy job failed", Tested: "the deploy job ended without success", rest: true, Remedy: "read the log of the step", test: of(delivery.failedDeploy, func(p delivery, _ environment, j github.Job) *answer { return p.failureOf(j) })},
		{ID: "silent", Statement: "The deploy job succeeded and left no commit", Tested: "the deploy job succeeded, and an older image is live", rest: true,
			Remedy: "read the log of the job; run 'pipegen check' to see whether the workflow is the one of the spec", test: of(delivery.idle, silent)},
	}
}

// deploy returns the job that deploys, or the answer if it is missing or not known.
func (p delivery) deploy(e environment) (github.Job, *answer) {
	jobs, a := p.jobs(e)
	for _, j := range jobs {
		if p.is(j, e.plan.Jobs.Deploy) {
			return j, nil
		}
	}
	return github.Job{}, cmp.Or(a, excluded("the run has no deploy job yet"))
}

// failedDeploy returns the deploy job if it failed.
func (p delivery) failedDeploy(e environment) (github.Job, *answer) {
	j, a := p.deploy(e)
	if a == nil && !failedJob(j) {
		a = excluded("the deploy job did not fail")
	}
	return j, a
}

func notBuilt(p delivery, e environment) *answer {
	switch {
	case !e.Holds.Known:
		return lacking(e.Holds)
	case e.Holds.Value:
		return excluded("what was built is live")
	case e.plan.Promoted != "":
		one := p.plan.Promotion(e.plan)
		return found("it comes to "+e.Name+" when it is promoted "+one.Starts()+", and "+path.Base(one.Workflow)+" has not done that",
			"promote it, or read the run of "+path.Base(one.Workflow)+": it names what it refuses")
	}
	if _, a := p.jobs(e); a != nil {
		if a.status == Excluded {
			return found(p.facts.Run.Why, "")
		}
		return a
	}
	j, a := p.deploy(e)
	run := p.facts.Run.Value
	switch {
	case a == nil && (j.Status == "in_progress" || j.Done() && j.Conclusion != "skipped"):
		return excluded("the run has reached the deploy")
	case a == nil && j.Conclusion == "skipped" && run.Conclusion == "success":
		return found("the deploy was left out, since the environment before "+e.Name+" has left this commit alone",
			"nothing: the summary of the run says what runs there instead; push a newer commit, or start "+p.workflow()+" by hand and say why", jobAt(j))
	case run.Done():
		return found("the run ended as "+run.Conclusion+" before it deployed", "", p.runAt())
	}
	return found("the run is in progress and has not deployed yet", "wait for the run, or see what holds it up: pipegen doctor build", p.runAt())
}

// spokeDeploying tests the messages of the failed deploy job.
func spokeDeploying(words ...string) test {
	return of(delivery.failedDeploy, func(p delivery, _ environment, j github.Job) *answer {
		return cmp.Or(p.quoted(j, "", words...), excluded("the deploy job says no such thing"))
	})
}

func appRefused(p delivery, _ environment, j github.Job) *answer {
	owner, _, _ := strings.Cut(p.plan.GitOps.Repository, "/")
	rights := "the permission Contents: read and write"
	if p.plan.GitOps.Proposes {
		rights = "the permissions Contents and Pull requests: read and write"
	}
	remedy := fmt.Sprintf("install the App on %s with %s, at https://github.com/organizations/%s/settings/installations (or https://github.com/settings/installations), and compare its client id and key with those stored", p.plan.GitOps.Repository, rights, owner)
	return p.stoppedIn(j, remedy, plan.StepToken)
}

func credentialRefused(p delivery, _ environment, j github.Job) *answer {
	if p.plan.GitOps.Credential.Kind == plan.KeyCredential {
		return p.stoppedIn(j, "add the public half of the key to https://github.com/"+p.plan.GitOps.Repository+"/settings/keys with Allow write access, and store the private half at https://github.com/"+p.repository()+"/settings/environments", plan.StepCheckout)
	}
	remedy := "store a new credential that may write the contents of " + p.plan.GitOps.Repository + ", at https://github.com/" + p.repository() + "/settings/environments"
	return p.stoppedIn(j, remedy, plan.StepCheckout, plan.StepAuthor)
}

// stoppedIn returns the answer for a deploy that may have failed in one of some steps.
func (p delivery) stoppedIn(j github.Job, remedy string, steps ...string) *answer {
	step := p.failedStep(j)
	if !slices.Contains(steps, step.ID) {
		return excluded("the step did not fail")
	}
	said, _ := p.said(j)
	return found(with("the deploy failed in the step "+step.Name, said), remedy, jobAt(j))
}

func archived(p delivery, e environment) *answer {
	r := p.details.GitOps
	switch {
	case !r.Known:
		return lacking(r)
	case !r.Value.Archived && !r.Value.Disabled:
		return excluded("the repository can be written to")
	}
	return found(p.plan.GitOps.Repository+" is archived or disabled: nobody can push to it", "",
		criteria.Evidence{What: "GitOps repository", URL: r.URL, At: p.facts.At})
}

func liveUnreadable(p delivery, e environment) *answer {
	l := e.Live
	switch {
	case l.Known:
		return excluded("the live folder is as CI writes it")
	case !e.Deploys.Known || l.Kind != "" && l.Kind != remote.NotFound:
		return lacking(l)
	}
	return found(brief(l.Why), "")
}
