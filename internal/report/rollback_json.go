package report

import (
	"io"
	"time"

	"github.com/pipegen/pipegen/internal/live/revert"
	"github.com/pipegen/pipegen/internal/live/rollback"
)

type jsonDeploys struct {
	Version      int                      `json:"version"`
	Application  string                   `json:"application"`
	Environments []jsonEnvironmentDeploys `json:"environments"`
	Notices      []string                 `json:"notices"`
}

type jsonEnvironmentDeploys struct {
	Name    string       `json:"name"`
	Deploys []jsonDeploy `json:"deploys"`
}

type jsonDeploy struct {
	// Steps is how far back it is; 0 is live, and null is what no steps lead to.
	Steps  *int      `json:"steps"`
	At     time.Time `json:"at"`
	Image  string    `json:"image"`
	Tag    string    `json:"tag"`
	Digest string    `json:"digest"`
	Source string    `json:"source"`
	Commit string    `json:"commit"`
	By     string    `json:"by"`
	// Undoes is the tag that it took back, UndoneBy the commit that took it back, and
	// AgainBy the one that went back to it.
	Undoes   string `json:"undoes"`
	UndoneBy string `json:"undoneBy"`
	AgainBy  string `json:"againBy"`
	Fault    string `json:"fault"`
}

type jsonRollback struct {
	Version     int          `json:"version"`
	Application string       `json:"application"`
	Environment string       `json:"environment"`
	Outcome     string       `json:"outcome"`
	Steps       *int         `json:"steps"`
	From        jsonDeploy   `json:"from"`
	To          jsonDeploy   `json:"to"`
	Passed      []jsonDeploy `json:"passed"`
	Diff        string       `json:"diff"`
	Warnings    []string     `json:"warnings"`
	Repository  string       `json:"repository"`
	Branch      string       `json:"branch"`
	Commit      string       `json:"commit"`
	PullRequest string       `json:"pullRequest"`
	// Seen has what --wait saw; it is empty without.
	Seen []jsonResult `json:"seen"`
}

// DeploysJSON lists deploys for programs. No array in it is ever null.
func DeploysJSON(w io.Writer, d rollback.Deploys) error {
	out := jsonDeploys{Version: jsonVersion, Application: d.Application, Environments: []jsonEnvironmentDeploys{}, Notices: []string{}}
	out.Notices = append(out.Notices, d.Notices...)
	for _, e := range d.Environments {
		shown, _ := listed(e.History)
		out.Environments = append(out.Environments, jsonEnvironmentDeploys{e.Name, jsonHistory(shown)})
	}
	return encode(w, out)
}

// RollbackJSON writes a rollback and what became of it for programs. No array in it is
// ever null.
func RollbackJSON(w io.Writer, r rollback.Result) error {
	from, to := jsonDeployOf(r.History[0]), jsonDeployOf(r.History[r.Place])
	out := jsonRollback{
		Version: jsonVersion, Application: r.Application, Environment: r.Environment, Outcome: string(r.Outcome), Steps: to.Steps,
		From: from, To: to, Passed: jsonHistory(r.Passed()), Diff: r.Diff, Warnings: append([]string{}, r.Warnings...),
		Repository: r.Repository, Branch: r.Branch, Commit: r.Commit, PullRequest: r.PullRequest, Seen: []jsonResult{},
	}
	if r.Verdict != nil {
		out.Seen = jsonResults(printable(*r.Verdict).All())
	}
	return encode(w, out)
}

func jsonHistory(history []revert.Deploy) []jsonDeploy {
	out := []jsonDeploy{}
	for _, d := range history {
		out = append(out, jsonDeployOf(d))
	}
	return out
}

func jsonDeployOf(d revert.Deploy) jsonDeploy {
	j := jsonDeploy{
		At: d.Commit.At.UTC(), Image: d.Live.Image, Tag: d.Live.Tag, Digest: d.Live.Digest, Source: d.Live.Source,
		Commit: d.Commit.SHA, By: visible(d.Commit.Author), Undoes: d.Undoes, Fault: visible(d.Fault),
	}
	if d.Steps != revert.Unreached {
		j.Steps = &d.Steps
	}
	if d.Undone != nil {
		j.UndoneBy = d.Undone.SHA
	}
	if d.Again != nil {
		j.AgainBy = d.Again.SHA
	}
	return j
}
