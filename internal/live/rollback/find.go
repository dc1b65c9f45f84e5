package rollback

import (
	"context"
	"fmt"

	"github.com/pipegen/pipegen/internal/plan"
)

// Request names the deploy that a user wants back.
type Request struct {
	// To is a name of the deploy; see FindDeploy. If it is "", Steps counts.
	To string
	// Steps is how many deploys to go back, not counting those that were taken back already.
	Steps int
}

// NoDeploy says why there is no deploy to go back to: the request is wrong, and not the checkout.
type NoDeploy struct{ error }

// Rollback is a rollback in one environment, before anything is written.
type Rollback struct {
	Change
	history []Deploy
	index   int
}

func (w Rollback) to() Deploy   { return w.history[w.index] }
func (w Rollback) from() Deploy { return w.history[0] }

// Find reads the history from origin and finds the deploy. It returns a NoDeploy if there is none, and another error if
// the checkout is not ready.
func (c Checkout) Find(ctx context.Context, e plan.Environment, request Request) (Rollback, error) {
	var w Rollback
	var err error
	if w.Change, err = c.Begin(ctx, e); err != nil {
		return w, err
	}
	if w.history, err = c.history(w.Head, e); err != nil {
		return w, err
	}
	if len(Deployed(w.history)) == 0 {
		return w, NoDeploy{fmt.Errorf("nothing has been deployed to %s yet: there is nothing to take back", e.Name)}
	}
	if request.To != "" {
		w.index, err = FindDeploy(w.history, request.To)
	} else {
		w.index, err = StepsBack(w.history, request.Steps)
	}
	if err != nil {
		return w, NoDeploy{fmt.Errorf("%s: %w", e.Name, err)}
	}
	w.State, w.Live, w.Message, w.Branches = w.to().At, w.to().Live, w.message(), e.Rollbacks
	return w, w.withValues()
}
