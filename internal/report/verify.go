package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live/verdict"
)

// Verify is what the live systems show of the promises.
func Verify(v verdict.Verdict) Document {
	var counts []string
	all := v.All()
	for _, s := range []criteria.Status{criteria.Kept, criteria.Broken, criteria.Unmeasured, criteria.Manual} {
		if n := verdict.Count(all, s); n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, s))
		}
	}
	v.At = v.At.UTC()
	return Document{
		Name:    v.Pipeline,
		Parts:   []Part{results("the way of the change", "chain", v.Chain), results("the promises", "promises", v.Promises)},
		Summary: subject(v.Pipeline, v.Revision) + ": " + strings.Join(counts, ", "),
		Data: struct {
			Version int `json:"version"`
			// OK is set where something was kept and nothing was broken.
			OK bool `json:"ok"`
			verdict.Verdict
			Chain    []resultData `json:"chain"`
			Promises []resultData `json:"promises"`
		}{jsonVersion, !v.Broken() && verdict.Count(all, criteria.Kept) > 0, v, resultsData(v.Chain), resultsData(v.Promises)},
	}
}

func results(title, suite string, all []verdict.Result) Part {
	p := Part{Title: title, Width: 10, Columns: []string{"", "", "promised", "measured", "evidence"}, Rows: "results"}
	for _, r := range all {
		name, says, status := in(r.ID, r.Environment), verifySays(r), string(r.Status)
		p.Entries = append(p.Entries, Entry{
			Word: Span{Text: status, Style: statusStyle(r.Status)}, Line: []Cell{Say("%s: %s", name, says)}, Below: evidence(r.Evidence),
			Row: append(cells(status, name, r.Promised, r.Measured), links(r.Evidence)),
			Test: &Test{Suite: suite, Group: r.Environment, Name: name, Says: says, About: r.Statement,
				Failed: r.Status == criteria.Broken, Skipped: r.Status == criteria.Unmeasured || r.Status == criteria.Manual},
		})
	}
	return p
}

func in(name, environment string) string {
	if environment == "" {
		return name
	}
	return name + " in " + environment
}

// verifySays is the promise against the measurement. A link of the chain promises
// nothing that its measurement does not repeat.
func verifySays(r verdict.Result) string {
	switch {
	case r.Kind == "chain" || r.Status == criteria.Manual:
		return r.Measured
	case r.Status == criteria.Unmeasured:
		return fmt.Sprintf("promised %s; not measured: %s", r.Promised, r.Measured)
	}
	return fmt.Sprintf("promised %s; measured: %s", r.Promised, r.Measured)
}

func statusStyle(s criteria.Status) Style {
	styles := map[criteria.Status]Style{criteria.Kept: Good, criteria.Broken: Bad, criteria.Unmeasured: Doubtful, criteria.Manual: Hint}
	return styles[s]
}

// evidence is a line for each place that something was read from.
func evidence(all []criteria.Evidence) []Cell {
	var out []Cell
	for _, e := range all {
		parts := slices.DeleteFunc([]string{e.What, shortRevision(e.Revision), stamp(e.At), e.URL}, func(s string) bool { return s == "" })
		out = append(out, Say("%s", strings.Join(parts, "  ")))
	}
	return out
}

// links are those places in a cell.
func links(all []criteria.Evidence) Cell {
	var out Cell
	for i, e := range all {
		if i > 0 {
			out = append(out, Span{Text: ", "})
		}
		out = append(out, Span{Text: e.What, URL: e.URL})
	}
	return out
}

// stamp is a time, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// subject is a pipeline and a commit of its source, which may be "".
func subject(pipeline, revision string) string {
	if revision == "" {
		return pipeline
	}
	return pipeline + " at " + shortRevision(revision)
}

// shortRevision is a commit or a digest, as short as people know it again.
func shortRevision(s string) string {
	algorithm, hex, digest := strings.Cut(s, ":")
	if digest {
		return algorithm + ":" + hex[:min(len(hex), 12)]
	}
	return s[:min(len(s), 12)]
}

type resultData struct {
	verdict.Result
	Evidence []evidenceData `json:"evidence"`
}

// evidenceData has a time of its own, "" where none is known.
type evidenceData struct {
	criteria.Evidence
	At string `json:"at"`
}

func resultsData(all []verdict.Result) (out []resultData) {
	for _, r := range all {
		out = append(out, resultData{r, evidenceDataOf(r.Evidence)})
	}
	return out
}

func evidenceDataOf(all []criteria.Evidence) (out []evidenceData) {
	for _, e := range all {
		out = append(out, evidenceData{e, stamp(e.At)})
	}
	return out
}
