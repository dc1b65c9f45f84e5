package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/diagnose"
	"github.com/pipegen/pipegen/internal/live/remote"
	"github.com/pipegen/pipegen/internal/report"
)

// doctorOptions are the options of verify, since it asks the same systems, and its own.
type doctorOptions struct {
	verifyOptions
	// symptom is "" for every trouble that the facts suggest.
	symptom string
	verbose bool
}

func newDoctor(s streams) *cobra.Command {
	o := doctorOptions{verifyOptions: verifyOptions{now: time.Now, sleep: remote.Sleep}}
	cmd := &cobra.Command{
		Use:   "doctor [build|image|sync|rollback]",
		Short: "Find out from the live systems why a delivery does not arrive",
		Long: `Test the probable causes of a trouble on GitHub, the registry and Argo CD, and name
the cause that the facts show, with its evidence and its remedy. Nothing is changed,
and the value of a secret is never asked for.

  build     the run never starts, hangs or fails
  image     the GitOps repository never names the new image
  sync      Argo CD does not run what the GitOps repository names
  rollback  after a rollback the wrong thing runs

Without a symptom, every trouble that the facts suggest is examined. Credentials are
those of 'pipegen verify'. A cause is reported as not known if its facts cannot be
reached, with what to set.

Exit codes: 0 no cause found, 1 one was found, 2 wrong usage, 3 no system could be
reached, or no cause could be tested.`,
		Example: `  pipegen doctor
  pipegen doctor sync --env production
  pipegen doctor image --verbose --format markdown`,
		Args:      cobra.MatchAll(cobra.MaximumNArgs(1), knownSymptom),
		ValidArgs: symptoms(),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				o.symptom = args[0]
			}
			return runDoctor(o, s)
		},
	}
	f := cmd.Flags()
	o.registerSpec(f, s)
	o.registerCode(f)
	f.StringVar(&o.gitops, "gitops", "", "read the GitOps repository from this folder, as last fetched (default: from GitHub)")
	f.StringVar(&o.environment, "env", "", "one environment (default: all)")
	f.StringVar(&o.since, "since", "", "the commit or tag that does not arrive (default: the newest of the release branch)")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "also list the causes that were excluded, and why")
	registerFormat(f, &o.format, "text", "json", "markdown")
	return cmd
}

func symptoms() []string {
	var out []string
	for _, t := range diagnose.Troubles() {
		out = append(out, string(t))
	}
	return out
}

func knownSymptom(_ *cobra.Command, args []string) error {
	for _, a := range args {
		if !slices.Contains(symptoms(), a) {
			return fmt.Errorf("there is no symptom %q: doctor takes %s, or none for all", a, strings.Join(symptoms(), " or "))
		}
	}
	return nil
}

func runDoctor(o doctorOptions, s streams) error {
	plan, target, clients, err := o.systems(s)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	facts := live.Gather(ctx, target, clients, o.now)
	troubles := []diagnose.Trouble{diagnose.Trouble(o.symptom)}
	if o.symptom == "" {
		troubles = diagnose.Suspected(plan, facts)
	}
	details := live.Examine(ctx, target, clients, facts, diagnose.ExamineOptions(plan, troubles))
	d := diagnose.Diagnose(plan, facts, details, troubles)
	shown := report.Doctor(d, o.verbose)
	shown.Next = o.next(d)
	if err := show(s, o.format, shown); err != nil {
		return failed(err)
	}
	switch {
	case len(d.With(diagnose.Found)) > 0:
		return exitError{code: exitFindings}
	case !d.Reached:
		return failed(errors.New("no system could be reached: the reasons are above"))
	case d.Undecidable():
		return failed(errors.New("no cause could be tested: what is missing is above, beside each"))
	}
	return nil
}
