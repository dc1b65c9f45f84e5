package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/live/setup"
	"github.com/pipegen/pipegen/internal/report"
)

type setupOptions struct {
	specOptions
	apply, dryRun bool
	// The terminal and the commands, which tests replace.
	terminal func(streams) bool
	system   func(streams) setup.System
}

func newSetup(s streams) *cobra.Command {
	o := setupOptions{terminal: onTerminal, system: atTerminal}
	cmd := &cobra.Command{
		Use:   "setup",
		Short: "Print what is set up once, at GitHub and in the cluster, as commands, or do it",
		Long: `Print the first steps of the two generated READMEs in their order, with what each is
for and the commands of 'gh' and 'kubectl' that do it.

What only you know is in capitals, such as REVIEWER. No secret is in a command line:
'gh secret set' asks for it at the terminal, and the others read it from a file.

With --apply, these commands are run. Before each part pipegen looks whether it is done
already, and afterwards whether it is there. It asks for what is in capitals. The first
failure ends it, as does what you have to do yourself, such as the first push: then
start it again, and it goes on. The value of a secret never passes through pipegen.`,
		Example: `  pipegen setup
  pipegen setup --apply
  pipegen setup --format json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runSetup(o, s) },
	}
	f := cmd.Flags()
	o.register(f, s)
	f.BoolVar(&o.apply, "apply", false, "run the commands of what is not done yet")
	f.BoolVarP(&o.dryRun, "dry-run", "n", false, "only print the commands, also with --apply")
	registerFormat(f, &o.format, "text", "json")
	return cmd
}

func runSetup(o setupOptions, s streams) error {
	applies := o.apply && !o.dryRun
	if applies && !o.terminal(s) {
		return exitError{exitUsage, errors.New("--apply asks for what only you know, and nobody can be asked here: leave it out to print the commands")}
	}
	r, _, err := o.loadAndRender()
	if err != nil {
		return err
	}
	all := generate.Setup(r.plan)
	if applies {
		return o.take(all, r, s)
	}
	var steps []report.Step
	for _, one := range all {
		step := report.Step{Title: one.Title, Text: one.Text, Points: one.Beside, In: ".", Commands: one.Commands()}
		if slices.ContainsFunc(step.Commands, func(c string) bool {
			return strings.HasPrefix(c, "kubectl apply -f ") || strings.HasPrefix(c, "kubectl apply --context ")
		}) {
			step.In = filepath.ToSlash(r.roots[one.Root])
		}
		steps = append(steps, step)
	}
	return failed(show(s, o.format, report.Steps(steps, fmt.Sprintf("'%s' runs them one by one, and '%s' says what is missing still", o.command("setup --apply"), o.command("doctor")))))
}

// take runs the commands, and says what was done and what was not.
func (o setupOptions) take(steps []generate.SetupStep, r *rendered, s streams) error {
	parts := o.system(s).Take(steps, func(step generate.SetupStep) string { return r.roots[step.Root] })
	next := fmt.Sprintf("'%s' says whether anything is missing still", o.command("doctor"))
	at, stopped := setup.Stopped(parts)
	if stopped {
		next = fmt.Sprintf("mend what failed, and '%s' goes on there", o.command("setup --apply"))
		if at.State == setup.Waits {
			next = fmt.Sprintf("push, and when the run is green '%s' goes on", o.command("setup --apply"))
		}
	}
	if err := show(s, o.format, report.Setup(parts, next)); err != nil {
		return failed(err)
	}
	switch {
	case at.State == setup.Failed:
		return exitError{code: exitFailed}
	case stopped:
		return exitError{code: exitFindings}
	}
	return nil
}

// atTerminal runs commands where the person is, whose answers it reads.
func atTerminal(s streams) setup.System {
	run, output := setup.Shell(s.in, s.err, s.err)
	return setup.System{
		Run: run, Output: output,
		Ask: func(word, command string) (string, error) {
			fmt.Fprintf(s.err, "%s\n%s: ", command, word)
			return line(s)
		},
		Begin: func(step string, commands []string) {
			fmt.Fprintf(s.err, "%s\n", step)
			for _, c := range commands {
				fmt.Fprintf(s.err, "  $ %s\n", c)
			}
		},
	}
}

// line reads a line and not a byte more, since what follows is for the commands.
func line(s streams) (string, error) {
	var text []byte
	for one := make([]byte, 1); ; {
		n, err := s.in.Read(one)
		if n > 0 && one[0] == '\n' {
			return string(text), nil
		}
		if text = append(text, one[:n]...); err != nil {
			return "", errors.New("there was no answer")
		}
	}
}
