package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pinning"
	"github.com/pipegen/pipegen/internal/workspace"
)

// drift reports each file on disk that is not what the spec of a code repository gives.
func drift(changes []workspace.Change, roots workspace.Roots, source string, o *specOptions) diag.List {
	out := inTheWay(changes, roots, source)
	mend := "run '" + o.command("generate") + "'"
	for _, c := range changes {
		d := diag.Diagnostic{Pos: diag.Position{File: roots.Place(c.File)}}
		switch {
		case c.File.Owner == artifact.Record, pinning.OnlyBumped(c):
			continue
		case c.Status == workspace.Missing:
			d.Code, d.Message, d.Help = diag.Missing, "the spec gives this file, and it does not exist", mend
		case c.Status == workspace.Drifted:
			d = drifted(c, roots, o)
		case c.Status == workspace.Orphan && c.Cause == workspace.BySpec:
			d.Code, d.Message, d.Help = diag.Orphan, "pipegen wrote this file, and the spec no longer gives it", mend+", which removes it"
		case c.Status == workspace.Orphan:
			d.Code, d.Message = diag.Orphan, c.Reason
			if c.File.Owner == artifact.Live || c.File.Owner == artifact.Seeded {
				d.Severity = diag.Warning
			}
		default:
			continue
		}
		out = append(out, d)
	}
	return append(out, manifests(changes, roots, o, len(out) > 0)...)
}

// drifted says in which line a file differs first, and who changed it.
func drifted(c workspace.Change, roots workspace.Roots, o *specOptions) diag.Diagnostic {
	line, got, want := firstDifference(pinning.Unbumped(c), c.File.Content)
	d := diag.Diagnostic{Code: diag.Drift, Pos: diag.Position{File: roots.Place(c.File), Line: line}, Path: c.File.Origin(line),
		Message: fmt.Sprintf("the file says %q, the spec gives %q", got, want)}
	switch c.Cause {
	case workspace.BySpec:
		d.Message += "; nobody has edited the file: the spec or pipegen has changed since"
		d.Help = "run '" + o.command("generate") + "'"
	case workspace.ByBot:
		d.Message += "; a bot has bumped it"
		d.Help = "run '" + o.command("pins take") + "' to keep the bump, or '" + o.command("generate --overwrite") + "' to undo it"
	case workspace.ByEdit:
		d.Message += "; the file was edited since pipegen wrote it"
		d.Help = "write the change into the spec, or run '" + o.command("generate --overwrite") + "' to undo the edit"
	default:
		d.Message += "; no manifest says who changed it"
		d.Help = "run '" + o.command("generate --overwrite") + "' if nothing in the file is to be kept"
	}
	return d
}

// manifests reports the manifests that do not list what the spec gives. If files of the repository are out of date
// anyway, only a broken manifest is reported.
func manifests(changes []workspace.Change, roots workspace.Roots, o *specOptions, known bool) diag.List {
	var out diag.List
	for _, c := range changes {
		if c.File.Owner != artifact.Record || c.Status != workspace.Drifted && c.Status != workspace.Missing {
			continue
		}
		d := diag.Diagnostic{Code: diag.Manifest, Pos: diag.Position{File: roots.Place(c.File), Line: c.Line}, Message: c.Reason,
			Help: "run '" + o.command("generate") + "'"}
		switch {
		case c.Reason != "":
			d.Help = "run '" + o.command("generate --overwrite") + "', which writes it anew"
		case known:
			continue
		case c.Status == workspace.Missing:
			d.Message = "the list of pipegen's files is missing, so nothing says which of them were edited"
		default:
			d.Message = "the list of pipegen's files is not that of this spec"
		}
		out = append(out, d)
	}
	return out
}

// inTheWay reports what keeps pipegen from writing a file for a pipeline of a code repository.
func inTheWay(changes []workspace.Change, roots workspace.Roots, source string) diag.List {
	var out diag.List
	for _, c := range changes {
		d := diag.Diagnostic{Pos: diag.Position{File: roots.Place(c.File)}, Message: c.Reason}
		switch c.Status {
		case workspace.Foreign:
			d.Code, d.Help = diag.Foreign, "'pipegen adopt' takes it over if it does the same; otherwise move it away"
			if c.Claim != nil {
				d.Help = howToSeparate(c, source)
			}
		case workspace.Blocked:
			d.Code, d.Help = diag.Blocked, "make room for a file of pipegen's there"
		default:
			continue
		}
		out = append(out, d)
	}
	return out
}

// firstDifference returns the first line of the old text, from 1, in which two texts differ, ignoring the version in
// the header.
func firstDifference(old, content []byte) (line int, got, want string) {
	a, b := bytes.Split(artifact.Normal(old), []byte("\n")), bytes.Split(artifact.Normal(content), []byte("\n"))
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
	return string(lines[i])
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
		switch c.Status {
		case workspace.Missing, workspace.Seeded, workspace.Unmanaged:
		default:
			return ""
		}
	}
	return fmt.Sprintf("nothing is generated in the %s repository yet (%s)", root, spoken(dir))
}

// spoken returns a folder for a sentence, where "." would look like its end.
func spoken(dir string) string {
	if dir == "." {
		return "this folder"
	}
	return dir
}

// unmanagedFiles names in every run the files that the spec leaves to be edited by hand.
func unmanagedFiles(c *compiled) []string {
	var out []string
	for _, change := range c.changes {
		if change.Status == workspace.Unmanaged {
			out = append(out, fmt.Sprintf("%s is unmanaged (%s)", c.roots.Place(change.File), c.plan.Unmanaged[change.File.Path]))
		}
	}
	return out
}
