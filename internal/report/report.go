// Package report writes diagnostics and changes down for people and for programs.
package report

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/workspace"
)

// Report is what a verb has to say in the end.
type Report struct {
	Diagnostics diag.List
	// Changes is how the files stand to the disk; nil where that was not asked.
	Changes []workspace.Change
	// Notices are facts that a reader should know and that fail nothing.
	Notices []string
	// Summary is the one line of a run in which all is well.
	Summary string
	// Spec is the file that the report is about. GitHub shows a finding there that
	// lies outside the checkout. It may be empty: then it is pipeline.cue.
	Spec string
}

// Text writes a report for people.
func Text(w io.Writer, r Report, color bool) error {
	p := &printer{w: bufio.NewWriter(w), color: color}
	for _, d := range r.Diagnostics {
		p.diagnostic(d)
	}
	for _, n := range r.Notices {
		fmt.Fprintf(p.w, "%s %s\n", p.paint(cyan, "notice:"), n)
	}
	if r.Summary != "" {
		fmt.Fprintln(p.w, r.Summary)
	}
	return p.w.Flush()
}

type printer struct {
	w     *bufio.Writer
	color bool
}

func (p *printer) diagnostic(d diag.Diagnostic) {
	paint := red
	if d.Severity == diag.Warning {
		paint = yellow
	}
	fmt.Fprintf(p.w, "%s%s %s [%s]\n", place(d.Pos), p.paint(paint, d.Severity.String()+":"), d.Message, label(d, ", "))
	for _, n := range d.Notes {
		fmt.Fprintf(p.w, "  %s%s\n", place(n.Pos), n.Message)
	}
	if d.Help != "" {
		fmt.Fprintf(p.w, "  %s %s\n", p.paint(cyan, "help:"), d.Help)
	}
}

// place writes a position the way compilers do, so that editors can jump to it.
func place(pos diag.Position) string {
	var b strings.Builder
	if pos.File == "" {
		return ""
	}
	b.WriteString(pos.File)
	if pos.Line > 0 {
		fmt.Fprintf(&b, ":%d", pos.Line)
	}
	if pos.Column > 0 {
		fmt.Fprintf(&b, ":%d", pos.Column)
	}
	return b.String() + ": "
}

const (
	red    = "31"
	yellow = "33"
	cyan   = "36"
	green  = "32"
)

func (p *printer) paint(color, s string) string {
	if !p.color {
		return s
	}
	return "\x1b[" + color + "m" + s + "\x1b[0m"
}

// Colored reports whether w is a terminal whose user has not asked for no color.
func Colored(w io.Writer, env func(string) string) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && env("NO_COLOR") == "" && env("TERM") != "dumb"
}
