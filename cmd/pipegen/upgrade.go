package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/report"
	"github.com/pipegen/pipegen/internal/workspace"
)

type upgradeOptions struct {
	generateOptions
	write bool
}

func newUpgrade(s streams) *cobra.Command {
	var o upgradeOptions
	cmd := &cobra.Command{
		Use:   "upgrade",
		Short: "Show what this release of pipegen changes in the files of an earlier one",
		Long: `Show, file by file, what this release of pipegen would write differently from the
release that wrote the file, with the reason for each difference. Nothing is written
without --write. A spec whose pipegen.version does not allow this release is only
shown, and never written.`,
		Example: `  pipegen upgrade
  pipegen upgrade --diff
  pipegen upgrade --write`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runUpgrade(o, s) },
	}
	f := cmd.Flags()
	o.register(f, s)
	o.registerSchemas(f)
	f.BoolVar(&o.diff, "diff", false, "show the changes line by line")
	f.BoolVar(&o.write, "write", false, "write the files as 'pipegen generate' does")
	registerFormat(f, &o.format)
	return cmd
}

func runUpgrade(o upgradeOptions, s streams) error {
	if o.write {
		return runGenerate(o.generateOptions, s)
	}
	o.anyVersion = true
	c, found, err := o.loadAndCompile()
	if err != nil {
		return err
	}
	if found.Failed() {
		return o.mistaken(found)
	}
	n, edited, parts := 0, false, []report.Part(nil)
	for _, change := range c.changes {
		if change.Action(true) == workspace.None || change.File.Owner == artifact.Record {
			continue
		}
		n++
		edited = edited || change.Cause == workspace.ByEdit
		part := report.Part{Title: c.roots.Place(change.File)}
		for _, why := range reasons(c.plan, change) {
			part.Entries = append(part.Entries, report.Line("%s", why))
		}
		if parts = append(parts, part); o.diff {
			parts = append(parts, report.Diffs(change))
		}
	}
	r := report.Report{Spec: o.spec, Parts: parts, Diagnostics: found, Changes: c.changes, Notices: c.skipped}
	for _, d := range c.loaded.NotFor(generate.Version) {
		r.Notices = append(r.Notices, fmt.Sprintf("%s:%d: %s: change it to go on", d.Pos.File, d.Pos.Line, d.Message))
	}
	r.Summary, r.Next = fmt.Sprintf("nothing written: %s would change", report.Count(n, "file")), fmt.Sprintf("'%s' writes them", o.command("upgrade --write"))
	if edited {
		// What keeps --write from it is said at each file.
		r.Next = ""
	}
	if n == 0 {
		r.Next, r.Summary = "", "nothing to upgrade: "+report.Outcomes(c.changes, false)
	}
	return finish(s, o.format, r)
}

// reasons says why a file would change.
func reasons(p plan.Plan, c workspace.Change) []string {
	switch {
	case c.Status == workspace.Foreign || c.Status == workspace.Blocked:
		return []string{c.Reason}
	case c.Status == workspace.Orphan:
		return []string{"the spec no longer gives it"}
	}
	written := artifact.Writer(c.Old)
	var out []string
	if c.Status == workspace.Missing || written != generate.Version {
		for _, r := range generate.Since(written, p.Usual(c.File.Path)) {
			out = append(out, r.Version+": "+r.Text)
		}
	}
	switch {
	case c.Status == workspace.Missing:
		return append(out, "it does not exist")
	case c.Cause == workspace.ByBot:
		return append(out, "a bot has bumped it: 'pipegen pins take' keeps the bump")
	case c.Cause == workspace.ByEdit:
		return append(out, "it was edited since pipegen wrote it: --write refuses until the edit is in the spec or undone")
	case c.Cause == workspace.Unknown:
		return append(out, "no manifest says whether it was edited: 'pipegen generate --overwrite' writes it")
	case written == generate.Version:
		return []string{"this release wrote it: the spec has changed since"}
	}
	return append(out, "and the spec may have changed since pipegen "+orEarlier(written)+" wrote it")
}

func orEarlier(version string) string {
	if version == "" {
		return "0.3 or earlier"
	}
	return version
}
