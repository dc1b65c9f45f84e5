package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/report"
	"github.com/pipegen/pipegen/internal/workspace"
)

type checkOptions struct {
	specOptions
	format string
}

func newCheck(s streams) *cobra.Command {
	var o checkOptions
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check the spec, its output, and what stands in the repositories",
		Long: `Check that the spec is valid, that actionlint, shellcheck and kustomize accept what
it gives, and that the repositories on disk hold just that. A repository that is
not there, or that nothing was generated into yet, is passed over with a notice.

The live image of each environment is data: it is rendered, and is never drift.`,
		Example: `  pipegen check
  pipegen check --format json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runCheck(o, s) },
	}
	o.register(cmd.Flags())
	registerFormat(cmd.Flags(), &o.format)
	return cmd
}

func runCheck(o checkOptions, s streams) error {
	c, found, err := o.compile()
	if err != nil {
		return err
	}
	if c == nil {
		return finish(s, o.format, report.Report{Diagnostics: found})
	}
	r := report.Report{Diagnostics: found, Changes: c.changes, Notices: c.skipped}
	if files, ok := edited(c.changes); ok {
		// What an edit breaks between the files matters more than that it is one.
		proofs, err := c.proven(files)
		if err != nil {
			return failed(err)
		}
		r.Diagnostics = append(r.Diagnostics, proofs...)
	}
	for _, root := range []artifact.Root{artifact.Code, artifact.GitOps} {
		changes := only(c.changes, root)
		if notice := absent(changes, root, c.roots[root]); notice != "" {
			r.Notices = append(r.Notices, notice)
			continue
		}
		r.Diagnostics = append(r.Diagnostics, drift(changes, c.roots, &o.specOptions)...)
	}
	if !r.Diagnostics.Failed() {
		r.Summary = fmt.Sprintf("%s is valid: %d files", o.spec, len(c.changes))
	}
	return finish(s, o.format, r)
}

func only(changes []workspace.Change, root artifact.Root) []workspace.Change {
	var out []workspace.Change
	for _, c := range changes {
		if c.File.Root == root {
			out = append(out, c)
		}
	}
	return out
}

// absent says why a repository cannot be compared, or "".
func absent(changes []workspace.Change, root artifact.Root, dir string) string {
	if _, err := os.Stat(dir); err != nil {
		return fmt.Sprintf("there is no %s repository at %s: nothing was compared there", root, spoken(dir))
	}
	for _, c := range changes {
		if c.Status != workspace.Created {
			return ""
		}
	}
	return fmt.Sprintf("nothing is generated in the %s repository yet (%s)", root, spoken(dir))
}

// spoken is a folder in a sentence: "." reads as the end of one.
func spoken(dir string) string {
	if dir == "." {
		return "this folder"
	}
	return dir
}

// drift reports each file on disk that is not what the spec gives.
func drift(changes []workspace.Change, roots workspace.Roots, o *specOptions) diag.List {
	out := inTheWay(changes, roots)
	help := "run '" + o.command("generate") + "'"
	for _, c := range changes {
		pos := diag.Position{File: roots.Place(c.File)}
		switch c.Status {
		case workspace.Created:
			out = append(out, diag.Diagnostic{Code: diag.Missing, Pos: pos, Message: "the spec gives this file, and it is not there", Help: help})
		case workspace.Updated:
			line, got, want := firstDifference(c.Old, c.File.Content)
			pos.Line = line
			out = append(out, diag.Diagnostic{Code: diag.Drift, Pos: pos, Path: c.File.Origin(line),
				Message: fmt.Sprintf("the file says %q, the spec gives %q", got, want), Help: help})
		}
	}
	return out
}

// inTheWay reports what keeps pipegen from writing a file.
func inTheWay(changes []workspace.Change, roots workspace.Roots) diag.List {
	var out diag.List
	for _, c := range changes {
		d := diag.Diagnostic{Pos: diag.Position{File: roots.Place(c.File)}, Message: c.Reason}
		switch c.Status {
		case workspace.Foreign:
			d.Code, d.Help = diag.Foreign, "move it away, or delete it if pipegen may write its own"
		case workspace.Blocked:
			d.Code, d.Help = diag.Blocked, "make room for a file of pipegen's there"
		default:
			continue
		}
		out = append(out, d)
	}
	return out
}

// firstDifference returns the first line, from 1, in which two texts differ.
func firstDifference(old, content []byte) (line int, got, want string) {
	a, b := bytes.Split(old, []byte("\n")), bytes.Split(content, []byte("\n"))
	for i := 0; ; i++ {
		got, want := at(a, i), at(b, i)
		if got != want || i >= len(a) && i >= len(b) {
			return i + 1, got, want
		}
	}
}

func at(lines [][]byte, i int) string {
	if i >= len(lines) {
		return ""
	}
	return string(bytes.TrimSuffix(lines[i], []byte("\r")))
}

// command is the command line for another verb on the same spec.
func (o *specOptions) command(verb string) string {
	c := "pipegen " + verb
	for _, f := range []struct{ flag, value, usual string }{
		{"-f", o.spec, "pipeline.cue"}, {"--code", o.code, ""}, {"--gitops", o.gitops, ""}, {"--out", o.out, ""},
	} {
		if f.value != f.usual {
			c += " " + f.flag + " " + f.value
		}
	}
	return c
}
