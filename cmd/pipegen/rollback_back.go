package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/credentials"
	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/live/rollback"
	"github.com/pipegen/pipegen/internal/live/verdict"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/report"
)

// goBack takes deploys of one environment back.
func (o *rollbackOptions) goBack(ctx context.Context, s streams, c rollback.Checkout, e plan.Environment) error {
	o.decided = o.push || o.pull
	// Where deploys are proposed, the rollback is too, unless a push was asked for.
	o.pull = o.pull || e.Proposal != "" && !o.push
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
	clients, hub, err := o.connect(c.Plan, s)
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
	switch {
	case o.dryRun, !o.decided && !o.agreed(s, shown):
	case o.pull:
		err = w.Propose(ctx, hub, &shown)
	default:
		err = o.pushed(ctx, s, w, &shown)
	}
	if err != nil {
		return failed(err)
	}
	if shown.Outcome == rollback.Pushed && o.follow {
		if err := o.wait(ctx, s, w, clients, &shown); err != nil {
			return failed(err)
		}
	}
	if err := show(s, o.format, report.Rollback(shown)); err != nil {
		return failed(err)
	}
	return seen(shown)
}

// connect creates the clients of the systems before anything is pushed, if they are needed.
func (o *rollbackOptions) connect(p plan.Plan, s streams) (clients live.Clients, hub github.Client, err error) {
	if o.dryRun || !o.pull && !o.follow {
		return clients, hub, nil
	}
	asks := verifyOptions{specOptions: o.specOptions, now: o.now, sleep: o.sleep}
	if clients, err = asks.clients(p, s); err != nil {
		return clients, hub, exitError{exitUsage, err}
	}
	home, err := os.UserHomeDir()
	if err != nil {
		home = ""
	}
	from := credentials.Sources{Env: s.env, Home: home}.GitHub()
	if o.pull && from.Token == "" {
		return clients, hub, failed(github.ErrNoToken)
	}
	return clients, github.Client{API: from.API, Token: from.Token, Remote: clients.Remote}, nil
}

// agreed asks the person at the terminal.
func (o *rollbackOptions) agreed(s streams, r rollback.Result) bool {
	ask := "Push this to %s of %s? [y/N] "
	if o.pull {
		ask = "Open a pull request for %s of %s? [y/N] "
	}
	fmt.Fprintf(s.err, ask, r.Branch, r.Repository)
	line, _ := bufio.NewReader(s.in).ReadString('\n')
	answer := strings.ToLower(strings.TrimSpace(line))
	return answer == "y" || answer == "yes"
}

func (o *rollbackOptions) pushed(ctx context.Context, s streams, w rollback.Rollback, shown *rollback.Result) error {
	left, err := w.Push(ctx, shown)
	if err == nil && left != "" {
		_, err = fmt.Fprintf(s.err, "pipegen: %s\n", left)
	}
	return err
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
