package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/credentials"
	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/live/remote"
	"github.com/pipegen/pipegen/internal/live/rollback"
	"github.com/pipegen/pipegen/internal/plan"
)

// liveOptions are those of the verbs that change what is live.
type liveOptions struct {
	specOptions
	push, pull, dryRun bool
	// decided is set if no confirmation is needed.
	decided bool
	// The clock, the pauses and the terminal, which tests replace.
	now      func() time.Time
	sleep    func(context.Context, time.Duration) error
	terminal func(streams) bool
}

func newLive() liveOptions {
	return liveOptions{now: time.Now, sleep: remote.Sleep, terminal: onTerminal}
}

func (o *liveOptions) register(f *pflag.FlagSet, s streams) {
	o.registerSpec(f, s)
	o.registerCode(f)
	f.StringVar(&o.gitops, "gitops", "", "the checkout of the GitOps repository (default: beside the code repository, by its name)")
	f.BoolVar(&o.push, "push", false, "push without asking")
	f.BoolVar(&o.pull, "pull-request", false, "open a pull request instead of pushing to the branch")
	f.BoolVarP(&o.dryRun, "dry-run", "n", false, "only show what would change")
	registerFormat(f, &o.format, "text", "json")
}

// decides refuses flags that leave open whether to write.
func (o *liveOptions) decides(s streams) error {
	switch {
	case o.push && o.pull:
		return errors.New("--push and --pull-request exclude each other: leave one out")
	case !o.push && !o.pull && !o.dryRun && (o.format != "text" || !o.terminal(s)):
		return errors.New("nobody can be asked here: add --push, --pull-request, or --dry-run to look only")
	}
	return nil
}

// checkout is the GitOps repository on this machine.
func (o *liveOptions) checkout(r *rendered) (rollback.Checkout, error) {
	c := rollback.Checkout{Plan: r.plan, Dir: r.roots[artifact.GitOps], Code: r.roots[artifact.Code], Now: o.now, Sleep: o.sleep}
	return c, c.Meant()
}

// way decides whether to push or to open a pull request. Where deploys are proposed, such a change is too, unless a push
// was asked for.
func (o *liveOptions) way(e plan.Environment) {
	o.decided = o.push || o.pull
	o.pull = o.pull || e.Proposal != "" && !o.push
}

// write pushes the change or opens a pull request, once the person has agreed.
func (o *liveOptions) write(ctx context.Context, s streams, w rollback.Change, hub github.Client, shown *rollback.Written) error {
	switch {
	case o.dryRun, !o.decided && !o.agreed(s, *shown):
		return nil
	case o.pull:
		return w.Propose(ctx, hub, shown)
	}
	return o.pushed(ctx, s, w, shown)
}

// connect creates the clients of the systems before anything is pushed, if they are needed.
func (o *liveOptions) connect(p plan.Plan, s streams, measures bool) (clients live.Clients, hub github.Client, err error) {
	proposes := o.pull && !o.dryRun
	if !proposes && !measures {
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
	if proposes && from.Token == "" {
		return clients, hub, failed(github.ErrNoToken)
	}
	return clients, github.Client{API: from.API, Token: from.Token, Remote: clients.Remote}, nil
}

// agreed asks the person at the terminal.
func (o *liveOptions) agreed(s streams, r rollback.Written) bool {
	ask := "Push this to %s of %s? [y/N] "
	if o.pull {
		ask = "Open a pull request for %s of %s? [y/N] "
	}
	fmt.Fprintf(s.err, ask, r.Branch, r.Repository)
	line, _ := bufio.NewReader(s.in).ReadString('\n')
	answer := strings.ToLower(strings.TrimSpace(line))
	return answer == "y" || answer == "yes"
}

func (o *liveOptions) pushed(ctx context.Context, s streams, w rollback.Change, shown *rollback.Written) error {
	left, err := w.Push(ctx, shown)
	if err == nil && left != "" {
		_, err = fmt.Fprintf(s.err, "pipegen: %s\n", left)
	}
	return err
}
