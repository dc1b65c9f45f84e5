package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/internal/explain"
)

func newGraph(s streams) *cobra.Command {
	var o specOptions
	cmd := &cobra.Command{
		Use:   "graph",
		Short: "Draw the path of a change, with its promises",
		Long: `Draw the path of a change from the push to the healthy rollout, and back, with the
promises and their budgets: as text for Mermaid, or as one SVG file that needs
nothing else and follows the light or dark mode of the screen.`,
		Example: `  pipegen graph
  pipegen graph --format svg > pipeline.svg`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runGraph(o, s) },
	}
	o.register(cmd.Flags(), s)
	registerFormat(cmd.Flags(), &o.format, "mermaid", "svg")
	return cmd
}

func runGraph(o specOptions, s streams) error {
	r, _, err := o.loadAndRender()
	if err != nil {
		return err
	}
	flow := r.plan.Flow()
	text := flow.Mermaid()
	if o.format == "svg" {
		text = explain.SVG(flow, "Pipeline of "+r.plan.Name)
	}
	_, err = io.WriteString(s.out, text)
	return failed(err)
}
