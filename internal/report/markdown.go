package report

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/workspace"
)

// commentSize is how many bytes a report in Markdown may have. A comment on GitHub
// takes 65536 characters; the rest is for whoever puts a line above it.
const commentSize = 60000

// Markdown writes a report that fits into a comment on a pull request: a line that
// sums it up, a table of the findings, and the files folded away.
func Markdown(w io.Writer, r Report, f Frame) error {
	d := &document{}
	head := r.Summary
	if head == "" {
		head = tally(r.Diagnostics)
	}
	d.add("**pipegen**: " + text(head) + "\n")
	d.findings(r.Diagnostics, f)
	if len(r.Notices) > 0 {
		d.add("\n")
	}
	for _, n := range r.Notices {
		d.add("- notice: " + text(n) + "\n")
	}
	d.files(r.Changes)
	_, err := io.WriteString(w, d.String())
	return err
}

// document is Markdown that stops growing where a comment would be too long.
type document struct{ strings.Builder }

// add appends a part whole, or reports that it has no room.
func (d *document) add(part string) bool {
	if d.Len()+len(part) > commentSize {
		return false
	}
	d.WriteString(part)
	return true
}

func (d *document) findings(l diag.List, frame Frame) {
	if len(l) == 0 {
		return
	}
	d.add("\n| | where | what | code |\n|---|---|---|---|\n")
	left := 0
	for _, f := range l {
		f = frame.local(f)
		row := fmt.Sprintf("| %s | %s | %s | %s |\n", f.Severity, code(strings.TrimSuffix(place(f.Pos), ": ")), explained(f), code(label(f, " ")))
		// One long row must not keep the shorter ones out.
		if !d.add(row) {
			left++
		}
	}
	if left > 0 {
		d.leftOut(left, "findings")
	}
}

// leftOut is short enough for what is kept free above commentSize.
func (d *document) leftOut(n int, what string) {
	fmt.Fprintf(d, "\n%d more %s have no room here.\n", n, what)
}

func explained(f diag.Diagnostic) string {
	out := text(f.Message)
	for _, n := range f.Notes {
		out += "<br>" + text(place(n.Pos)+n.Message)
	}
	if f.Help != "" {
		out += "<br>help: " + text(f.Help)
	}
	return out
}

func (d *document) files(changes []workspace.Change) {
	if len(changes) == 0 || !d.add(fmt.Sprintf("\n<details><summary>files: %s</summary>\n\n| repository | file | status |\n|---|---|---|\n", text(counted(changes)))) {
		return
	}
	left := 0
	for _, c := range changes {
		status := text(c.Status.String())
		if c.Reason != "" {
			status += ": " + text(c.Reason)
		}
		if !d.add(fmt.Sprintf("| %s | %s | %s |\n", text(string(c.File.Root)), code(c.File.Path), status)) {
			left++
		}
	}
	if left > 0 {
		d.leftOut(left, "files")
	}
	d.WriteString("\n</details>\n")
}

// counted says how many files have which status, in the order in which they come.
func counted(changes []workspace.Change) string {
	n := map[string]int{}
	var order []string
	for _, c := range changes {
		s := c.Status.String()
		if n[s]++; n[s] == 1 {
			order = append(order, s)
		}
	}
	for i, s := range order {
		order[i] = fmt.Sprintf("%d %s", n[s], s)
	}
	return strings.Join(order, ", ")
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "<code>" + text(s) + "</code>"
}

// text is a value that Markdown, HTML and GitHub take for nothing but text, on one
// line. An entity is never markup. The comments keep "@name" and "#1" from calling
// somebody or pointing somewhere.
func text(s string) string {
	var b strings.Builder
	for _, r := range strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s) {
		switch {
		case r == '\n':
			b.WriteString("<br>")
		case r == '@' || r == '#':
			fmt.Fprintf(&b, "&#%d;<!-- -->", r)
		case strings.ContainsRune("&<>|`*_[]\\~$:!", r):
			fmt.Fprintf(&b, "&#%d;", r)
		case unicode.IsControl(r):
			b.WriteRune(unicode.ReplacementChar)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
