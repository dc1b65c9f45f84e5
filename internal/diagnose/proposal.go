package diagnose

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/verdict"
)

// proposal is the newest pull request for deploys to an environment, or the answer where
// there is none that matters.
func (p patient) proposal(e environment) (github.PullRequest, *answer) {
	f := e.details.Proposal
	var a answer
	switch {
	case !p.plan.GitOps.Proposes:
		a = excluded("deploys are pushed, and not proposed")
	case !f.Known:
		a = lacking(f)
	case f.Value.Number == 0:
		a = excluded("there is no pull request")
	default:
		return f.Value, nil
	}
	return github.PullRequest{}, &a
}

// takesBack reports whether a pull request is a rollback's, by the title that the
// workflow gives it.
func (p patient) takesBack(pull github.PullRequest) bool {
	return strings.HasPrefix(pull.Title, "roll back "+p.plan.Spec.Name+" in ")
}

func unmerged(p patient, e environment) answer {
	pull, a := p.proposal(e)
	switch {
	case a != nil:
		return *a
	case !pull.Open() || p.takesBack(pull):
		return excluded("no pull request of a deploy is open")
	}
	return p.waits(pull)
}

func rollbackUnmerged(p patient, e environment) answer {
	pull, a := p.proposal(e)
	switch {
	case a != nil:
		return *a
	case !pull.Open() || !p.takesBack(pull):
		return excluded("no pull request of a rollback is open")
	}
	return p.waits(pull)
}

// waits says what an open pull request waits for. The words of its state are GitHub's
// own.
func (p patient) waits(pull github.PullRequest) answer {
	page := fmt.Sprintf("https://github.com/%s/pull/%d", p.plan.Spec.GitOps.Repository, pull.Number)
	why, remedy := map[string][2]string{
		"dirty":    {"it is in conflict with the branch", p.again() + ": the job makes its commit anew"},
		"blocked":  {"a rule of the branch is not met", "see at " + page + " which review or check is missing"},
		"behind":   {"it does not have the newest commits of the branch", "update it at " + page + ", or require no branch to be up to date"},
		"unstable": {"a check of it has failed or goes on", "see " + page},
		"draft":    {"it is a draft", "mark it as ready at " + page},
	}[pull.Mergeable], "merge it at "+page
	if why[0] == "" {
		why[0] = "nothing keeps it from being merged"
	} else {
		remedy = why[1]
	}
	if pull.Auto == nil {
		why[0] += ", and GitHub was not told to merge it by itself"
		if pull.Mergeable != "dirty" {
			remedy += "; allow auto-merge and squash merging in the settings of " + p.plan.Spec.GitOps.Repository
		}
	}
	return found(fmt.Sprintf("pull request #%d, %q, is open: %s", pull.Number, brief(pull.Title), why[0]), remedy,
		verdict.Evidence{What: "pull request", URL: page, Revision: pull.Head.SHA, At: pull.At})
}

func proposalClosed(p patient, e environment) answer {
	pull, a := p.proposal(e)
	switch {
	case a != nil:
		return *a
	case !e.Holds.Known:
		return lacking(e.Holds)
	case pull.Open() || pull.MergedAt != nil || e.Holds.Value || p.takesBack(pull):
		return excluded("no pull request of a deploy was given up")
	}
	return found(fmt.Sprintf("pull request #%d, %q, was closed and not merged", pull.Number, brief(pull.Title)), fmt.Sprintf("reopen and merge it at https://github.com/%s/pull/%d, or push a new commit", p.plan.Spec.GitOps.Repository, pull.Number),
		verdict.Evidence{What: "pull request", URL: pull.URL, Revision: pull.Head.SHA, At: pull.At})
}
