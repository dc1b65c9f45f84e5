package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/internal/pinning"
	"github.com/pipegen/pipegen/internal/report"
	"github.com/pipegen/pipegen/internal/workspace"
)

type pinsTakeOptions struct {
	specOptions
	pinning.Remote
}

func newPinsTake(s streams) *cobra.Command {
	var o pinsTakeOptions
	cmd := &cobra.Command{
		Use:   "take [ACTION...]",
		Short: "Take a bot's bumps from the workflows into the lock",
		Long: `Take the bumps that a bot has made in the generated workflows into the lock
.pipegen/actions.json, so that generate keeps them. Without a name all are taken.

A bump is refused if it goes back, if it names no commit although the spec pins by
commit, or if its commit is known to be another release; then nothing is written.`,
		Example: `  pipegen pins take
  pipegen pins take actions/checkout --remote`,
		RunE: func(_ *cobra.Command, actions []string) error { return runPinsTake(o, actions, s) },
	}
	f := cmd.Flags()
	o.specOptions.register(f, s)
	o.registerSchemas(f)
	registerRemote(f, &o.Remote)
	registerFormat(f, &o.format)
	return cmd
}

func runPinsTake(o pinsTakeOptions, actions []string, s streams) error {
	c, found, release, err := o.lockAndCompile(false)
	defer release()
	if err != nil {
		return err
	}
	subject := c.pins(&o.specOptions)
	wanted, err := subject.Wanted(c.changes, actions)
	if err != nil {
		return exitError{exitUsage, err}
	}
	taken, more := subject.Choose(wanted)
	if found = append(found, more...); found.Failed() {
		return o.mistaken(found)
	}
	if more, err = subject.Confirm(o.Remote, taken); err != nil {
		return failed(err)
	}
	if found = append(found, more...); found.Failed() {
		return o.mistaken(found)
	}
	if len(taken) == 0 {
		return finish(s, o.format, report.Report{Spec: o.spec, Diagnostics: found, Summary: "nothing to take: no bot has bumped an action in the generated workflows"})
	}
	writes, err := subject.Take(taken, c.changes)
	if err != nil {
		return bug(err)
	}
	if err := workspace.Apply(writes, c.roots, false); err != nil {
		return failed(err)
	}
	var lines report.Part
	for _, line := range taken.Lines() {
		lines.Entries = append(lines.Entries, report.Line("%s", line))
	}
	return finish(s, o.format, report.Report{Spec: o.spec, Parts: []report.Part{lines}, Diagnostics: found,
		Summary: fmt.Sprintf("took %s into %s", report.Count(len(taken), "action"), c.lock.Place), Next: fmt.Sprintf("'%s', and commit both", o.command("generate"))})
}
