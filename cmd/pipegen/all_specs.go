package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/manifest"
	"github.com/pipegen/pipegen/internal/report"
	"github.com/pipegen/pipegen/internal/workspace"
)

// everySpec finds the specs of the repository, for --all.
func (o *specOptions) everySpec() (top string, all repositorySpecs, err error) {
	if o.spec != "" {
		return "", all, exitError{exitUsage, errors.New("--all takes every spec of the repository: leave out -f")}
	}
	if err := o.placesFit(); err != nil {
		return "", all, err
	}
	top = cmp.Or(o.code, gitrepo.Root("."), ".")
	if all, err = inRepository(top); err != nil {
		return "", all, err
	}
	if len(all.specs)+len(all.gone) == 0 {
		return "", all, failed(fmt.Errorf("no spec is in %s: run 'pipegen init' to write one", spoken(fromHere(top))))
	}
	return top, all, nil
}

// together is one report about several specs.
type together struct {
	report.Report
	summaries, next []string
}

// add takes a report in. An error that is itself a report about a spec, because of mistakes in it, is one as well.
func (t *together) add(r report.Report, err error) error {
	if m := (mistakes{}); errors.As(err, &m) {
		r, err = m.Report, nil
	}
	if err != nil {
		return err
	}
	t.Spec = cmp.Or(t.Spec, r.Spec)
	for i := range r.Parts {
		r.Parts[i].Apart = r.Parts[i].Apart || i == 0 && len(t.Parts) > 0
	}
	t.Parts = append(t.Parts, r.Parts...)
	t.Diagnostics, t.Changes = append(t.Diagnostics, r.Diagnostics...), append(t.Changes, r.Changes...)
	for _, n := range r.Notices {
		// What is the same of several specs, such as a folder that they share, is said once.
		if i := slices.IndexFunc(t.Notices, func(had string) bool { return strings.HasSuffix(had, ": "+n) }); i >= 0 {
			t.Notices[i] = strings.TrimSuffix(t.Notices[i], ": "+n) + ", " + r.Spec + ": " + n
		} else {
			t.Notices = append(t.Notices, r.Spec+": "+n)
		}
	}
	if r.Summary != "" {
		t.summaries = append(t.summaries, r.Summary)
	}
	if r.Next != "" && !slices.Contains(t.next, r.Next) {
		t.next = append(t.next, r.Next)
	}
	return nil
}

func (o *checkOptions) checkAll(s streams) error {
	top, all, err := o.everySpec()
	if err != nil {
		return err
	}
	t := together{Report: report.Report{Notices: all.skipped}}
	for _, spec := range all.specs {
		one := o.specOptions
		one.spec = spec
		if err := t.add(checked(one)); err != nil {
			return err
		}
	}
	for _, g := range all.gone {
		t.Diagnostics = append(t.Diagnostics, diag.Diagnostic{Code: diag.Orphan,
			Pos:     diag.Position{File: workspace.Roots{artifact.Code: fromHere(top)}.Place(artifact.File{Root: artifact.Code, Path: g.Manifest})},
			Message: fmt.Sprintf("%s is gone, and the files that were generated from it are still here", g.Spec),
			Help:    "run 'pipegen generate --all', which removes them"})
	}
	t.Summary, t.Next = strings.Join(t.summaries, "; "), strings.Join(t.next, "; ")
	return finish(s, o.format, t.Report)
}

// generateAll writes nothing before it has seen that everything can be written.
func (o *generateOptions) generateAll(s streams) error {
	top, all, err := o.everySpec()
	if err != nil {
		return err
	}
	for _, dry := range []bool{true, false} {
		t := together{Report: report.Report{Notices: all.skipped}}
		var gitops []string
		for _, spec := range all.specs {
			one := *o
			one.spec, one.dryRun = spec, dry || o.dryRun
			r, roots, err := one.generated()
			if err := t.add(r, err); err != nil {
				return err
			}
			if dir := roots[artifact.GitOps]; dir != "" && !slices.Contains(gitops, dir) {
				gitops = append(gitops, dir)
			}
		}
		failing := t.Diagnostics.Failed()
		if !failing {
			if err := o.removeGone(&t, top, gitops, dry || o.dryRun); err != nil {
				return err
			}
		}
		if failing || !dry || o.dryRun {
			t.Summary, t.Next = strings.Join(t.summaries, "; "), strings.Join(t.next, "; ")
			return finish(s, o.format, t.Report)
		}
	}
	return nil
}

