package main

import (
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
	return failed(show(s, o.format, report.Pins(r.pins(&o).List(changes))))
}
