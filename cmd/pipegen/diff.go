package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/change"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/report"
	"github.com/pipegen/pipegen/internal/workspace"
)

type diffOptions struct {
	specOptions
	format, failOn string
	rendered       bool
}

func newDiff(s streams) *cobra.Command {
	var o diffOptions
	cmd := &cobra.Command{
		Use:   "diff [OLD [NEW]]",
		Short: "Say what a change of the spec means",
		Long: `Compile two versions of the spec and say what the change from one to the other means:
what is removed or replaced, which promises get weaker, what may do more than before.

OLD and NEW are revisions of git, or files that end in .cue; OLD..NEW and OLD...NEW
work as in git. The default for OLD is the commit at which the branch left the release
branch, and for NEW the working tree.

Each change has a class: destructive, weakened, widened, changed or cosmetic. The exit
code is 1 if one reaches the class of --fail-on, or if NEW is not valid.`,
		Example: `  pipegen diff
  pipegen diff origin/main
  pipegen diff v1.0.0..v1.1.0 --rendered
  pipegen diff old.cue new.cue
  pipegen diff --format markdown --fail-on weakened`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(_ *cobra.Command, args []string) error { return runDiff(o, args, s) },
	}
	f := cmd.Flags()
	o.registerSpec(f, s)
	registerFormat(f, &o.format)
	var classes []string
	for _, c := range change.Classes[:len(change.Classes)-1] {
		classes = append(classes, c.String())
	}
	f.Var(format{&o.failOn, classes}, "fail-on", "the least class that fails the run (default: none)")
	f.BoolVar(&o.rendered, "rendered", false, "show the rendered objects and the workflows as a diff too")
	return cmd
}

func runDiff(o diffOptions, args []string, s streams) error {
	pair, err := o.pair(args)
	if err != nil {
		return err
	}
	after, found, err := pair.after.compiled(pair.after)
	if err != nil {
		return err
	}
	if found.Failed() {
		return finish(s, o.format, report.Report{Spec: pair.after.place, Diagnostics: found})
	}
	d := report.Diff{Spec: pair.after.place, Old: pair.before.name, New: pair.after.name, Notices: pair.notices}
	if pair.before.text == nil {
		d.Incomparable = fmt.Sprintf("%s has no %s: the pipeline is new", pair.before.name, pair.before.path)
		return o.print(s, d)
	}
	before, found, err := pair.before.compiled(pair.after)
	if err != nil {
		return err
	}
	if found.Failed() {
		d.Incomparable = fmt.Sprintf("the spec at %s is not valid here, so that nothing can be said of the change", pair.before.name)
		for _, f := range found.Sorted() {
			d.Notices = append(d.Notices, fmt.Sprintf("%s:%d: %s", f.Pos.File, f.Pos.Line, f.Message))
		}
		if err := o.print(s, d); err != nil || o.failOn == "" {
			return err
		}
		// A change that cannot be judged must not pass.
		return exitError{code: exitFindings}
	}
	if d.Comparison, err = change.Compare(*before, *after, check.NewRenderer().Overlays); err != nil {
		return failed(err)
	}
	if o.rendered {
		d.Rendered = unified(d.Comparison.Rendered)
	}
	fails := func(c change.Change) bool { return o.failOn != "" && c.Class() >= o.threshold() }
	d.Fails = fails
	d.Next = o.next(pair, d)
	if err := o.print(s, d); err != nil {
		return err
	}
	if slices.ContainsFunc(d.Comparison.Changes, fails) {
		return exitError{code: exitFindings}
	}
	return nil
}

func (o *diffOptions) threshold() change.Class {
	i := slices.IndexFunc(change.Classes, func(c change.Class) bool { return c.String() == o.failOn })
	return change.Classes[max(i, 0)]
}

func (o *diffOptions) print(s streams, d report.Diff) error {
	return failed(show(s, o.format, d.Document(frame(s))))
}

// unified returns the differences of rendered objects and workflows, each with its name.
func unified(pairs []change.Pair) []report.Patch {
	var out []report.Patch
	for _, p := range pairs {
		c := workspace.Change{File: artifact.File{Path: p.Name, Content: artifact.Normal(p.New)}, Status: workspace.Drifted, Cause: workspace.BySpec}
		switch {
		case p.Old == nil:
			c.Status = workspace.Missing
		case p.New == nil:
			c.Status = workspace.Orphan
		}
		if p.Old != nil {
			c.Old = artifact.Normal(p.Old)
		}
		out = append(out, report.Patch{Name: p.Name, Text: workspace.Diff(c)})
	}
	return out
}

var errNoGit = errors.New("no git repository is around the spec: name two files, as in 'pipegen diff old.cue new.cue'")
