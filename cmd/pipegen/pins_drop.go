package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/internal/pinning"
	"github.com/pipegen/pipegen/internal/report"
	"github.com/pipegen/pipegen/internal/workspace"
)

func newPinsDrop(s streams) *cobra.Command {
	var o specOptions
	cmd := &cobra.Command{
		Use:   "drop ACTION...",
		Short: "Drop actions from the lock, so that the table's pins count again",
		Long: `Drop actions, named by their repository as OWNER/NAME, from the lock of the code
repository. From the next generate on, the pins of the table count again.`,
		Example: `  pipegen pins drop actions/checkout`,
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(_ *cobra.Command, actions []string) error { return runPinsDrop(o, actions, s) },
	}
	o.register(cmd.Flags(), s)
	registerFormat(cmd.Flags(), &o.format)
	return cmd
}

// runPinsDrop compiles nothing, so that it can repair a lock with which nothing compiles.
func runPinsDrop(o specOptions, actions []string, s streams) error {
	o.anyVersion = true
	l, found, release, err := o.loadAndLock(false)
	if err != nil {
		return err
	}
	defer release()
	lock, bad, err := pinning.ReadLock(l.roots)
	if err != nil {
		return failed(plain(err))
	}
	if found = append(found, bad...); found.Failed() {
		return o.mistaken(found)
	}
	rest := lock.Lock
	for _, a := range actions {
		if _, ok := lock.Find(a); !ok {
			return exitError{exitUsage, fmt.Errorf("%s is not in the lock %s", a, lock.Place)}
		}
		rest = rest.Without(a)
	}
	if err := workspace.Apply([]workspace.Change{lock.Change(rest)}, l.roots, false); err != nil {
		return failed(err)
	}
	return finish(s, o.format, report.Report{Spec: o.spec, Diagnostics: found,
		Summary: fmt.Sprintf("dropped %s from %s", report.Count(len(lock.Lock)-len(rest), "action"), lock.Place), Next: fmt.Sprintf("'%s' writes the pins of the table", o.command("generate"))})
}
