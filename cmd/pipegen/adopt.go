package main

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/onramp/adopt"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/report"
	"github.com/pipegen/pipegen/internal/workspace"
)

type adoptOptions struct {
	specOptions
	take           []string
	dryRun, noDiff bool
}

func newAdopt(s streams) *cobra.Command {
	var o adoptOptions
	cmd := &cobra.Command{
		Use:   "adopt",
		Short: "Take over files that somebody wrote in place of generated ones",
		Long: `Take over existing files that somebody wrote at paths of the spec's output, step by
step. A file becomes pipegen's if it has the same text apart from the header, if it is
the same as data, or if all overlays render to the same objects with it. Every other
file stays as it is and is shown with its difference: change the spec until there is
none, name the file's path with --take to replace it, or list it in pipegen.unmanaged
in the spec.

The tag and digest that an overlay deploys now become its live image.`,
		Example: `  pipegen adopt --dry-run
  pipegen adopt
  pipegen adopt --take .github/workflows/ci.yaml`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runAdopt(o, s) },
	}
	f := cmd.Flags()
	o.register(f, s)
	f.StringSliceVar(&o.take, "take", nil, "replace this file even if it differs (its path in its repository; may be given again)")
	f.BoolVarP(&o.dryRun, "dry-run", "n", false, "write nothing, only say what would be taken over")
	f.BoolVar(&o.noDiff, "no-diff", false, "do not show how the others differ")
	registerFormat(f, &o.format)
	return cmd
}

func runAdopt(o adoptOptions, s streams) error {
	l, read, release, err := o.loadAndLock(o.dryRun)
	if err != nil {
		return err
	}
	defer release()
	r, found, err := o.render(l, read)
	if err != nil {
		return err
	}
	if o.deployed = deployedOf(r); len(o.deployed) > 0 {
		if r, found, err = o.render(l, read); err != nil {
			return err
		}
	}
	a, err := o.adoption(r)
	if err != nil {
		return failed(err)
	}
	if len(a.unknown) > 0 {
		return exitError{exitUsage, fmt.Errorf("--take %s: there is no file to take over", strings.Join(a.unknown, ", "))}
	}
	if !o.dryRun {
		if err := workspace.Apply(a.writes, r.roots, false); err != nil {
			return failed(err)
		}
	}
	return o.show(a, r, found, s)
}

// adoption says what happens to the files that somebody else wrote.
type adoption struct {
	// verdicts are by repository and path.
	verdicts map[string]adopt.Verdict
	// writes are the files that are taken over, with their manifests; left are the rest.
	writes, left []workspace.Change
	unknown      []string
}

func (o *adoptOptions) adoption(r *rendered) (*adoption, error) {
	before, err := workspace.Compare(r.set, r.roots)
	if err != nil {
		return nil, err
	}
	a := &adoption{verdicts: map[string]adopt.Verdict{}, unknown: slices.Clone(o.take)}
	alike := sameObjects(r, before)
	changes, err := workspace.Taking(r.set, r.roots, func(c workspace.Change) bool {
		v := adopt.Compare(c.Old, c.File)
		if v == adopt.Differs && alike && inside(c.File, r.plan.GitOps.Folder) {
			v = adopt.SameObjects
		}
		if slices.Contains(o.take, c.File.Path) {
			a.unknown = slices.DeleteFunc(a.unknown, func(p string) bool { return p == c.File.Path })
		}
		switch {
		case c.Claim != nil:
			// Another spec still writes it.
			v = adopt.Differs
		case slices.Contains(o.take, c.File.Path):
			if v == adopt.Differs {
				v = adopt.Taken
			}
		}
		a.verdicts[key(c.File)] = v
		return v != adopt.Differs
	})
	if err != nil {
		return nil, err
	}
	// A kustomization of pipegen's may name files that a tree written by hand does not have.
	whole := slices.ContainsFunc(changes, func(c workspace.Change) bool {
		return path.Base(c.File.Path) == "kustomization.yaml" && a.verdicts[key(c.File)] != adopt.Differs
	})
	for _, c := range changes {
		switch {
		case c.Status == workspace.Foreign:
			a.left = append(a.left, c)
		case a.verdicts[key(c.File)] != adopt.Differs,
			c.File.Owner == artifact.Record && c.Action(false).Writes(),
			whole && c.Status == workspace.Missing && inside(c.File, r.plan.GitOps.Folder):
			a.writes = append(a.writes, c)
		}
	}
	if len(a.verdicts) == 0 {
		a.writes = nil
	}
	return a, nil
}

