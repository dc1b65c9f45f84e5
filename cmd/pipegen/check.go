package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/report"
	"github.com/pipegen/pipegen/internal/workspace"
)

type checkOptions struct {
	specOptions
	all bool
}

func newCheck(s streams) *cobra.Command {
	var o checkOptions
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check the spec, its output, and the files in the repositories",
		Long: `Check that the spec is valid, that actionlint, shellcheck and kustomize accept its
output, and that the repositories on disk contain that output. A repository that does
not exist, or into which nothing was generated yet, is skipped with a notice.

The live image of each environment is data: it is rendered, and is never drift. A
file that differs is reported with the first line that does, and with who changed it:
the spec, a person or a bot. Git is not asked. Of files that are not pipegen's only
workflows and Applications beside its own are read: one that writes what this pipeline
deploys, or takes its place in a queue, gets a warning.`,
		Example: `  pipegen check
  pipegen check --all
  pipegen check --format json
  pipegen check --format sarif > pipegen.sarif`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runCheck(o, s) },
	}
	o.register(cmd.Flags(), s)
	o.registerSchemas(cmd.Flags())
	cmd.Flags().BoolVar(&o.all, "all", false, "check all specs of the repository")
	registerFormat(cmd.Flags(), &o.format)
	return cmd
}

func runCheck(o checkOptions, s streams) error {
	if o.all {
		return o.checkAll(s)
	}
	r, err := checked(o.specOptions)
	if err != nil {
		return err
	}
	return finish(s, o.format, r)
}

// checked is the result for one spec.
func checked(o specOptions) (report.Report, error) {
	c, found, err := o.loadAndCompile()
	if err != nil {
		return report.Report{}, err
	}
	r := report.Report{Spec: o.spec, Diagnostics: found, Changes: c.changes, Notices: slices.Concat(c.skipped, otherBranch(c, &o), unmanagedFiles(c), patches(c), marked(c, &o))}
	if c.twice {
		return r, nil
	}
	if !found.Failed() {
		r.Notices = append(r.Notices, accepted(c.plan)...)
	}
	if files, ok := edited(c.changes); ok {
		// What an edit breaks between the files matters more than that it is one.
		proof, err := c.proof(files)
		if err != nil {
			return r, failed(err)
		}
		r.Diagnostics = append(r.Diagnostics, proof.Prove()...)
	}
	subject := c.pins(&o)
	notices, bad := subject.Bumped(c.changes)
	r.Notices, r.Diagnostics = append(r.Notices, notices...), slices.Concat(r.Diagnostics, bad, subject.ActionsLock(c.changes))
	generated := true
	for _, root := range []artifact.Root{artifact.Code, artifact.GitOps} {
		changes := slices.DeleteFunc(only(c.changes, root), func(change workspace.Change) bool {
			_, moves := c.newPath(change)
			return moves
		})
		if notice := absent(changes, root, c.roots[root]); notice != "" {
			r.Notices, generated = append(r.Notices, notice), false
			continue
		}
		r.Diagnostics = append(r.Diagnostics, drift(changes, c.roots, c.plan.Source.Repository, &o)...)
	}
	r.Diagnostics = append(append(r.Diagnostics, leftBehind(c)...), listedTwice(c.changes, c.roots)...)
	r.Diagnostics = append(r.Diagnostics, slices.Concat(missingUnmanaged(c, &o, diag.Error), c.firstRun(), c.neighbours())...)
	if !r.Diagnostics.Failed() {
		r.Summary = fmt.Sprintf("%s is valid: %d files", o.spec, given(c.changes))
		if !generated {
			r.Next = fmt.Sprintf("'%s' writes them", o.command("generate"))
		}
	}
	return r, nil
}

// given is how many files the spec gives.
func given(changes []workspace.Change) int {
	n := 0
	for _, c := range changes {
		if c.Status != workspace.Orphan && c.File.Owner != artifact.Record {
			n++
		}
	}
	return n
}
