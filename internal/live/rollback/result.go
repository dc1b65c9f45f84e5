package rollback

import (
	"time"

	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/live/revert"
	"github.com/pipegen/pipegen/internal/live/verdict"
)

// Result is a rollback in one environment, and what became of it.
type Result struct {
	Application, Environment string
	// Repository and Branch say where it is written.
	Repository, Branch string
	At                 time.Time
	// History has the live deploy first, and the deploy to go back to at Index.
	History []revert.Deploy
	Index   int
	// Diff is what changes in the live folder.
	Diff     string
	Warnings []string
	Outcome  Outcome
	// Commit is the commit of the rollback, and PullRequest the page of the pull request; each is "" until it exists.
	Commit, PullRequest string
	// Verdict is the result of watching it, nil if nobody waited.
	Verdict *verdict.Verdict
}

// Passed returns the deploys between the two to which fewer steps lead.
func (r Result) Passed() []revert.Deploy {
	var out []revert.Deploy
	for _, d := range r.History[1:r.Index] {
		if d.Steps > 0 && d.Steps < r.History[r.Index].Steps {
			out = append(out, d)
		}
	}
	return out
}

// Outcome is what became of a rollback.
type Outcome string

const (
	// Planned: it was shown, and nothing was written.
	Planned Outcome = "planned"
	// Pushed: the GitOps repository has it.
	Pushed Outcome = "pushed"
	// Proposed: a pull request has it.
	Proposed Outcome = "proposed"
)

// Planned returns what a rollback would change, with warnings. proposed means that it is for a pull request. An error
// means that it would not bring the image back.
func (w Rollback) Planned(proposed bool) (Result, error) {
	r := Result{
		Application: w.Plan.Name, Environment: w.Environment.Name, Repository: w.repository(), Branch: w.branch(),
		At: w.Now(), History: w.history, Index: w.index, Warnings: w.warnings(proposed), Outcome: Planned,
	}
	var err error
	if r.Diff, err = gitrepo.Diff(w.Dir, w.head, w.to().At, w.Environment.Live); err != nil {
		return r, err
	}
	unseen, err := w.renders()
	if unseen != "" {
		r.Warnings = append(r.Warnings, unseen)
	}
	return r, err
}
