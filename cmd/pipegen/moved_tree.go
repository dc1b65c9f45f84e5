package main

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/workspace"
)

// leftBehind reports the folders of the old tree, after a change of gitops.path, that pipegen must not write: those
// with what CI has deployed, and with what the author has added. Starting with empty folders at the new path would
// remove both from what runs. Moving them is left to git, which keeps their history.
func leftBehind(c *compiled) diag.List {
	var out diag.List
	told := map[string]bool{}
	for _, was := range c.changes {
		from := path.Dir(was.File.Path)
		to, moves := c.newPath(was)
		if !moves || told[from] {
			continue
		}
		told[from] = true
		what := "the image that CI has deployed"
		if was.File.Owner == artifact.Seeded {
			what = "what you have added to the output"
		}
		root := filepath.ToSlash(c.roots[artifact.GitOps])
		out = append(out, diag.Diagnostic{Code: diag.Orphan, Pos: c.loaded.Locate("gitops.path"),
			Message: fmt.Sprintf("the tree moves to %s, and %s would stay behind in %s", c.plan.GitOps.Folder, what, from),
			Help: fmt.Sprintf("run 'mkdir -p %s' and 'git -C %s mv %s %s', or delete the old folder to begin anew",
				path.Join(root, path.Dir(to)), root, from, to)})
	}
	return out
}

// newPath returns the new path of an orphan's folder, if it is the same folder of the same application and there is
// nothing yet.
func (c *compiled) newPath(was workspace.Change) (to string, moves bool) {
	if was.Status != workspace.Orphan || was.Cause != workspace.ByEdit || was.File.Root != artifact.GitOps {
		return "", false
	}
	from, above := path.Dir(was.File.Path), strings.TrimSuffix("/"+path.Dir(c.plan.GitOps.Folder), "/.")
	for _, now := range c.changes {
		to := path.Dir(now.File.Path)
		if now.Status == workspace.Missing && now.File.Root == artifact.GitOps && now.File.Owner == was.File.Owner &&
			strings.HasSuffix("/"+from, strings.TrimPrefix("/"+to, above)) {
			return to, true
		}
	}
	return "", false
}
