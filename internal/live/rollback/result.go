package rollback

import (
	"time"

	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/live/revert"
	"github.com/pipegen/pipegen/internal/live/verdict"
)

// Result is a way back in one environment, and what became of it.
type Result struct {
	Application, Environment string
	// Repository and Branch are where it is written.
	Repository, Branch string
	At                 time.Time
	// History has the live deploy first, and the one to go back to at Place.
	History []revert.Deploy
	Place   int
	// Diff is what changes in the live folder.
	Diff     string
	Warnings []string
	Outcome  Outcome
	// Commit is the one that goes back, and PullRequest the page of what proposes it; both
	// are "" until there is one.
	Commit, PullRequest string
	// Verdict is what was seen of it afterwards, nil where nobody waited.
	Verdict *verdict.Verdict
}

// Passed are the deploys between the two that steps would lead to.
func (r Result) Passed() []revert.Deploy {
	var out []revert.Deploy
	for _, d := range r.History[1:r.Place] {
		if d.Steps > 0 && d.Steps < r.History[r.Place].Steps {
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

// Planned is what a way would change, with what people should know first. proposed says
// that it is for a pull request. An error means that it would not bring the image back.
func (w Way) Planned(proposed bool) (Result, error) {
	r := Result{
		Application: w.Plan.Spec.Name, Environment: w.Environment.Name, Repository: w.repository(), Branch: w.branch(),
		At: w.Now(), History: w.history, Place: w.place, Warnings: w.warnings(proposed), Outcome: Planned,
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
