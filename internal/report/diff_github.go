package report

import (
	"io"
	"slices"

	"github.com/pipegen/pipegen/internal/change"
	"github.com/pipegen/pipegen/internal/diag"
)

// DiffGitHub writes the changes that a review should see as annotations at the lines of
// the spec, and the others as notices.
func DiffGitHub(w io.Writer, d Diff, f Frame) error { return GitHub(w, d.asReport(), f) }

// DiffSARIF writes the changes that a review should see as results, and the others as
// notifications.
func DiffSARIF(w io.Writer, d Diff, f Frame) error {
	titles := map[diag.Code]string{}
	for _, r := range slices.Concat(change.Rules(), change.General()) {
		titles[diag.Code(r.Code)] = r.Why
	}
	f.Titles = titles
	return SARIF(w, d.asReport(), f)
}

// classOf is the class of a code of changes, "" for any other code.
func classOf(c diag.Code) string {
	for _, r := range slices.Concat(change.Rules(), change.General()) {
		if r.Code == string(c) {
			return r.Class.String()
		}
	}
	return ""
}

// asReport turns changes into diagnostics. A change of no consequence is a notice,
// unless it fails the run.
func (d Diff) asReport() Report {
	r := Report{Spec: d.Spec, Summary: d.summary(), Notices: d.Notices}
	for _, c := range d.Comparison.Changes {
		message := c.Class().String()
		if head := headline(c); head != "" {
			message += ": " + head
		}
		if c.Class() < change.Widened && !d.fails(c) {
			r.Notices = append(r.Notices, place(c.Pos)+message)
			continue
		}
		f := diag.Diagnostic{Code: diag.Code(c.Code()), Severity: diag.Warning, Path: c.Path, Pos: c.Anchor, Message: message}
		if d.fails(c) {
			f.Severity = diag.Error
		}
		for _, reason := range c.Reasons {
			f.Message += "\n" + said(reason)
		}
		if c.Removed {
			f.Notes = append(f.Notes, diag.Note{Pos: c.Pos, Message: "it stood here"})
		}
		r.Diagnostics = append(r.Diagnostics, f)
	}
	return r
}
