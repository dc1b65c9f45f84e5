package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/remote"
	"github.com/pipegen/pipegen/internal/live/verdict"
	"github.com/pipegen/pipegen/internal/report"
)

// mostWait is the default of --timeout: longer than the runs that pipegen allows.
const mostWait = 45 * time.Minute

type verifyOptions struct {
	specOptions
	environment, since string
	wait               bool
	timeout            time.Duration
	// The clock and the pauses, which tests replace.
	now   func() time.Time
	sleep func(context.Context, time.Duration) error
}

func newVerify(s streams) *cobra.Command {
	o := verifyOptions{now: time.Now, sleep: remote.Sleep}
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Ask the live systems whether the pipeline keeps its promises",
		Long: `Follow a source commit from its run on GitHub over the registry and the GitOps
repository to Argo CD and its pods, and compare what was measured with each criterion:
it is kept, broken, not measured for a reason, or for a person to confirm. Nothing is
changed.

Credentials come from GITHUB_TOKEN or gh's login, from docker's login, and from
ARGOCD_SERVER and ARGOCD_AUTH_TOKEN or argocd's login. If one is missing, only its
results are not measured.

Exit codes: 0 nothing is broken, 1 something is, 2 wrong usage, 3 no system could be
reached, nothing could be measured, or --wait ended before everything was decided.`,
		Example: `  pipegen verify
  pipegen verify --env production --wait
  pipegen verify --since v1.4.0 --format markdown`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runVerify(o, s) },
	}
	f := cmd.Flags()
	o.registerSpec(f, s)
	o.registerCode(f)
	f.StringVar(&o.gitops, "gitops", "", "read the GitOps repository from this folder, as last fetched (default: from GitHub)")
	f.StringVar(&o.environment, "env", "", "one environment (default: all)")
	f.StringVar(&o.since, "since", "", "the commit or tag that must be live, it or a later one (default: the newest of the release branch)")
	f.BoolVar(&o.wait, "wait", false, "look again until all is decided")
	f.DurationVar(&o.timeout, "timeout", mostWait, "how long --wait may take, such as 10m")
	registerFormat(f, &o.format, "text", "json", "junit", "markdown")
	return cmd
}

func runVerify(o verifyOptions, s streams) error {
	if o.timeout <= 0 {
		return exitError{exitUsage, errors.New("--timeout must be more than nothing, for example 10m")}
	}
	plan, target, clients, err := o.systems(s)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	w := verdict.Watcher{Now: o.now, Sleep: o.sleep, Look: func() (verdict.Verdict, bool) {
		f := live.Gather(ctx, target, clients, o.now)
		return verdict.Judge(plan, f), f.Reached()
	}}
	if o.wait {
		w.Timeout, w.View = o.timeout, report.NewVerifyProgress(s.err, report.Width(s.err, s.env))
	}
	v, reached, err := w.Watch(ctx)
	if err != nil {
		return failed(err)
	}
	shown := report.Verify(v)
	shown.Next = o.next(v)
	if err := show(s, o.format, shown); err != nil {
		return failed(err)
	}
	switch {
	case v.Broken():
		return exitError{code: exitFindings}
	case !reached && ctx.Err() != nil:
		return failed(errors.New("interrupted before any system has answered"))
	case !reached:
		return failed(errors.New("no system could be reached: the reasons are above"))
	case v.Undecidable():
		return failed(errors.New("nothing could be measured: what is missing is above, beside each promise"))
	case o.wait && len(v.Pending()) > 0:
		return failed(undecided(v.Pending(), ctx.Err() != nil, o.timeout))
	}
	return nil
}

func undecided(pending []verdict.Result, stopped bool, timeout time.Duration) error {
	var names []string
	for _, r := range pending {
		name := r.ID
		if r.Environment != "" {
			name += " in " + r.Where()
		}
		names = append(names, name)
	}
	after := "after " + timeout.String()
	if stopped {
		after = "when it was stopped"
	}
	return fmt.Errorf("%s not decided: %s", after, strings.Join(names, ", "))
}
