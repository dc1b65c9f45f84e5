package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// editedFile requires of a job that pushes to the repository that it is in that the files are there which it edits in
// place, unless something in the job may make them.
func (c *Case) editedFile(w *writer, e pipeline.Edit) {
	word := last(e.Words)
	name := path.Join(e.Folder, path.Base(word))
	once := first(w.Edits, func(other pipeline.Edit) bool { return path.Join(other.Folder, path.Base(last(other.Words))) == name })
	switch _, called := w.Workflow.Trigger("workflow_call"); {
	case called, once.At() != e.At(), e.Forgiven, len(w.Pushes) == 0, !c.asCheckedOut(w), uncertain(name), path.IsAbs(word), path.IsAbs(e.Dir), !c.Lacks(name), mayMake(w, name):
		return
	}
	c.broken(e.At(), nowhere, "name a file that is there", "%s edits %s, which is no file of this repository: the job fails", w.Job.Label(), quoted(name))
}

// asCheckedOut reports a job whose only checkout is of what was pushed, at the top of its workspace.
func (c *Case) asCheckedOut(w *writer) bool {
	checkouts := 0
	for _, s := range w.Steps {
		switch {
		case s.Uses == "actions/checkout":
			checkouts++
			ref := s.With("ref").Text()
			if s.With("path").OK() || s.With("submodules").OK() || s.With("repository").OK() || ref != "" && ref != c.branch {
				return false
			}
		case s.Uses == "actions/download-artifact", s.Uses == "actions/cache", strings.HasPrefix(s.Get("uses").Text(), "."):
			return false
		}
	}
	return checkouts == 1 && !slices.ContainsFunc(w.Commands, func(cmd pipeline.Command) bool {
		return slices.ContainsFunc([]string{"checkout", "switch", "clone", "worktree", "reset", "submodule"}, cmd.Git) || cmd.Is("gh") || cmd.Fault != ""
	})
}

// mayMake reports a line of the job that names the file, or its folder, and neither edits it nor hands it to git; or a
// command that looks whether it is there.
func mayMake(w *writer, name string) bool {
	for _, s := range w.Steps {
		for line := range strings.Lines(s.Run()) {
			line = strings.TrimSpace(line)
			names := strings.Contains(line, path.Base(name)) || path.Dir(name) != "." && strings.Contains(line, path.Base(path.Dir(name)))
			begins := func(word string) bool { return strings.HasPrefix(line, word) }
			edits := slices.ContainsFunc([]string{"yq ", "sed ", "git ", "cd "}, begins)
			if names && (!edits || strings.Contains(line, ">")) || slices.ContainsFunc([]string{"if ", "for ", "["}, begins) {
				return true
			}
		}
	}
	return slices.ContainsFunc(w.Commands, func(cmd pipeline.Command) bool {
		return slices.Contains([]string{"make", "npm", "helm", "tar", "unzip", "curl", "wget", "cp", "mv"}, cmd.Words[0]) || path.Ext(cmd.Words[0]) == ".sh"
	})
}
