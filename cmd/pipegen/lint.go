package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/report"
	"github.com/pipegen/pipegen/internal/rules"
)

func newLint(s streams) *cobra.Command {
	var o importOptions
	cmd := &cobra.Command{
		Use:   "lint [DIR]",
		Short: "Report the flaws of a pipeline that was written by hand",
		Long: `Hold the workflows, the Kustomize tree and the Argo CD objects of a repository
against the rulebook, and report what is broken now, what is dangerous, and what there
is to harden, by rule. It is the report of 'pipegen import' without a draft: a team can
begin with it, and needs no spec.

What is broken or dangerous fails the run with exit code 1, what there is to harden
does not. 'pipegen explain ID' prints a rule.`,
		Example: `  pipegen lint
  pipegen lint ../service --gitops ../deployments
  pipegen lint --format sarif > pipegen.sarif`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			o.code = "."
			if len(args) > 0 {
				o.code = args[0]
			}
			return runLint(o, s)
		},
	}
	cmd.Flags().StringVar(&o.gitops, "gitops", "", "the GitOps repository (default: beside the code repository by the name that CI checks out, else the code repository)")
	registerFormat(cmd.Flags(), &o.format)
	return cmd
}

func runLint(o importOptions, s streams) error {
	m, _, _, err := o.read()
	if err != nil {
		return failed(err)
	}
	found, err := flaws(m)
	if err != nil {
		return failed(err)
	}
	count := map[rules.Harm]int{}
	for i, d := range found {
		harm := rules.HarmOf(d.Rule)
		if count[harm]++; harm != rules.Hardening {
			found[i].Severity = diag.Error
		}
	}
	return finishFlaws(s, o.format, report.Flaws{
		Found: found, Others: unreadable(m), Notices: unread(m), Next: nextOfLint(found),
		Summary: fmt.Sprintf("%s: %d broken now, %d dangerous, %d to harden", filepath.ToSlash(filepath.Clean(o.code)), count[rules.Broken], count[rules.Dangerous], count[rules.Hardening]),
	})
}

// flaws are what actionlint and the rules say of a pipeline.
func flaws(m *pipeline.Model) (diag.List, error) {
	linted, err := lintExisting(m)
	if err != nil {
		return nil, err
	}
	return rules.Flaws(m, linted), nil
}
