package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/live/verdict"
)

// VerifyProgress shows on a terminal how a verdict comes about, in place; elsewhere
// it prints a line for each result that has changed.
type VerifyProgress struct {
	w io.Writer
	// live is set on a terminal.
	live bool
	// width is that of the terminal: a line that wraps could not be drawn over.
	width int
	drawn int
	last  map[string]string
}

// NewVerifyProgress returns one that has shown nothing yet. A width of 0 means that w
// is no terminal.
func NewVerifyProgress(w io.Writer, width int) *VerifyProgress {
	return &VerifyProgress{w: w, live: width > 0, width: width, last: map[string]string{}}
}

// Show draws the state that a look has found.
func (p *VerifyProgress) Show(v verdict.Verdict, left time.Duration) error {
	v = printable(v)
	if !p.live {
		return p.lines(v)
	}
	var b strings.Builder
	p.clear(&b)
	for _, r := range v.All() {
		b.WriteString(p.cut(fmt.Sprintf("%s %s: %s", mark(r), verifyName(r), r.Measured)) + "\n")
	}
	b.WriteString(p.cut(fmt.Sprintf("%d are not decided, %s left", len(v.Pending()), left.Round(time.Second))) + "\n")
	p.drawn = len(v.All()) + 1
	_, err := io.WriteString(p.w, b.String())
	return err
}

// End takes the view away, so that the report stands alone.
func (p *VerifyProgress) End() error {
	var b strings.Builder
	p.clear(&b)
	p.drawn = 0
	_, err := io.WriteString(p.w, b.String())
	return err
}

func (p *VerifyProgress) clear(b *strings.Builder) {
	if p.drawn > 0 {
		fmt.Fprintf(b, "\x1b[%dA\x1b[J", p.drawn)
	}
}

func (p *VerifyProgress) lines(v verdict.Verdict) error {
	for _, r := range v.All() {
		line := fmt.Sprintf("%s: %s", verifyName(r), r.Measured)
		// How long something has taken so far changes with each look, and says little.
		state := string(r.Status)
		if !r.Pending {
			state += line
		}
		if p.last[r.Kind+verifyName(r)] == state {
			continue
		}
		p.last[r.Kind+verifyName(r)] = state
		if _, err := fmt.Fprintf(p.w, "%s %s\n", v.At.UTC().Format(time.TimeOnly), mark(r)+" "+line); err != nil {
			return err
		}
	}
	return nil
}

func mark(r verdict.Result) string {
	switch {
	case r.Pending:
		return "…"
	case r.Status == verdict.Kept:
		return "✓"
	case r.Status == verdict.Broken:
		return "✗"
	}
	return "–"
}

func (p *VerifyProgress) cut(line string) string {
	runes := []rune(line)
	if len(runes) < p.width {
		return line
	}
	return string(runes[:max(p.width-2, 0)]) + "…"
}
