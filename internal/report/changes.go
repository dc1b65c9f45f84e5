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
func Changes(w io.Writer, changes []workspace.Change, roots workspace.Roots, overwrite, color bool) error {
	p := &printer{w: bufio.NewWriter(w), color: color}
	last := artifact.Root("")
	for _, c := range changes {
		if c.File.Root != last {
			fmt.Fprintf(p.w, "%s\n", roots[c.File.Root])
			last = c.File.Root
		}
		word := fmt.Sprintf("%-11s", outcome(c, overwrite))
		fmt.Fprintf(p.w, "  %s  %s%s\n", p.paint(outcomeColor(c, overwrite), word), c.File.Path, reason(c))
	}
	return p.w.Flush()
}

// outcome is what a run does with a file, or else what the file is.
func outcome(c workspace.Change, overwrite bool) string {
	if action := c.Action(overwrite); action != workspace.None {
		return action.String()
	}
	return c.Status.String()
}

func reason(c workspace.Change) string {
	switch {
	case c.Reason != "":
		return "  (" + c.Reason + ")"
	case c.Status == workspace.Live:
		return "  (the live image: CI's, never changed here)"
	case c.Status == workspace.Seeded:
		return "  (written once: yours, never changed here)"
	}
	return ""
}

func outcomeColor(c workspace.Change, overwrite bool) string {
	switch action := c.Action(overwrite); {
	case action == workspace.Refuse:
		return red
	case action == workspace.Overwrite, action == workspace.Remove, c.Status == workspace.Orphan:
		return yellow
	case action.Writes():
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

// Count says in one line how many files have which outcome.
func Count(changes []workspace.Change, overwrite bool) string {
	n := map[string]int{}
	for _, c := range changes {
		n[outcome(c, overwrite)]++
	}
	var parts []string
	for _, word := range []string{"created", "updated", "overwritten", "removed", "refused", "unchanged", "live", "seeded", "unmanaged", "orphan"} {
		if n[word] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[word], word))
		}
	}
	return strings.Join(parts, ", ")
}
