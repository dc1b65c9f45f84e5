package main

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pinning"
)

const pinsLong = `Every action in a generated workflow is pinned. The pins come from the table that this
release of pipegen has, and from the lock .pipegen/actions.json of the code repository:
of two pins the newer one counts.

A bot may bump an action in a generated workflow: check reports the bump and still
succeeds. 'pins take' takes the bump into the lock, so that generate keeps it.

The tools that workflows and manifests download, such as kustomize or an image of curl,
have a table too. pipegen.tools in the spec names another release.`

func newPins(s streams) *cobra.Command {
	list := newPinsList(s)
	cmd := &cobra.Command{
		Use:   "pins",
		Short: "List, verify, take and drop the pins of actions, and list those of tools",
		Long:  pinsLong,
		Example: `  pipegen pins
  pipegen pins verify --remote
  pipegen pins take
  pipegen pins drop actions/checkout`,
		Args: cobra.NoArgs,
		RunE: list.RunE,
	}
	cmd.Flags().AddFlagSet(list.Flags())
	cmd.AddCommand(list, newPinsVerify(s), newPinsTake(s), newPinsDrop(s))
	return cmd
}

// pins returns the compiled spec for the verbs of pins.
func (r *rendered) pins(o *specOptions) pinning.Subject {
	return pinning.Subject{Plan: r.plan, Set: r.set, Roots: r.roots, Lock: r.lock, Command: o.command,
		Locate: func(path string) diag.Position { return r.loaded.Place(diag.List{{Path: path}})[0].Pos }}
}

func registerRemote(f *pflag.FlagSet, r *pinning.Remote) {
	f.BoolVar(&r.Ask, "remote", false, "ask each action's own repository which commit the release names")
	f.StringVar(&r.Host, "actions-from", "https://github.com", "where the repositories of actions are: a mirror of GitHub's")
}
