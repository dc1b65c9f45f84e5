package rollback

import (
	"context"
	"fmt"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/live/revert"
)

// Wish is the deploy that somebody wants back.
type Wish struct {
	// To is a name of it; see revert.Find. Where it is "", Steps counts.
	To string
	// Steps is how many of the deploys to go back that were not taken back already.
	Steps int
}

// NoDeploy says why there is no deploy to go back to: the wish is at fault, and not the
// checkout.
type NoDeploy struct{ error }

// Way is a way back in one environment: what is known before anything is written.
type Way struct {
	Checkout
	Environment generate.EnvironmentPlan
	// head is the commit of origin that all of it was read from.
	head    string
	history []revert.Deploy
	place   int
	// by is who takes the deploy back.
	by string
}

func (w Way) to() revert.Deploy   { return w.history[w.place] }
func (w Way) from() revert.Deploy { return w.history[0] }

// Find asks origin for the way to a deploy, and refuses what cannot be done: with a
// NoDeploy where there is none, with another error where the checkout is not ready.
func (c Checkout) Find(ctx context.Context, e generate.EnvironmentPlan, wish Wish) (Way, error) {
	w := Way{Checkout: c, Environment: e}
	var err error
	if w.head, err = gitrepo.Head(ctx, c.Dir, c.branch()); err != nil {
		return w, err
	}
	if err := c.ready(w.head, e.Live); err != nil {
		return w, err
	}
	if w.history, err = c.history(w.head, e); err != nil {
		return w, err
	}
	if len(revert.Known(w.history)) == 0 {
		return w, NoDeploy{fmt.Errorf("nothing has been deployed to %s yet: there is nothing to take back", e.Name)}
	}
	if wish.To != "" {
		w.place, err = revert.Find(w.history, wish.To)
	} else {
		w.place, err = revert.Steps(w.history, wish.Steps)
	}
	if err != nil {
		return w, NoDeploy{fmt.Errorf("%s: %w", e.Name, err)}
	}
	w.by, err = gitrepo.Identity(c.Dir)
	return w, err
}
