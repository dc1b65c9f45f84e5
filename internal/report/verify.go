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
	var status []criteria.Status
	for _, r := range v.All() {
		status = append(status, r.Status)
	}
	return Document{
		Name:    v.Pipeline,
		Parts:   []Part{results("the way of the change", "chain", v.Chain), results("the promises", "promises", v.Promises)},
		Summary: subject(v.Pipeline, v.Revision) + ": " + counted(status, criteria.Kept, criteria.Broken, criteria.Unmeasured, criteria.Manual),
		Data: struct {
			Version int `json:"version"`
			// OK is set where something was kept and nothing was broken.
			OK bool `json:"ok"`
			verdict.Verdict
		}{jsonVersion, !v.Broken() && slices.Contains(status, criteria.Kept), v},
	}
}

func results(title, suite string, all []verdict.Result) Part {
	p := Part{Title: title, Width: 10, Columns: []string{"", "", "promised", "measured", "evidence"}, Rows: "results"}
	styles := map[criteria.Status]Style{criteria.Kept: Good, criteria.Broken: Bad, criteria.Unmeasured: Doubtful, criteria.Manual: Hint}
	for _, r := range all {
		name, says, status := in(r.ID, r.Where()), verifySays(r), string(r.Status)
		p.Entries = append(p.Entries, Entry{
			Line: words(status, styles[r.Status], "%s: %s", name, says), Below: evidence(r.Evidence),
			Row: append(cells(status, name, r.Promised, r.Measured), links(r.Evidence)),
			Test: &Test{Suite: suite, Group: r.Where(), Name: name, Says: says, About: r.Statement,
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

// shortRevision is a commit or a digest, shortened to the length that people recognize.
func shortRevision(s string) string {
	algorithm, hex, digest := strings.Cut(s, ":")
	if digest {
		return algorithm + ":" + hex[:min(len(hex), 12)]
	}
	return s[:min(len(s), 12)]
}
