package report

import (
	"io"
	"time"

	"github.com/pipegen/pipegen/internal/live/diagnose"
)

type jsonDiagnosis struct {
	Version int `json:"version"`
	// OK is set where causes were tested, or none needed to be, and none was found.
	OK       bool   `json:"ok"`
	Pipeline string `json:"pipeline"`
	// Revision is "" where the source commit is not known.
	Revision string        `json:"revision"`
	At       time.Time     `json:"at"`
	Troubles []string      `json:"troubles"`
	Findings []jsonFinding `json:"findings"`
}

type jsonFinding struct {
	Trouble     string         `json:"trouble"`
	Cause       string         `json:"cause"`
	Statement   string         `json:"statement"`
	Environment string         `json:"environment"`
	Status      string         `json:"status"`
	Says        string         `json:"says"`
	Remedy      string         `json:"remedy"`
	Evidence    []jsonEvidence `json:"evidence"`
}

// DoctorJSON writes a diagnosis for programs, with all causes that were tested. No
// array in it is ever null.
func DoctorJSON(w io.Writer, d diagnose.Diagnosis) error {
	d = printableDiagnosis(d)
	out := jsonDiagnosis{Version: jsonVersion, OK: len(d.With(diagnose.Found)) == 0 && d.Reached && !d.Undecidable(), Pipeline: d.Pipeline, Revision: d.Revision, At: d.At.UTC(),
		Troubles: []string{}, Findings: []jsonFinding{}}
	for _, t := range d.Troubles {
		out.Troubles = append(out.Troubles, string(t))
	}
	for _, f := range d.Findings {
		j := jsonFinding{Trouble: string(f.Trouble), Cause: f.Cause, Statement: f.Statement, Environment: f.Environment, Status: string(f.Status),
			Says: f.Says, Remedy: f.Remedy, Evidence: []jsonEvidence{}}
		for _, e := range f.Evidence {
			at := ""
			if !e.At.IsZero() {
				at = e.At.UTC().Format(time.RFC3339)
			}
			j.Evidence = append(j.Evidence, jsonEvidence{e.What, e.URL, e.Revision, at})
		}
		out.Findings = append(out.Findings, j)
	}
	return encode(w, out)
}