// removeGone removes the files of specs that are gone, from the code repository and from the GitOps repositories of the
// others. A spec that was moved is none of them any more: what it has now has taken over its files.
func (o *generateOptions) removeGone(t *together, code string, gitops []string, dry bool) error {
	specs, err := workspace.Specs(workspace.Roots{artifact.Code: code})
	if err != nil {
		return failed(err)
	}
	if o.gitops != "" {
		gitops = []string{o.gitops}
	}
	for _, g := range specs {
		moved := slices.ContainsFunc(t.Changes, func(c workspace.Change) bool { return c.File.Root == artifact.Code && c.File.Path == g.Manifest })
		if !g.Gone || moved {
			continue
		}
		if !slices.ContainsFunc(gitops, isFolder) {
			t.Notices = append(t.Notices, fmt.Sprintf("%s is gone, and its files stay: name its GitOps repository with --gitops, so that they go in both", g.Spec))
			continue
		}
		all := []workspace.Roots{{artifact.Code: fromHere(code)}}
		for _, dir := range gitops {
			all = append(all, workspace.Roots{artifact.GitOps: dir})
		}
		for _, roots := range all {
			r, err := remove(g, roots, dry)
			if err != nil {
				return err
			}
			if err := t.add(r, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// remove removes the files of a spec that is gone from one repository, and warns of those that stay.
func remove(g workspace.Recorded, roots workspace.Roots, dry bool) (report.Report, error) {
	changes, err := abandoned(roots, g)
	if err != nil || len(changes) == 0 {
		return report.Report{}, failed(err)
	}
	if !dry {
		if err := workspace.Apply(changes, roots, false); err != nil {
			return report.Report{}, failed(err)
		}
	}
	r := report.Report{Parts: report.Changes(changes, roots, false), Changes: changes, Summary: report.Outcomes(changes, false)}
	for _, c := range changes {
		if stays(c) {
			r.Diagnostics = append(r.Diagnostics, diag.Diagnostic{Code: diag.Orphan, Severity: diag.Warning, Pos: diag.Position{File: roots.Place(c.File)}, Message: c.Reason})
		}
	}
	return r, nil
}

// stays reports a file of a spec that is gone which pipegen may not remove.
func stays(c workspace.Change) bool {
	return c.Status == workspace.Orphan && c.Action(false) == workspace.None
}

func isFolder(dir string) bool {
	info, err := os.Stat(dir)
	return err == nil && info.IsDir()
}

// abandoned are the files of a spec that is gone in one repository, with the manifest that lists them: it goes too,
// unless some of them stay.
func abandoned(roots workspace.Roots, g workspace.Recorded) ([]workspace.Change, error) {
	set := &artifact.Set{}
	for root := range roots {
		m := manifest.Of(root, g.Source, g.Spec, generate.Version, nil)
		if err := set.Add(artifact.File{Root: root, Path: manifest.Path(root, g.Source, g.Spec), Content: m.Encode(), Owner: artifact.Record}); err != nil {
			return nil, err
		}
	}
	changes, err := workspace.Compare(set, roots)
	if err != nil {
		return nil, err
	}
	some := slices.ContainsFunc(changes, stays)
	for i, c := range changes {
		if c.File.Owner == artifact.Record && !some {
			changes[i].Status, changes[i].Cause = workspace.Orphan, workspace.BySpec
		}
	}
	return slices.DeleteFunc(changes, func(c workspace.Change) bool { return c.Old == nil }), nil
}
