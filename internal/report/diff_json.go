package report

import (
	"io"

	"github.com/pipegen/pipegen/internal/change"
)

type jsonDiff struct {
	Version int    `json:"version"`
	Old     string `json:"old"`
	New     string `json:"new"`
	// Comparable is false where one of the specs is not there or not valid.
	Comparable bool         `json:"comparable"`
	Summary    string       `json:"summary"`
	Worst      string       `json:"worst"`
	Changes    []jsonChange `json:"changes"`
	Files      []jsonEffect `json:"files"`
	Rendered   []jsonPatch  `json:"rendered"`
	Notices    []string     `json:"notices"`
}

type jsonChange struct {
	Class   string       `json:"class"`
	Code    string       `json:"code"`
	Path    string       `json:"path"`
	Old     string       `json:"old"`
	New     string       `json:"new"`
	Removed bool         `json:"removed"`
	Fails   bool         `json:"fails"`
	Place   jsonPlace    `json:"place"`
	Reasons []jsonReason `json:"reasons"`
	Files   []jsonEffect `json:"files"`
}

type jsonReason struct {
	Class   string `json:"class"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Why     string `json:"why"`
}

type jsonEffect struct {
	Repository string `json:"repository"`
	Path       string `json:"path"`
	Status     string `json:"status"`
}

type jsonPatch struct {
	Name string `json:"name"`
	Diff string `json:"diff"`
}

// DiffJSON writes a comparison for programs. No array in it is ever null.
func DiffJSON(w io.Writer, d Diff) error {
	out := jsonDiff{Version: jsonVersion, Old: d.Old, New: d.New, Comparable: d.Incomparable == "", Summary: d.summary(),
		Changes: []jsonChange{}, Files: jsonEffects(d.Comparison.Files), Rendered: []jsonPatch{}, Notices: append([]string{}, d.Notices...)}
	if worst, ok := d.Comparison.Worst(); ok {
		out.Worst = worst.String()
	}
	for _, c := range d.Comparison.Changes {
		j := jsonChange{Class: c.Class().String(), Code: c.Code(), Path: c.Path, Old: c.Old, New: c.New, Removed: c.Removed, Fails: d.fails(c),
			Place: jsonPlaceOf(c.Pos), Reasons: []jsonReason{}, Files: jsonEffects(c.Files)}
		for _, r := range c.Reasons {
			j.Reasons = append(j.Reasons, jsonReason{r.Class.String(), r.Code, r.Sentence, r.Why})
		}
		out.Changes = append(out.Changes, j)
	}
	for _, r := range d.Rendered {
		out.Rendered = append(out.Rendered, jsonPatch{r.Name, r.Text})
	}
	return encode(w, out)
}

func jsonEffects(files []change.FileChange) []jsonEffect {
	out := []jsonEffect{}
	for _, f := range files {
		out = append(out, jsonEffect{string(f.Root), f.Path, f.Status})
	}
	return out
}
