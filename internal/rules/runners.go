package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

var runners = []Rule{
	{
		ID:    "W49",
		Title: "the pull request of a fork runs on no machine of one's own",
		Why:   "Whoever can fork a public repository can have a workflow run what a pull request says. A machine of GitHub's is thrown away afterwards; one of your own keeps what was left on it, and is in your network.",
		Evidence: []Source{
			{Says: "what forks can do on self-hosted runners", URL: "https://docs.github.com/en/actions/reference/security/secure-use#hardening-for-self-hosted-runners"},
		},
		By:    Proof | Import,
		Found: "no pull request runs on a machine of one's own",
		Check: forksStayOutside,
	},
}

// forksStayOutside: with a spec, every label counts that is not one of GitHub's; without one, only "self-hosted" is certain.
// Nobody but its owner knows whether a repository is public, so it is a warning, which the author may accept.
func forksStayOutside(c *Case) {
	for _, w := range c.Workflows {
		if _, pulls := w.Trigger("pull_request"); !pulls {
			continue
		}
		for _, j := range w.Jobs {
			condition := j.Runs()
			if strings.Contains(condition, "head.repo.fork") || pipeline.May(condition, pipeline.Event{Name: "pull_request", Ref: "refs/pull/1/merge"}) == pipeline.No {
				continue
			}
			if at := c.ownMachine(j); at.OK() {
				c.doubtful(at.At(), w.On.At(), "keep it to GitHub's runners in pull requests; if the repository is private, accept the rule for this file and say so",
					"%s runs on a machine that is not GitHub's, also for pull requests: in a public repository anybody may run a program there", j.Label())
			}
		}
	}
}

// ownMachine is where a job names a machine that is not GitHub's.
func (c *Case) ownMachine(j *pipeline.Job) pipeline.Node {
	on := j.Get("runs-on")
	if c.Facts != nil && on.Get("group").OK() {
		return on.Get("group")
	}
	if labels := on.Get("labels"); labels.OK() {
		on = labels
	}
	named := []pipeline.Node{on}
	if strings.Contains(on.Text(), "matrix.runner") {
		for _, leg := range j.Get("strategy", "matrix", "include").Items() {
			named = append(named, leg.Get("runner"))
		}
	}
	if at := slices.IndexFunc(named, c.isOwn); at >= 0 {
		return named[at]
	}
	return pipeline.Node{}
}

// isOwn reports labels that a machine of GitHub's does not have.
func (c *Case) isOwn(n pipeline.Node) bool {
	if c.Facts == nil {
		return slices.Contains(n.List(), "self-hosted")
	}
	return slices.ContainsFunc(n.List(), func(label string) bool { return !pipeline.OfGitHub(label) && !strings.Contains(label, "${{") })
}
