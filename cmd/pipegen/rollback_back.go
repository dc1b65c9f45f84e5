package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/rollback"
	"github.com/pipegen/pipegen/internal/live/verdict"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/report"
)

// goBack takes deploys of one environment back.
func (o *rollbackOptions) goBack(ctx context.Context, s streams, c rollback.Checkout, e plan.Environment) error {
	o.way(e)
	if o.pull && o.follow {
		return exitError{exitUsage, errWaitForMerge}
	}
	w, err := c.Find(ctx, e, rollback.Request{To: o.to, Steps: o.steps})
	if errors.As(err, &rollback.NoDeploy{}) {
		return exitError{exitUsage, err}
	}
	if err != nil {
		return failed(err)
	}
	clients, hub, err := o.connect(c.Plan, s, o.follow && !o.dryRun)
	if err != nil {
		return err
	}
	shown, err := w.Planned(o.pull)
	if err != nil {
		return failed(err)
	}
	if o.format == "text" {
		if err := show(s, o.format, report.RollbackPlan(shown)); err != nil {
			return failed(err)
		}
	}
	if err := o.write(ctx, s, w.Change, hub, &shown.Written); err != nil {
		return failed(err)
	}
	if shown.Outcome == rollback.Pushed && o.follow {
		if err := o.wait(ctx, s, w, clients, &shown); err != nil {
			return failed(err)
		}
	}
	done := report.Rollback(shown)
	done.Next = o.nextOfWrite(shown.Written, e.Name, o.follow)
	if err := show(s, o.format, done); err != nil {
		return failed(err)
	}
	return seen(shown)
}

// wait follows the commit until Argo CD has synced it and it is healthy.
func (o *rollbackOptions) wait(ctx context.Context, s streams, w rollback.Rollback, clients live.Clients, shown *rollback.Result) error {
	target, err := targetOf(w.Plan, w.Environment.Name, "")
	if err != nil {
		return err
	}
	looks := verdict.Watcher{Now: o.now, Sleep: o.sleep, Timeout: o.timeout, View: report.NewVerifyProgress(s.err, report.Width(s.err, s.env)),
		Look: func() (verdict.Verdict, bool) { return w.Progress(ctx, target, clients, shown.Commit) }}
	v, _, err := looks.Watch(ctx)
	shown.Verdict = &v
	return err
}

// seen turns the verdict on a rollback into the exit code.
func seen(r rollback.Result) error {
	if r.Verdict != nil && r.Verdict.Broken() {
		return exitError{code: exitFindings}
	}
	if unseen := r.Unseen(); len(unseen) > 0 {
		return failed(fmt.Errorf("the rollback is pushed, and what became of it was not seen: %s; the reasons are above", strings.Join(unseen, ", ")))
	}
	return nil
}
