package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/internal/pinning"
	"github.com/pipegen/pipegen/internal/report"
	"github.com/pipegen/pipegen/internal/workspace"
)

func newPinsList(s streams) *cobra.Command {
	var o specOptions
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the actions and the tools that the files use, with their pins",
		Long: `List each action that the workflows of the spec use: its release and commit, whether
they come from the table, the lock or the spec, and the lines that name it. Then list
each tool that workflows and manifests download: its release, its digest or what else
verifies the download, and whether table or spec names it.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runPinsList(o, s) },
	}
	o.register(cmd.Flags(), s)
	registerFormat(cmd.Flags(), &o.format, "text", "json")
	return cmd
}

func runPinsList(o specOptions, s streams) error {
	r, _, err := o.loadAndRender()
	if err != nil {
		return err
	}
	changes, err := workspace.Compare(r.set, r.roots)
	if err != nil {
		return failed(err)
	}
	pinning.MarkBumps(changes)
	list := r.pins(&o).List(changes)
	shown := report.Pins(list)
	if slices.ContainsFunc(list.Actions, func(a pinning.Action) bool { return a.Newer != "" }) {
		shown.Next = fmt.Sprintf("'%s' keeps what a bot has bumped", o.command("pins take"))
	}
	return failed(show(s, o.format, shown))
}
