package report

import (
	"github.com/pipegen/pipegen/internal/workspace"
)

// Changes says what becomes of each file, by repository.
func Changes(changes []workspace.Change, roots workspace.Roots, overwrite bool) []Part {
	var out []Part
	for i, c := range changes {
		if i == 0 || c.File.Root != changes[i-1].File.Root {
			out = append(out, Part{Title: roots[c.File.Root], Width: 11})
		}
		p := &out[len(out)-1]
		p.Entries = append(p.Entries, Entry{Line: words(outcome(c, overwrite), outcomeStyle(c, overwrite), "%s%s", c.File.Path, reason(c))})
	}
	return out
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

func outcomeStyle(c workspace.Change, overwrite bool) Style {
	switch action := c.Action(overwrite); {
	case action == workspace.Refuse:
		return Bad
	case action == workspace.Overwrite, action == workspace.Remove, c.Status == workspace.Orphan:
		return Doubtful
	case action.Writes():
		return Good
	}
	return Hint
}

// Diffs are how files on disk differ from what the spec gives.
func Diffs(changes ...workspace.Change) Part {
	var p Part
	for _, c := range changes {
		if text := workspace.Diff(c); text != "" {
			p.Entries = append(p.Entries, Entry{Patch: &Patch{c.File.Path, text}})
		}
	}
	return p
}

// Outcomes says in one line how many files have which outcome.
func Outcomes(changes []workspace.Change, overwrite bool) string {
	var all []string
	for _, c := range changes {
		all = append(all, outcome(c, overwrite))
	}
	return counted(all, "created", "updated", "overwritten", "removed", "refused", "unchanged", "live", "seeded", "unmanaged", "orphan")
}

// states is a table of the files, folded away, and the same for programs.
func states(changes []workspace.Change) (Part, []fileData) {
	p := Part{Folded: true, Columns: []string{"repository", "file", "status"}, Rows: "files"}
	var all []workspace.Status
	var files []fileData
	for _, c := range changes {
		status := c.Status.String()
		all, files = append(all, c.Status), append(files, fileData{string(c.File.Root), c.File.Path, status, c.Cause.String(), c.Reason})
		if c.Reason != "" {
			status += ": " + c.Reason
		}
		p.Entries = append(p.Entries, Entry{Row: []Cell{Say("%s", c.File.Root), code(c.File.Path), Say("%s", status)}})
	}
	p.Title = "files: " + counted(all)
	return p, files
}

type fileData struct {
	Repository string `json:"repository"`
	Path       string `json:"path"`
	Status     string `json:"status"`
	Cause      string `json:"cause"`
	Reason     string `json:"reason"`
}
