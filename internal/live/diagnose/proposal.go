package diagnose

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/github"
)

// proposal returns the pull request, or the answer if there is none that matters.
func (p delivery) proposal(e environment, f live.Fact[github.PullRequest]) (github.PullRequest, *answer) {
	switch {
	case e.plan.Proposal == "":
		return f.Value, excluded("deploys are pushed, and not proposed")
	case !f.Known:
		return f.Value, lacking(f)
	case f.Value.Number == 0:
		return f.Value, excluded("there is no pull request")
	}
	return f.Value, nil
}

func unmerged(p delivery, e environment) *answer {
	pull, a := p.proposal(e, e.details.Proposal)
	switch {
	case a != nil:
		return a
	case !pull.Open():
		return excluded("no pull request of a deploy is open")
	}
	return p.waits(e, pull, p.again()+": the job makes its commit anew")
}

func rollbackUnmerged(p delivery, e environment) *answer {
	pull, a := p.proposal(e, e.details.Rollback)
	if a != nil {
		return a
	}
	return p.waits(e, pull, "close it; if what was deployed since is to be taken back as well: "+p.takeBack(e, "TAG"))
}

// waits says what an open pull request waits for, and what to do about a conflict. The states are GitHub's words.
func (p delivery) waits(e environment, pull github.PullRequest, conflict string) *answer {
	page := p.pullPage(pull)
	why, remedy := "nothing keeps it from being merged", "merge it at "+page
	switch pull.Mergeable {
	case "dirty":
		why, remedy = "it is in conflict with the branch", conflict
	case "blocked":
		why, remedy = "a rule of the branch is not met", "see at "+page+" which review or check is missing"
	case "behind":
		why, remedy = "it does not have the newest commits of the branch", "update it at "+page+", or require no branch to be up to date"
	case "unstable":
		why, remedy = "a check of it has failed or goes on", "see "+page
	case "draft":
		why, remedy = "it is a draft", "mark it as ready at "+page
	}
	switch {
	case e.plan.Reviewed && pull.Mergeable == "clean":
		why = "no rule of the branch keeps it from being merged, and no machine merges it"
		remedy = "review and merge it at " + page + "; require a review of the branch at https://github.com/" + p.plan.GitOps.Repository + "/settings/rules, so that nobody can forget to"
	case e.plan.Reviewed && pull.Mergeable != "dirty":
		why += ", and a person has to merge it"
	case pull.Auto == nil && !e.plan.Reviewed:
		why += ", and auto-merge is not enabled for it"
		if pull.Mergeable != "dirty" {
			remedy += "; allow auto-merge and squash merging in the settings of " + p.plan.GitOps.Repository
		}
	}
	return found(fmt.Sprintf("pull request #%d, %q, is open: %s", pull.Number, brief(pull.Title), why), remedy, p.pullAt(pull))
}

func proposalClosed(p delivery, e environment) *answer {
	pull, a := p.proposal(e, e.details.Proposal)
	switch {
	case a != nil:
		return a
	case !e.Holds.Known:
		return lacking(e.Holds)
	case pull.Open() || pull.MergedAt != nil || e.Holds.Value:
		return excluded("no pull request of a deploy was given up")
	}
	return found(fmt.Sprintf("pull request #%d, %q, was closed and not merged", pull.Number, brief(pull.Title)), "reopen and merge it at "+p.pullPage(pull)+", or push a new commit", p.pullAt(pull))
}

// pullPage is the page of a pull request, built from the spec because it is shown in a remedy.
func (p delivery) pullPage(pull github.PullRequest) string {
	return fmt.Sprintf("https://github.com/%s/pull/%d", p.plan.GitOps.Repository, pull.Number)
}

// pullAt returns a pull request as evidence.
func (p delivery) pullAt(pull github.PullRequest) criteria.Evidence {
	return criteria.Evidence{What: "pull request", URL: p.pullPage(pull), Revision: pull.Head.SHA, At: pull.At}
}
