package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/internal/live/rollback"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/report"
)

type rollbackOptions struct {
	liveOptions
	environment, to string
	steps           int
	follow          bool
	timeout         time.Duration
}

func newRollback(s streams) *cobra.Command {
	o := rollbackOptions{liveOptions: newLive()}
	cmd := &cobra.Command{
		Use:   "rollback",
		Short: "List what was deployed, and deploy an earlier image again",
		Long: `Without --to and --steps, list the deploys of each environment from the history of
the GitOps repository. With one of them, make a commit that restores the live folder of
one environment, and push it, or open a pull request if the spec has deploys proposed.
Nothing is built, and no other file changes.

It works on the checkout of the GitOps repository beside the code, or on the one that
--gitops names, and asks origin first. Neither its files nor its branches change before
origin has accepted the commit.

Exit codes: 0 done, 1 the spec has mistakes or --wait saw a broken promise, 2 wrong usage
or no deploy to go back to, 3 the commit could not be made, pushed or followed.`,
		Example: `  pipegen rollback
  pipegen rollback --env production --steps 1 --dry-run
  pipegen rollback --env production --to v1.4.0 --push --wait`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runRollback(o, s) },
	}
	f := cmd.Flags()
	o.register(f, s)
	f.StringVar(&o.environment, "env", "", "the environment (default: the only one, or all to list)")
	f.StringVar(&o.to, "to", "", "the deploy to go back to: its image tag, or seven or more digits of its digest, source commit or GitOps commit")
	f.IntVar(&o.steps, "steps", 0, "how many deploys to go back, not counting those that were taken back")
	f.BoolVar(&o.follow, "wait", false, "wait until Argo CD has synced it and it is healthy")
	f.DurationVar(&o.timeout, "timeout", mostWait, "how long --wait may take, such as 10m")
	return cmd
}

var errWaitForMerge = errors.New("--wait needs --push: nobody knows when a pull request is merged")

// lists reports whether the deploys are only listed.
func (o *rollbackOptions) lists() bool { return o.to == "" && o.steps == 0 }

// usage refuses flags that do not fit together.
func (o *rollbackOptions) usage(s streams) error {
	switch {
	case o.steps < 0:
		return fmt.Errorf("--steps must be 1 or more, and not %d", o.steps)
	case o.to != "" && o.steps != 0:
		return errors.New("--to and --steps both say how far to go back: leave one out")
	case o.lists() && (o.push || o.pull || o.dryRun || o.follow):
		return errors.New("say what to go back to with --to or --steps; without them and without other flags, the deploys are listed")
	case o.follow && o.pull:
		return errWaitForMerge
	case o.timeout <= 0:
		return errors.New("--timeout must be more than nothing, for example 10m")
	case o.lists():
		return nil
	}
	return o.decides(s)
}

func runRollback(o rollbackOptions, s streams) error {
	if err := o.usage(s); err != nil {
		return exitError{exitUsage, err}
	}
	r, _, err := o.loadAndRender()
	if err != nil {
		return err
	}
	environments, err := rollback.Environments(r.plan, o.environment, !o.lists())
	if err != nil {
		return exitError{exitUsage, err}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	c, err := o.checkout(r)
	if err != nil {
		return failed(err)
	}
	if o.lists() {
		return o.list(ctx, s, c, environments)
	}
	return o.goBack(ctx, s, c, environments[0])
}

func (o *rollbackOptions) list(ctx context.Context, s streams, c rollback.Checkout, environments []plan.Environment) error {
	d, err := c.Deploys(ctx, environments)
	if err != nil {
		return failed(err)
	}
	shown := report.Deploys(d)
	shown.Next = o.nextOfList(d)
	return failed(show(s, o.format, shown))
}