func key(f artifact.File) string { return string(f.Root) + ":" + f.Path }

func inside(f artifact.File, folder string) bool {
	return f.Root == artifact.GitOps && strings.HasPrefix(f.Path, folder+"/")
}

// sameObjects reports whether every overlay on disk renders to the same objects as the spec's. An overlay that cannot
// be rendered is not the same.
func sameObjects(r *rendered, changes []workspace.Change) bool {
	tree, err := workspace.Tree(r.roots, artifact.GitOps, r.plan.GitOps.Folder)
	if err != nil || len(tree) == 0 {
		return false
	}
	for _, e := range r.plan.Environments {
		theirs, err := check.NewRenderer().Overlays(tree)(e.Overlay)
		if err != nil {
			return false
		}
		ours, err := check.Render(effective(changes), e.Overlay)
		if err != nil {
			return false
		}
		if same, err := adopt.Same(theirs, ours); err != nil || !same {
			return false
		}
	}
	return true
}

// deployedOf reads what each overlay on disk deploys, unless pipegen wrote it.
func deployedOf(r *rendered) map[string]map[string]plan.Deployed {
	out := map[string]map[string]plan.Deployed{}
	for _, e := range r.plan.Environments {
		f, ok := workspace.Author(r.roots, artifact.GitOps, path.Join(e.Overlay, "kustomization.yaml"))
		if !ok || artifact.Ours(f.Content) {
			continue
		}
		out[e.Name] = map[string]plan.Deployed{}
		for _, i := range r.plan.Images {
			if image, ok := adopt.Deployed(f.Content, e.Pulls(i).Reference, i.Name); ok {
				out[e.Name][i.Name] = plan.Deployed(image)
			}
		}
	}
	return out
}

// show says what was taken over and why, and shows how the rest differs.
func (o *adoptOptions) show(a *adoption, r *rendered, found diag.List, s streams) error {
	var files report.Part
	adopted := 0
	for _, c := range a.writes {
		v, taken := a.verdicts[key(c.File)]
		if taken {
			adopted++
			files.Entries = append(files.Entries, report.Line("%s: adopted (%s)", r.roots.Place(c.File), v))
		} else if c.File.Owner != artifact.Record {
			files.Entries = append(files.Entries, report.Line("%s: created", r.roots.Place(c.File)))
		}
	}
	for _, c := range a.left {
		d := diag.Diagnostic{Code: diag.Foreign, Pos: diag.Position{File: r.roots.Place(c.File)}}
		if c.Claim != nil {
			d.Message, d.Help = c.Reason, howToSeparate(c, r.plan.Source.Repository)
		} else {
			d.Message = "this file does not do what the spec's does; " + c.Reason
			d.Help = "change the spec, write '--take " + c.File.Path + "' to replace the file, or list it in pipegen.unmanaged"
		}
		found = append(found, d)
	}
	parts := []report.Part{files}
	if !o.noDiff {
		parts = append(parts, report.Diffs(a.left...))
	}
	report := report.Report{Spec: o.spec, Parts: parts, Diagnostics: found, Changes: append(slices.Clone(a.writes), a.left...)}
	switch {
	case len(a.verdicts) == 0:
		report.Summary = fmt.Sprintf("nothing to adopt: all files of %s that exist are pipegen's", filepath.ToSlash(o.spec))
	case o.dryRun:
		report.Summary = fmt.Sprintf("nothing written (--dry-run): %d adopted, %d left", adopted, len(a.left))
	case len(a.left) > 0:
		report.Summary = fmt.Sprintf("%d adopted, %d left", adopted, len(a.left))
	default:
		report.Summary, report.Next = fmt.Sprintf("%d adopted", adopted), fmt.Sprintf("'%s' writes the rest", o.command("generate"))
	}
	return finish(s, o.format, report)
}
