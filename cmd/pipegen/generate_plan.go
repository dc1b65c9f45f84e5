package main

import (
	"fmt"
	"slices"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/onramp/migration"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/report"
)

// printPlan says what becomes of each object that is deployed when the files of the spec, and the author's own as they are
// on disk, are committed.
func (o *generateOptions) printPlan(s streams) error {
	c, found, release, err := o.lockAndCompile(true)
	defer release()
	if err != nil {
		return err
	}
	dir := c.roots[artifact.GitOps]
	if top := gitrepo.Root(dir); top == "" || !oneFolder(top, dir) {
		return failed(fmt.Errorf("--plan compares with what is committed, and %s is no git repository", dir))
	}
	today, err := migration.ReadCommitted(dir, c.plan)
	if err != nil {
		return failed(err)
	}
	environments := c.plan.Running()
	then := c.renderings(slices.Concat(effective(c.changes), c.custom), plan.Folders(environments), c.charts.Objects)
	out := report.Migration{Accepted: o.accept, By: "the spec", Notices: slices.Concat(c.skipped, today.Notices)}
	var sides []migration.Side
	for _, e := range environments {
		side, err := today.Side(e)
		if err != nil {
			return failed(err)
		}
		sides = append(sides, side)
	}
	for i, e := range environments {
		t := then.Target(e.Overlay)
		if t == nil || t.Fault != "" {
			return bug(fmt.Errorf("the overlay %s cannot be rendered", e.Overlay))
		}
		objects := migration.Compare(sides[i], migration.Side{Objects: t.Objects, Namespace: e.Namespace})
		migration.Keep(objects, i, sides, t, c.plan.In(e))
		out.Environments = append(out.Environments, report.MigratedEnvironment{Name: e.Where(), Prunes: e.Sync.Automated && e.Sync.Prune, Objects: objects})
	}
	if unknown := out.Unknown(); len(unknown) > 0 {
		return exitError{exitUsage, fmt.Errorf("--accept %s: the plan loses and replaces no such object", unknown[0])}
	}
	shown := out.Document()
	shown.Findings = append(found, shown.Findings...)
	if !shown.Findings.Failed() {
		shown.Next = fmt.Sprintf("'%s' writes the files", o.command("generate"))
	}
	if err := show(s, o.format, shown); err != nil {
		return failed(err)
	}
	if shown.Findings.Failed() {
		return exitError{code: exitFindings}
	}
	return nil
}
