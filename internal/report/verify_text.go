package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"github.com/pipegen/pipegen/internal/live/verdict"
)

// VerifyText writes a verdict for people.
func VerifyText(w io.Writer, v verdict.Verdict, color bool) error {
	v = printable(v)
	p := &printer{w: bufio.NewWriter(w), color: color}
	p.results("the way of the change", v.Chain)
	p.results("the promises", v.Promises)
	fmt.Fprintln(p.w, verifySummary(v))
	return p.w.Flush()
}

func (p *printer) results(title string, all []verdict.Result) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintln(p.w, title)
	for _, r := range all {
		fmt.Fprintf(p.w, "  %s  %s: %s\n", p.paint(verifyColor(r.Status), fmt.Sprintf("%-10s", r.Status)), verifyName(r), verifySays(r))
		for _, e := range r.Evidence {
			if line := evidence(e); line != "" {
				fmt.Fprintf(p.w, "              %s\n", line)
			}
		}
	}
}

// verifyName is a result's id, with its environment if it has one.
func verifyName(r verdict.Result) string {
	if r.Environment == "" {
		return r.ID
	}
	return r.ID + " in " + r.Environment
}

// verifySays is the promise against the measurement. A link of the chain promises
// nothing that its measurement does not repeat.
func verifySays(r verdict.Result) string {
	switch {
	case r.Kind == "chain" || r.Status == verdict.Manual:
		return r.Measured
	case r.Status == verdict.Unmeasured:
		return fmt.Sprintf("promised %s; not measured: %s", r.Promised, r.Measured)
	}
	return fmt.Sprintf("promised %s; measured: %s", r.Promised, r.Measured)
}

func evidence(e verdict.Evidence) string {
	parts := []string{e.What}
	if e.Revision != "" {
		parts = append(parts, shortRevision(e.Revision))
	}
	if !e.At.IsZero() {
		parts = append(parts, e.At.UTC().Format(time.RFC3339))
	}
	if e.URL != "" {
		parts = append(parts, e.URL)
	}
	return strings.Join(parts, "  ")
}

// shortRevision is a commit or a digest, as short as people know it again.
func shortRevision(s string) string {
	algorithm, hex, digest := strings.Cut(s, ":")
	if digest {
		return algorithm + ":" + hex[:min(len(hex), 12)]
	}
	return s[:min(len(s), 12)]
}

func verifyColor(s verdict.Status) string {
	switch s {
	case verdict.Kept:
		return green
	case verdict.Broken:
		return red
	case verdict.Unmeasured:
		return yellow
	}
	return cyan
}

func verifySummary(v verdict.Verdict) string {
	var parts []string
	all := v.All()
	for _, s := range []verdict.Status{verdict.Kept, verdict.Broken, verdict.Unmeasured, verdict.Manual} {
		if n := verdict.Count(all, s); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	of := v.Pipeline
	if v.Revision != "" {
		of += " at " + shortRevision(v.Revision)
	}
	return of + ": " + strings.Join(parts, ", ")
}

// printableText is a text without control characters.
func printableText(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s)
}

// printable replaces what servers could send to move a terminal's cursor.
func printable(v verdict.Verdict) verdict.Verdict {
	results := func(all []verdict.Result) []verdict.Result {
		out := make([]verdict.Result, len(all))
		for i, r := range all {
			r.Measured, r.Promised, r.Statement = printableText(r.Measured), printableText(r.Promised), printableText(r.Statement)
			from := r.Evidence
			r.Evidence = make([]verdict.Evidence, len(from))
			for k, e := range from {
				e.What, e.URL, e.Revision = printableText(e.What), printableText(e.URL), printableText(e.Revision)
				r.Evidence[k] = e
			}
			out[i] = r
		}
		return out
	}
	v.Revision, v.Chain, v.Promises = printableText(v.Revision), results(v.Chain), results(v.Promises)
	return v
}
