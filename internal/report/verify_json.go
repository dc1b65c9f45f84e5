package report

import (
	"io"
	"slices"
	"time"

	"github.com/pipegen/pipegen/internal/live/verdict"
)

type jsonVerdict struct {
	Version int `json:"version"`
	// OK is set where something was kept and nothing was broken.
	OK       bool         `json:"ok"`
	Pipeline string       `json:"pipeline"`
	Revision string       `json:"revision"`
	At       time.Time    `json:"at"`
	Chain    []jsonResult `json:"chain"`
	Promises []jsonResult `json:"promises"`
}

type jsonResult struct {
	ID          string         `json:"id"`
	Kind        string         `json:"kind"`
	Environment string         `json:"environment"`
	Statement   string         `json:"statement"`
	Status      string         `json:"status"`
	Pending     bool           `json:"pending"`
	Promised    string         `json:"promised"`
	Measured    string         `json:"measured"`
	Evidence    []jsonEvidence `json:"evidence"`
}

type jsonEvidence struct {
	What     string `json:"what"`
	URL      string `json:"url"`
	Revision string `json:"revision"`
	// At is "" where no time is known.
	At string `json:"at"`
}

func isKept(r verdict.Result) bool { return r.Status == verdict.Kept }

// VerifyJSON writes a verdict for programs. No array in it is ever null.
func VerifyJSON(w io.Writer, v verdict.Verdict) error {
	v = printable(v)
	return encode(w, jsonVerdict{
		Version: jsonVersion, OK: !v.Broken() && slices.ContainsFunc(v.All(), isKept), Pipeline: v.Pipeline, Revision: v.Revision, At: v.At.UTC(),
		Chain: jsonResults(v.Chain), Promises: jsonResults(v.Promises),
	})
}

func jsonResults(all []verdict.Result) []jsonResult {
	out := []jsonResult{}
	for _, r := range all {
		j := jsonResult{ID: r.ID, Kind: r.Kind, Environment: r.Environment, Statement: r.Statement, Status: string(r.Status), Pending: r.Pending,
			Promised: r.Promised, Measured: r.Measured, Evidence: []jsonEvidence{}}
		for _, e := range r.Evidence {
			at := ""
			if !e.At.IsZero() {
				at = e.At.UTC().Format(time.RFC3339)
			}
			j.Evidence = append(j.Evidence, jsonEvidence{e.What, e.URL, e.Revision, at})
		}
		out = append(out, j)
	}
	return out
}
