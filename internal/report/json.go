package report

import (
	"encoding/json"
	"io"

	"github.com/pipegen/pipegen/internal/diag"
)

// jsonVersion is raised when a field changes its meaning or goes away.
const jsonVersion = 1

type jsonReport struct {
	Version     int              `json:"version"`
	OK          bool             `json:"ok"`
	Diagnostics []jsonDiagnostic `json:"diagnostics"`
	Files       []jsonFile       `json:"files"`
	Notices     []string         `json:"notices"`
}

type jsonDiagnostic struct {
	Code     string     `json:"code"`
	Rule     string     `json:"rule"`
	Severity string     `json:"severity"`
	Path     string     `json:"path"`
	Place    jsonPlace  `json:"place"`
	Message  string     `json:"message"`
	Help     string     `json:"help"`
	Notes    []jsonNote `json:"notes"`
}

type jsonNote struct {
	Place   jsonPlace `json:"place"`
	Message string    `json:"message"`
}

type jsonPlace struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

type jsonFile struct {
	Repository string `json:"repository"`
	Path       string `json:"path"`
	Status     string `json:"status"`
	Cause      string `json:"cause"`
	Reason     string `json:"reason"`
}

// JSON writes a report for programs. No array in it is ever null.
func JSON(w io.Writer, r Report) error {
	out := jsonReport{
		Version: jsonVersion, OK: !r.Diagnostics.Failed(),
		Diagnostics: []jsonDiagnostic{}, Files: []jsonFile{}, Notices: append([]string{}, r.Notices...),
	}
	for _, d := range r.Diagnostics {
		j := jsonDiagnostic{Code: string(d.Code), Rule: d.Rule, Severity: d.Severity.String(), Path: d.Path, Place: jsonPlaceOf(d.Pos),
			Message: d.Message, Help: d.Help, Notes: []jsonNote{}}
		for _, n := range d.Notes {
			j.Notes = append(j.Notes, jsonNote{jsonPlaceOf(n.Pos), n.Message})
		}
		out.Diagnostics = append(out.Diagnostics, j)
	}
	for _, c := range r.Changes {
		out.Files = append(out.Files, jsonFile{string(c.File.Root), c.File.Path, c.Status.String(), c.Cause.String(), c.Reason})
	}
	return encode(w, out)
}

// encode writes a value in the form of all reports for programs.
func encode(w io.Writer, value any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(value)
}

func jsonPlaceOf(p diag.Position) jsonPlace { return jsonPlace{p.File, p.Line, p.Column} }
