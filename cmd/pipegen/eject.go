package main

import (
	"fmt"
	"path"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/manifest"
	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/report"
	"github.com/pipegen/pipegen/internal/workspace"
)

type ejectOptions struct {
	specOptions
	dryRun bool
}

func newEject(s streams) *cobra.Command {
	var o ejectOptions
	cmd := &cobra.Command{
		Use:   "eject",
		Short: "Leave pipegen: remove its headers and its own lists in .pipegen, and keep the files",
		Long: `Remove the headers from the generated files, and pipegen's lists of them in .pipegen, so
that all files are yours to edit. Nothing else in them changes, and edits by hand stay. The spec stays
too: keep it as a document or delete it.

To come back, run 'pipegen adopt'.`,
		Example: `  pipegen eject --dry-run
  pipegen eject`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runEject(o, s) },
	}
	f := cmd.Flags()
	o.register(f, s)
	f.BoolVarP(&o.dryRun, "dry-run", "n", false, "write nothing, only say what would be written")
	registerFormat(f, &o.format)
	return cmd
}

func runEject(o ejectOptions, s streams) error {
	l, found, release, err := o.loadAndLock(o.dryRun)
	if err != nil {
		return err
	}
	defer release()
	r, found, err := o.render(l, found)
	if err != nil {
		return err
	}
	if r.plan.Jobs.Find(plan.SelfCheckJob).ID != "" {
		// The job would fail after the next push.
		bad := diag.Diagnostic{Code: diag.Contradiction, Path: "pipegen.selfCheck",
			Message: "the workflow checks itself with pipegen, and that job would fail from now on",
			Help:    "set pipegen.selfCheck to false and run '" + o.command("generate") + "' first"}
		return o.mistaken(r.loaded.Place(diag.List{bad}))
	}
	changes, err := workspace.Compare(r.set, r.roots)
	if err != nil {
		return failed(err)
	}
	clean := append(ejected(changes), pinLock(r.roots)...)
	if !o.dryRun {
		if err := workspace.Apply(clean, r.roots, false); err != nil {
			return failed(err)
		}
	}
	summary, next := fmt.Sprintf("%s is no longer compiled: the %d files are yours", filepath.ToSlash(o.spec), len(clean)), "commit them in both repositories"
	switch {
	case len(clean) == 0:
		summary, next = "nothing to eject: no file here is pipegen's", ""
	case o.dryRun:
		summary, next = "nothing written (--dry-run): "+report.Outcomes(clean, false), ""
	}
	return finish(s, o.format, report.Report{Spec: o.spec, Parts: report.Changes(clean, r.roots, false), Diagnostics: found, Changes: clean, Summary: summary, Next: next})
}

// ejected returns the changes that remove the headers from pipegen's files.
func ejected(changes []workspace.Change) []workspace.Change {
	var out []workspace.Change
	for _, c := range changes {
		switch {
		case c.Old == nil || c.Status == workspace.Blocked:
		case c.File.Owner == artifact.Record:
			c.Status, c.Cause, c.Reason = workspace.Orphan, workspace.BySpec, ""
			out = append(out, c)
		case c.Status != workspace.Foreign && artifact.Ours(c.Old):
			c.File.Content = artifact.WithoutHeader(c.Old)
			c.Status, c.Cause, c.Reason = workspace.Drifted, workspace.BySpec, ""
			out = append(out, c)
		}
	}
	return out
}

// pinLock returns the lock of pins, unless another spec of the repository still uses it.
func pinLock(roots workspace.Roots) []workspace.Change {
	f, ok := workspace.Author(roots, artifact.Code, pins.LockPath)
	if !ok {
		return nil
	}
	specs, err := workspace.Tree(roots, artifact.Code, path.Join(manifest.Folder, "code"))
	if err != nil || len(specs) > 1 {
		return nil
	}
	f.Owner = artifact.Record
	return []workspace.Change{{File: f, Status: workspace.Orphan, Cause: workspace.BySpec, Old: f.Content}}
}
