package rollback

import (
	"github.com/pipegen/pipegen/internal/live/verdict"
)

// Result is a rollback in one environment, and what became of it.
type Result struct {
	Written
	// History has the live deploy first, and the deploy to go back to at Index.
	History []Deploy
	Index   int
	// Verdict is the result of watching it, nil if nobody waited.
	Verdict *verdict.Verdict
}

// Passed returns the deploys between the two to which fewer steps lead.
func (r Result) Passed() []Deploy {
	var out []Deploy
	for _, d := range r.History[1:r.Index] {
		if d.Steps > 0 && d.Steps < r.History[r.Index].Steps {
			out = append(out, d)
		}
	}
	return out
}

// Planned returns what a rollback would change, with warnings. proposed means that it is for a pull request. An error
// means that it would not bring the image back.
func (w Rollback) Planned(proposed bool) (Result, error) {
	shown, err := w.Shown(w.warnings(proposed))
	return Result{Written: shown, History: w.history, Index: w.index}, err
}
