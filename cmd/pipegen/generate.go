package main

import (
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/report"
	"github.com/pipegen/pipegen/internal/workspace"
)

type generateOptions struct {
	specOptions
	dryRun, diff, overwrite, all, plan bool
	accept                             []string
}

func newGenerate(s streams) *cobra.Command {
	var o generateOptions
	cmd := &cobra.Command{
		Use:   "generate",
		Short: "Write the files of a spec into both repositories",
		Long: `Compile the spec and write its output: the workflow into the code repository, the
Kustomize tree and the Argo CD manifests into the GitOps repository.

If anything is wrong, nothing is written. If a file was edited since pipegen wrote it,
the edit is shown and nothing is written, unless --overwrite allows it to be lost.
Files that the spec no longer gives are removed if they are still as pipegen wrote
them. The live image of each environment belongs to CI: it is written once and never
changed again.

With --plan nothing is written: what the GitOps repository renders to at the commit
that is deployed is compared with what it would render to, object by object. A volume
that would be lost and a field that cannot be changed exit with 1 until --accept
KIND/NAME names the object.`,
		Example: `  pipegen generate
  pipegen generate --diff --dry-run
  pipegen generate --plan
  pipegen generate --all
  pipegen generate -f specs/fastapi-agent/pipeline.cue --out /tmp/look`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runGenerate(o, s) },
	}
	f := cmd.Flags()
	o.register(f, s)
	o.registerSchemas(f)
	f.BoolVar(&o.all, "all", false, "write the files of all specs of the repository, and remove those of specs that are gone")
	f.BoolVarP(&o.dryRun, "dry-run", "n", false, "write nothing, only say what would be written")
	f.BoolVar(&o.diff, "diff", false, "show the changes line by line")
	f.BoolVar(&o.plan, "plan", false, "write nothing, print what becomes of the objects in the cluster")
	f.StringSliceVar(&o.accept, "accept", nil, "with --plan, an object KIND/NAME whose loss or replacement is meant")
	f.BoolVar(&o.overwrite, "overwrite", false, "also write files that were edited since pipegen wrote them; the edits are lost")
	registerFormat(f, &o.format)
	return cmd
}

func runGenerate(o generateOptions, s streams) error {
	switch {
	case o.plan && o.all:
		return exitError{exitUsage, errors.New("--plan is for one spec: name it with -f, and leave --all out")}
	case len(o.accept) > 0 && !o.plan:
		return exitError{exitUsage, errors.New("--accept goes with --plan")}
	case o.plan:
		return o.printPlan(s)
	case o.all:
		return o.generateAll(s)
	}
	r, _, err := o.generated()
	if err != nil {
		return err
	}
	return finish(s, o.format, r)
}

// generated writes the files of one spec and returns the result, and where they are.
func (o *generateOptions) generated() (r report.Report, roots workspace.Roots, err error) {
	c, found, release, err := o.lockAndCompile(o.dryRun)
	defer release()
	if err != nil {
		return r, nil, err
	}
	if refused := o.refused(c); len(refused) > 0 {
		return o.refuse(c, append(found, refused...)), c.roots, nil
	}
	c.changes = append(c.changes, c.brought...)
	if !o.dryRun {
		if err := workspace.Apply(c.changes, c.roots, o.overwrite); err != nil {
			return r, nil, failed(err)
		}
	}
	parts := report.Changes(c.changes, c.roots, o.overwrite)
	if o.diff {
		parts = append(parts, report.Diffs(c.changes...))
	}
	for _, change := range c.changes {
		if change.Status == workspace.Orphan && change.Action(o.overwrite) == workspace.None {
			found = append(found, diag.Diagnostic{Code: diag.Orphan, Severity: diag.Warning,
				Pos: diag.Position{File: c.roots.Place(change.File)}, Message: change.Reason})
		}
	}
	found = append(found, listedTwice(c.changes, c.roots)...)
	found = append(found, slices.Concat(missingUnmanaged(c, &o.specOptions, diag.Warning), c.firstRun())...)
	r = report.Report{Spec: o.spec, Parts: parts, Diagnostics: found, Changes: c.changes, Notices: slices.Concat(c.skipped, otherBranch(c, &o.specOptions), unmanagedFiles(c), o.noClone(c)), Summary: o.summary(c.changes), Next: o.next(c)}
	return r, c.roots, nil
}

// refused reports the files because of which nothing is written: those in the way, and those that somebody has changed.
func (o *generateOptions) refused(c *compiled) diag.List {
	out := append(inTheWay(c.changes, c.roots, c.plan.Source.Repository), leftBehind(c)...)
	for _, change := range c.changes {
		switch {
		case change.Status != workspace.Drifted || change.Action(o.overwrite) != workspace.Refuse:
		case change.File.Owner == artifact.Record:
			out = append(out, manifests([]workspace.Change{change}, c.roots, &o.specOptions, false)...)
		default:
			out = append(out, drifted(change, c.roots, &o.specOptions))
		}
	}
	return out
}

// refuse writes nothing and shows what would be lost.
func (o *generateOptions) refuse(c *compiled, found diag.List) report.Report {
	var edits []workspace.Change
	for _, change := range c.changes {
		if change.Status == workspace.Drifted && change.Action(o.overwrite) == workspace.Refuse {
			edits = append(edits, change)
		}
	}
	return report.Report{Spec: o.spec, Parts: []report.Part{report.Diffs(edits...)}, Diagnostics: found, Changes: c.changes}
}

func (o *generateOptions) summary(changes []workspace.Change) string {
	written := 0
	for _, c := range changes {
		if c.Action(o.overwrite) != workspace.None {
			written++
		}
	}
	count := report.Outcomes(changes, o.overwrite)
	switch {
	case written == 0:
		return "nothing changed: " + count
	case o.dryRun:
		return "nothing written (--dry-run): " + count
	}
	return count
}
