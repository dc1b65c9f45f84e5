package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/internal/live/promote"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/report"
)

type promoteOptions struct {
	liveOptions
	to      string
	request promote.Request
}

func newPromote(s streams) *cobra.Command {
	o := promoteOptions{liveOptions: newLive(), request: promote.Request{Attested: promote.Attested}}
	cmd := &cobra.Command{
		Use:   "promote --to ENVIRONMENT",
		Short: "Deploy to an environment what the one before it has run",
		Long: `Do by hand what the workflow promote-NAME.yaml does: find the images that the
environment before has run of a commit, make the commit that a deploy of the workflow
would make, and push it, or open a pull request if the spec has deploys proposed. Nothing
is built. What never ran there, was taken back there, or has not run for as long as the
spec asks is refused, and so is what is older than what runs in the environment.

It works on the checkouts of the code and of the GitOps repository, and asks the origin of
both. Where images are attested, gh is asked who has built them. Where gates are about
requests, Prometheus is asked, with the login in the variables that prometheus.outside
names.

Exit codes: 0 done, 1 the spec has mistakes or the commit is refused, 2 wrong usage, 3 the
commit could not be made or pushed.`,
		Example: `  pipegen promote --to production --dry-run
  pipegen promote --to production --commit v1.4.0
  pipegen promote --to production --commit 3f9c2ab --push`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runPromote(o, s) },
	}
	f := cmd.Flags()
	o.register(f, s)
	f.StringVar(&o.to, "to", "", "the environment to deploy to")
	f.StringVar(&o.request.Commit, "commit", "", "a tag of the source or seven or more digits of a commit (default: what the environment before runs)")
	f.StringVar(&o.request.Because, "because", "", "the reason, to deploy a commit again that was taken back")
	return cmd
}

func runPromote(o promoteOptions, s streams) error {
	if o.to == "" {
		return exitError{exitUsage, errors.New("say with --to which environment gets what the one before it has run")}
	}
	if err := o.decides(s); err != nil {
		return exitError{exitUsage, err}
	}
	r, _, err := o.loadAndRender()
	if err != nil {
		return err
	}
	e, err := promote.Environment(r.plan, o.to)
	if err != nil {
		return exitError{exitUsage, err}
	}
	c, err := o.checkout(r)
	if err != nil {
		return failed(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	o.way(e)
	by := c.Plan.Promotion(e)
	clients, hub, err := o.connect(c.Plan, s, len(by.Gates)+len(by.Figures)+len(e.Copies) > 0)
	if err != nil {
		return err
	}
	o.request.GitHub, o.request.Prometheus, o.request.Unasked = clients.GitHub, clients.Prometheus, clients.Unasked
	o.request.Stored = func(ctx context.Context, i plan.Image, digest string) error {
		_, err := clients.Registries[i.Registry].Manifest(ctx, strings.TrimPrefix(i.Reference, i.Registry+"/"), digest)
		return err
	}
	w, err := promote.Find(ctx, c, e, o.request)
	if errors.As(err, &promote.Refused{}) {
		return exitError{exitFindings, err}
	}
	if err != nil {
		return failed(err)
	}
	shown, err := w.Shown(w.Warnings(o.pull))
	if err != nil {
		return failed(err)
	}
	if o.format == "text" {
		if err := show(s, o.format, report.PromotionPlan(w, shown)); err != nil {
			return failed(err)
		}
	}
	if err := o.write(ctx, s, w.Change, hub, &shown); err != nil {
		return failed(err)
	}
	done := report.Promotion(w, shown)
	done.Next = o.nextOfWrite(shown, e.Name, false)
	return failed(show(s, o.format, done))
}
