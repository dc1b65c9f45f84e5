package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/internal/report"
	"github.com/pipegen/pipegen/internal/workspace"
)

type generateOptions struct {
	specOptions
	dryRun, diff bool
	format       string
}

func newGenerate(s streams) *cobra.Command {
	var o generateOptions
	cmd := &cobra.Command{
		Use:   "generate",
		Short: "Write the files of a spec into both repositories",
		Long: `Compile the spec and write what it gives: the workflow into the code repository,
the Kustomize tree and the Argo CD manifests into the GitOps repository.

If anything is wrong, nothing is written. The live image of each environment is
CI's: it is written once and never changed again.`,
		Example: `  pipegen generate
  pipegen generate --diff --dry-run
  pipegen generate -f specs/fastapi-agent/pipeline.cue --out /tmp/look`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runGenerate(o, s) },
	}
	f := cmd.Flags()
	o.register(f)
	f.BoolVarP(&o.dryRun, "dry-run", "n", false, "write nothing, only say what would be written")
	f.BoolVar(&o.diff, "diff", false, "show the changes line by line")
	registerFormat(f, &o.format)
	return cmd
}

func runGenerate(o generateOptions, s streams) error {
	c, found, err := o.compile()
	if err != nil {
		return err
	}
	if found.Failed() {
		return finish(s, o.format, report.Report{Diagnostics: found})
	}
	if refused := inTheWay(c.changes, c.roots); len(refused) > 0 {
		return finish(s, o.format, report.Report{Diagnostics: append(found, refused...), Changes: c.changes})
	}
	if !o.dryRun {
		if err := workspace.Apply(c.changes, c.roots); err != nil {
			return failed(err)
		}
	}
	color := report.Colored(s.out, s.env)
	if o.format == "text" {
		if err := report.Changes(s.out, c.changes, c.roots, color); err != nil {
			return failed(err)
		}
		if o.diff {
			if err := report.Diffs(s.out, c.changes, color); err != nil {
				return failed(err)
			}
		}
	}
	r := report.Report{Diagnostics: found, Changes: c.changes, Notices: c.skipped, Summary: summary(c.changes, o.dryRun)}
	return finish(s, o.format, r)
}

func summary(changes []workspace.Change, dryRun bool) string {
	written := 0
	for _, c := range changes {
		if c.Status.Writes() {
			written++
		}
	}
	switch {
	case written == 0:
		return fmt.Sprintf("nothing changed: %s", report.Count(changes))
	case dryRun:
		return fmt.Sprintf("nothing written (--dry-run): %s", report.Count(changes))
	}
	return report.Count(changes)
}
