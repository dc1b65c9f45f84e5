package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
)

// GitHub writes a document as workflow commands, which the runner turns into
// annotations, and one plain line.
func GitHub(w io.Writer, d Document, f Frame) error {
	b := bufio.NewWriter(w)
	marks := d.marks()
	for _, found := range marks.Findings {
		found = f.local(found)
		// The place opens the message: the log of a run shows nothing else of an annotation.
		fmt.Fprintf(b, "::%s %stitle=%s::%s\n", found.Severity, f.annotated(found.Pos), property("pipegen "+label(found, " ")), data(said(found, place(found.Pos))))
	}
	for _, n := range marks.Notices {
		fmt.Fprintf(b, "::notice title=pipegen::%s\n", data(n))
	}
	fmt.Fprintln(b, plainLine(d.head()))
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

// data escapes the message of a workflow command, whose end is the end of a line.
func data(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// property escapes a value before the message, which a comma or two colons end.
func property(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(data(s))
}

// plainLine is a line that the runner takes for no command: those begin with two
// colons or, in the older form, hold "##[" anywhere.
func plainLine(s string) string {
	return "pipegen: " + strings.ReplaceAll(visible(s), "##[", "## [")
}
