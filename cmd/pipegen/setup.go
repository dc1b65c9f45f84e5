package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/report"
)

func newSetup(s streams) *cobra.Command {
	var o specOptions
	cmd := &cobra.Command{
		Use:   "setup",
		Short: "Print what is set up once, at GitHub and in the cluster, as commands",
		Long: `Print the first steps of the two generated READMEs in their order, with what each is
for and the commands of 'gh' and 'kubectl' that do it. Nothing is run: read a command
before you do.

What only you know is in capitals, such as REVIEWER. No secret is in a command line:
'gh secret set' asks for it at the terminal, and the others read it from a file.`,
		Example: `  pipegen setup
  pipegen setup --format json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runSetup(o, s) },
	}
	o.register(cmd.Flags(), s)
	registerFormat(cmd.Flags(), &o.format, "text", "json")
	return cmd
}

func runSetup(o specOptions, s streams) error {
	r, _, err := o.loadAndRender()
	if err != nil {
		return err
	}
	var steps []report.Step
	for _, one := range generate.Setup(r.plan) {
		step := report.Step{Title: one.Title, Text: one.Text, Points: one.Beside, In: ".", Commands: one.Commands}
		if slices.ContainsFunc(one.Commands, func(c string) bool { return strings.HasPrefix(c, "kubectl apply -f ") }) {
			step.In = filepath.ToSlash(r.roots[one.Root])
		}
		steps = append(steps, step)
	}
	return failed(show(s, o.format, report.Steps(steps, fmt.Sprintf("when they are done, '%s' says what is missing still", o.command("doctor")))))
}
