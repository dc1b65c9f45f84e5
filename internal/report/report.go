package report

import (
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/workspace"
)

// Report is what a verb that compiles a spec has to say in the end.
type Report struct {
	Diagnostics diag.List
	// Changes compares the files with the disk; nil where that was not asked.
	Changes []workspace.Change
	// Notices are facts that a reader should know and that fail nothing.
	Notices []string
	// Parts are what else there is to see.
	Parts []Part
	// Summary is the one line of a run in which all is well.
	Summary string
	// Next is what to do next, "" for nothing.
	Next string
	// Spec is the file that the report is about.
	Spec string
}

// Document is the report for every format.
func (r Report) Document() Document {
	table, files := states(r.Changes)
	return Document{
		Title: "pipegen", Spec: r.Spec, Parts: append(r.Parts[:len(r.Parts):len(r.Parts)], table), Findings: r.Diagnostics, Notices: r.Notices, Summary: r.Summary, Next: r.Next,
		Data: struct {
			Version     int        `json:"version"`
			OK          bool       `json:"ok"`
			Diagnostics diag.List  `json:"diagnostics"`
			Files       []fileData `json:"files"`
			Notices     []string   `json:"notices"`
		}{jsonVersion, !r.Diagnostics.Failed(), r.Diagnostics, files, r.Notices},
	}
}
