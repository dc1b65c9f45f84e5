package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
)

// GitHub writes a report as workflow commands, which the runner turns into
// annotations, and one plain line.
func GitHub(w io.Writer, r Report, f Frame) error {
	b := bufio.NewWriter(w)
	for _, d := range r.Diagnostics {
		d = f.local(d)
		fmt.Fprintf(b, "::%s %stitle=%s::%s\n", d.Severity, f.annotated(d.Pos), property("pipegen "+label(d, " ")), data(told(d)))
	}
	for _, n := range r.Notices {
		fmt.Fprintf(b, "::notice title=pipegen::%s\n", data(n))
	}
	last := r.Summary
	if last == "" {
		last = tally(r.Diagnostics)
	}
	fmt.Fprintln(b, plainLine(last))
	return b.Flush()
}

// annotated is the place of an annotation, or "" where GitHub has none.
func (f Frame) annotated(pos diag.Position) string {
	if !inside(pos.File) {
		return ""
	}
	out := "file=" + property(pos.File) + ","
	if pos.Line > 0 {
		out += fmt.Sprintf("line=%d,", pos.Line)
	}
	if column := f.column(pos); column > 0 {
		out += fmt.Sprintf("col=%d,", column)
	}
	return out
}

// told is a diagnostic in lines. The place opens it: the log of a run shows the
// message of an annotation and nothing else of it.
func told(d diag.Diagnostic) string {
	lines := []string{place(d.Pos) + d.Message}
	for _, n := range d.Notes {
		lines = append(lines, place(n.Pos)+n.Message)
	}
	if d.Help != "" {
		lines = append(lines, "help: "+d.Help)
	}
	return strings.Join(lines, "\n")
}

// data escapes the message of a workflow command, whose end is the end of a line.
func data(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// property escapes a value before the message, which a comma or two colons end.
func property(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}

// plainLine is a line that the runner takes for no command: those begin with two
// colons or, in the older form, hold "##[" anywhere.
func plainLine(s string) string {
	return "pipegen: " + strings.NewReplacer("\r", " ", "\n", " ", "##[", "## [").Replace(s)
}
