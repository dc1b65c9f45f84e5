package diagnose

import (
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/live/remote"
)

// patience is how long GitHub may take to start a run or a job.
const patience = 5 * time.Minute

// buildCauses are the causes of a run that never starts, hangs or fails before it deploys.
func buildCauses() []Cause {
	return []Cause{
		{ID: "actions-off", Statement: "GitHub Actions are switched off in the repository", Tested: "there is no run, and the repository's policy says so",
			Remedy: "allow them in the repository's settings, under Actions, General", test: of(delivery.unbegun, actionsOff)},
		{ID: "workflow-missing", Statement: "The default branch has no ci.yaml", Tested: "GitHub knows no such workflow",
			Remedy: "run 'pipegen generate', commit .github/workflows and push it to the default branch", test: of(delivery.unbegun, workflowMissing)},
		{ID: "workflow-disabled", Statement: "The workflow is switched off", Tested: "the state of the workflow is not active",
			Remedy: "gh workflow enable ci.yaml", test: of(delivery.unbegun, workflowDisabled)},
		{ID: "skipped", Statement: "The commit message tells GitHub to skip its runs", Tested: "there is no run, and the message has a mark such as [skip ci]",
			Remedy: "gh workflow run ci.yaml", test: of(delivery.unbegun, skipped)},
		{ID: "no-run", Statement: "No run has begun", Tested: "there is no run five minutes after the commit", rest: true,
			Remedy: "gh workflow run ci.yaml; compare the branch in 'on:' with the one of the push", test: of(delivery.unbegun, noRun)},
		{ID: "not-startable", Statement: "GitHub refuses the workflow as a whole", Tested: "the run ended as startup_failure",
			Remedy: "run 'pipegen check'; allow the actions that ci.yaml names in the settings, under Actions, General", test: of(delivery.jobs, notStartable)},
		{ID: "approval", Statement: "The run waits for a reviewer or a timer of an environment", Tested: "the run has pending deployments",
			Remedy: "open the run and choose Review deployments", test: of(delivery.jobs, approval)},
		{ID: "turn", Statement: "Another run holds the concurrency group of the deploys", Tested: "a job of the run is pending for its concurrency group",
			Remedy: "wait for the other run, or cancel it", test: of(delivery.jobs, turn)},
		{ID: "queued", Statement: "No runner takes the job", Tested: "a job is queued for more than five minutes",
			Remedy: "compare the labels with the runners in the settings, under Actions; look at the spending limit and at githubstatus.com", test: of(delivery.jobs, queued)},
		{ID: "slow", Statement: "A job takes a long time", Tested: "a job has used up half of its time limit",
			Remedy: "wait for its limit, or read the log of the step that runs", test: of(delivery.jobs, slow)},
	}
}

// unbegun returns the commit if no run of it has begun.
func (p delivery) unbegun(environment) (github.Commit, *answer) {
	c := p.facts.Commit
	switch run := p.facts.Run; {
	case run.Known:
		return c.Value, excluded("a run has begun")
	case !c.Known:
		return c.Value, lacking(c)
	case run.Kind != "" && run.Kind != remote.NotFound:
		return c.Value, lacking(run)
	}
	return c.Value, nil
}

func (p delivery) repository() string { return p.plan.Source.Repository }

// workflow and rollback are what GitHub's commands call the workflows: the names of their files.
func (p delivery) workflow() string { return path.Base(p.plan.Workflow) }
func (p delivery) rollback() string { return path.Base(p.plan.RollbackWorkflow) }

func actionsOff(p delivery, _ environment, _ github.Commit) *answer {
	policy := p.details.Policy
	if !policy.Known {
		return lacking(policy)
	}
	if policy.Value.Enabled {
		return excluded("Actions are on")
	}
	return found("Actions are switched off in "+p.repository(), "allow them at "+policy.URL,
		criteria.Evidence{What: "settings", URL: policy.URL, At: p.facts.At})
}

func workflowMissing(p delivery, _ environment, _ github.Commit) *answer {
	w := p.details.Workflow
	switch {
	case w.Known:
		return excluded("the workflow is there")
	case w.Kind != remote.NotFound:
		return lacking(w)
	}
	return found("GitHub knows no workflow "+p.workflow()+" in "+p.repository(), "",
		criteria.Evidence{What: "workflows", URL: "https://github.com/" + p.repository() + "/actions", At: p.facts.At})
}

func workflowDisabled(p delivery, _ environment, _ github.Commit) *answer {
	w := p.details.Workflow
	switch {
	case !w.Known:
		return lacking(w)
	case w.Value.State == "active":
		return excluded("the workflow is active")
	}
	return found("the workflow is "+w.Value.State, "gh workflow enable "+p.workflow()+" --repo "+p.repository(),
		criteria.Evidence{What: "workflow", URL: w.URL, At: p.facts.At})
}

// skips are the marks in a commit message with which GitHub starts no run.
var skips = []string{"[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]", "skip-checks: true", "skip-checks:true"}

func skipped(p delivery, _ environment, c github.Commit) *answer {
	for _, mark := range skips {
		if strings.Contains(c.Message, mark) {
			return found("the message of the commit has "+mark, "gh workflow run "+p.workflow()+" --repo "+p.repository()+" --ref "+p.plan.Source.Branch,
				commitAt("commit", c))
		}
	}
	return excluded("the message of the commit skips nothing")
}

func noRun(p delivery, _ environment, c github.Commit) *answer {
	took := p.facts.At.Sub(c.At)
	if took < patience {
		return excluded("the commit is " + duration(took) + " old: a run may yet begin")
	}
	return found(fmt.Sprintf("%s has not run for %s, %s after the commit", p.workflow(), short(c.SHA), duration(took)), "",
		commitAt("commit", c))
}

func notStartable(p delivery, _ environment, _ []github.Job) *answer {
	if p.facts.Run.Value.Conclusion != "startup_failure" {
		return excluded("the run was started")
	}
	says := "GitHub did not start the run: the file is not valid, or names an action that is not allowed"
	if allowed := p.details.Policy.Value.Allowed; allowed != "" && allowed != "all" {
		says += "; the repository allows " + allowed
	}
	return found(says, "", p.runAt())
}
