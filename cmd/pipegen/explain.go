package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/explain"
	"github.com/pipegen/pipegen/internal/pinning"
	"github.com/pipegen/pipegen/internal/report"
	"github.com/pipegen/pipegen/internal/rules"
	"github.com/pipegen/pipegen/internal/workspace"
)

type explainOptions struct {
	specOptions
	gates bool
}

func newExplain(s streams) *cobra.Command {
	var o explainOptions
	cmd := &cobra.Command{
		Use:   "explain [ID]",
		Short: "Show where each criterion is enforced or measured, or what a message means",
		Long: `Show how each criterion is enforced, measured or confirmed, in which lines of the
output, what happens if it is broken, and what reports it. With an ID, show only that
criterion. Non-goals follow, with their guards.

Messages end with their code, such as [unknown-field], or with the rule behind them,
such as [x07] or [flaw, W01]. With a code, show what it means and how to mend it; the
changes that diff finds have codes as well, such as [coverage-lowered]. With the ID of
a rule, in any letter case, show the rule: what must hold, why, and what enforces it.
A criterion of the spec with the same ID takes precedence.

With --gates, show the reverse: every gate in the output with the criteria that it
serves.`,
		Example: `  pipegen explain
  pipegen explain published
  pipegen explain W29
  pipegen explain unknown-field
  pipegen explain --gates --format markdown`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: fromSpec(explainable),
		RunE:              func(_ *cobra.Command, args []string) error { return runExplain(o, args, s) },
	}
	f := cmd.Flags()
	o.register(f, s)
	o.registerSchemas(f)
	f.BoolVar(&o.gates, "gates", false, "list every gate with the criteria that it serves")
	registerFormat(f, &o.format, "text", "json", "markdown", "mermaid")
	return cmd
}

func runExplain(o explainOptions, ids []string, s streams) error {
	if len(ids) == 1 && rules.IsLike(ids[0]) && !o.hasCriterion(ids[0]) {
		return explainRule(o, ids[0], s)
	}
	if len(ids) == 1 && slices.Contains(codes(), ids[0]) && !o.hasCriterion(ids[0]) {
		return explainCode(o, ids[0], s)
	}
	r, files, notices, err := o.explained()
	if err != nil {
		return err
	}
	t := explain.Build(r.plan, files)
	for _, id := range ids {
		ok, nearest, all := t.Find(id)
		if !ok {
			return exitError{exitUsage, unknownCriterion(o.spec, id, nearest, all)}
		}
		t = t.Only(id)
	}
	if o.format == "mermaid" {
		_, err := io.WriteString(s.out, explain.Mermaid(t, o.gates))
		return failed(err)
	}
	shown := report.Explain(t, o.gates, notices)
	if len(ids) == 0 {
		shown.Next = fmt.Sprintf("'%s' says of a delivery whether it kept them", o.command("verify"))
	}
	return failed(show(s, o.format, shown))
}

// explained is a spec with its files, and what is not so on disk. They must keep what is said of them: the author's own
// steps are among them, and perhaps changes of some files.
func (o *explainOptions) explained() (*rendered, []artifact.File, []string, error) {
	r, found, err := o.loadAndRender()
	if err != nil {
		return nil, nil, nil, err
	}
	c, found, err := o.hold(r, found)
	if err == nil && found.Failed() {
		err = o.mistaken(found)
	}
	if err != nil {
		return nil, nil, nil, err
	}
	files := r.set.Files()
	if r.plan.Changed() {
		files = effective(c.changes)
	}
	return r, files, append(o.undone(c.changes, c.roots), doubts(c, found)...), nil
}

// doubts are what was found in the live folders, which pipegen does not write.
func doubts(c *compiled, found diag.List) []string {
	var out []string
	for _, d := range found {
		if slices.ContainsFunc(c.changes, func(change workspace.Change) bool {
			return change.File.Owner == artifact.Live && c.roots.Place(change.File) == d.Pos.File
		}) {
			out = append(out, fmt.Sprintf("%s:%d: %s", d.Pos.File, d.Pos.Line, d.Message))
		}
	}
	return out
}

// undone names the files that somebody has edited, since nothing is said of them as they are.
func (o *explainOptions) undone(changes []workspace.Change, roots workspace.Roots) []string {
	var out []string
	for _, c := range changes {
		if byHand(c) && !pinning.OnlyBumped(c) {
			out = append(out, fmt.Sprintf("%s was edited: this is about the file that the spec gives, and '%s' says what the edit breaks", roots.Place(c.File), o.command("check")))
		}
	}
	return out
}

func unknownCriterion(spec, id, nearest string, all []string) error {
	switch {
	case len(all) == 0:
		return fmt.Errorf("there is no criterion %q: %s states none%s", id, spec, diag.Meant(id, codes()))
	case nearest != "":
		return fmt.Errorf("there is no criterion %q: did you mean %s?", id, nearest)
	}
	return fmt.Errorf("there is no criterion %q: %s has %s%s", id, spec, strings.Join(all, ", "), diag.Meant(id, codes()))
}
