package main

import (
	"os"
	"path"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/workspace"
	"github.com/pipegen/pipegen/schema"
)

// missingUnmanaged reports the files that the spec leaves to be written by hand and that are missing, in the
// repositories that exist. Markdown files may be missing, since they are not part of the pipeline.
func missingUnmanaged(c *compiled, o *specOptions, severity diag.Severity) diag.List {
	var out diag.List
	for _, change := range c.changes {
		if change.Status != workspace.Unmanaged || change.Old != nil || path.Ext(change.File.Path) == ".md" {
			continue
		}
		if _, err := os.Stat(c.roots[change.File.Root]); err != nil {
			continue
		}
		out = append(out, diag.Diagnostic{Code: diag.Missing, Severity: severity, Pos: c.loaded.Locate(schema.Join("pipegen.unmanaged", change.File.Path)),
			Message: c.roots.Place(change.File) + " is unmanaged, and does not exist",
			Help:    "write the file, or run '" + o.command("generate") + "' once without this entry, to begin with what the spec gives"})
	}
	return out
}
