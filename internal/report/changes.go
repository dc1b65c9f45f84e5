package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/workspace"
)

// Changes writes the table of what becomes of each file, by repository.
func Changes(w io.Writer, changes []workspace.Change, roots workspace.Roots, color bool) error {
	p := &printer{w: bufio.NewWriter(w), color: color}
	last := artifact.Root("")
	for _, c := range changes {
		if c.File.Root != last {
			fmt.Fprintf(p.w, "%s\n", roots[c.File.Root])
			last = c.File.Root
		}
		word := fmt.Sprintf("%-9s", c.Status)
		fmt.Fprintf(p.w, "  %s  %s%s\n", p.paint(statusColor(c.Status), word), c.File.Path, reason(c))
	}
	return p.w.Flush()
}

func reason(c workspace.Change) string {
	switch {
	case c.Reason != "":
		return "  (" + c.Reason + ")"
	case c.Status == workspace.Kept:
		return "  (the live image: CI's, never changed here)"
	}
	return ""
}

func statusColor(s workspace.Status) string {
	switch {
	case s.Refused():
		return red
	case s.Writes():
		return green
	}
	return cyan
}

// Diffs writes how the files on disk differ from what the spec gives.
func Diffs(w io.Writer, changes []workspace.Change, color bool) error {
	p := &printer{w: bufio.NewWriter(w), color: color}
	for _, c := range changes {
		for line := range strings.Lines(workspace.Diff(c)) {
			paint := ""
			switch {
			case strings.HasPrefix(line, "+"):
				paint = green
			case strings.HasPrefix(line, "-"):
				paint = red
			}
			if paint == "" {
				p.w.WriteString(line)
				continue
			}
			p.w.WriteString(p.paint(paint, strings.TrimSuffix(line, "\n")) + "\n")
		}
	}
	return p.w.Flush()
}

// Count says in one line how many files have which status.
func Count(changes []workspace.Change) string {
	n := map[workspace.Status]int{}
	for _, c := range changes {
		n[c.Status]++
	}
	var parts []string
	for _, s := range []workspace.Status{workspace.Created, workspace.Updated, workspace.Unchanged, workspace.Kept} {
		if n[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[s], s))
		}
	}
	return strings.Join(parts, ", ")
}
