package report

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live/verdict"
)

// VerifyProgress shows on a terminal how a verdict comes about, in place; elsewhere
// it prints a line for each result that has changed.
type VerifyProgress struct {
	w io.Writer
	// width is the width of the terminal, where a line that wraps could not be drawn over; 0 elsewhere.
	width int
	drawn int
	last  map[string]string
}

// NewVerifyProgress returns one that has shown nothing yet. A width of 0 means that w
// is no terminal.
func NewVerifyProgress(w io.Writer, width int) *VerifyProgress {
	return &VerifyProgress{w: w, width: width, last: map[string]string{}}
}

// Show draws the state that a look has found.
func (p *VerifyProgress) Show(v verdict.Verdict, left time.Duration) error {
	if p.width == 0 {
		return p.lines(v)
	}
	lines := make([]string, 0, len(v.All())+1)
	for _, r := range v.All() {
		lines = append(lines, looked(r))
	}
	return p.draw(append(lines, fmt.Sprintf("%d are not decided, %s left", len(v.Pending()), left.Round(time.Second))))
}

// End takes the view away, so that only the report is left.
func (p *VerifyProgress) End() error { return p.draw(nil) }

// draw puts lines in the place of those before.
func (p *VerifyProgress) draw(lines []string) error {
	var b strings.Builder
	if p.drawn > 0 {
		fmt.Fprintf(&b, "\x1b[%dA\x1b[J", p.drawn)
	}
	for _, line := range lines {
		runes := []rune(line)
		if len(runes) >= p.width {
			line = string(runes[:max(p.width-2, 0)]) + "…"
		}
		b.WriteString(line + "\n")
	}
	p.drawn = len(lines)
	_, err := io.WriteString(p.w, b.String())
	return err
}

func (p *VerifyProgress) lines(v verdict.Verdict) error {
	for _, r := range v.All() {
		// How long something has taken so far changes with each look, and says little.
		key, line, state := r.Kind+in(r.ID, r.Where()), looked(r), string(r.Status)
		if !r.Pending {
			state += line
		}
		if p.last[key] == state {
			continue
		}
		p.last[key] = state
		if _, err := fmt.Fprintf(p.w, "%s %s\n", v.At.UTC().Format(time.TimeOnly), line); err != nil {
			return err
		}
	}
	return nil
}

// looked is a result in a line.
func looked(r verdict.Result) string {
	mark := map[criteria.Status]string{criteria.Kept: "✓", criteria.Broken: "✗"}[r.Status]
	switch {
	case r.Pending:
		mark = "…"
	case mark == "":
		mark = "–"
	}
	return visible(fmt.Sprintf("%s %s: %s", mark, in(r.ID, r.Where()), r.Measured))
}

// Width is the number of columns of a terminal on which lines may be drawn anew, 0
// for anything else.
func Width(w io.Writer, env func(string) string) int {
	f, ok := w.(*os.File)
	if !ok || env("TERM") == "dumb" {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}
