package pinning

import (
	"slices"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/manifest"
	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/internal/workspace"
)

// MarkBumps finds the files in which a bot has bumped actions, and nobody has changed anything else.
func MarkBumps(changes []workspace.Change) {
	for i := range changes {
		c := &changes[i]
		bumps, _, only := bumpsIn(*c)
		switch {
		case len(bumps) > 0:
		case respaced(*c):
			c.Status, c.Cause = workspace.Unchanged, workspace.NoCause
			continue
		case c.Cause == workspace.ByEdit && compares(*c) && wrote(changes, c.File.Path) == manifest.Hash(pins.Undo(c.Old, c.File.Content)):
			// Only blanks differ, in a file that the spec has changed since.
			c.Cause = workspace.BySpec
			continue
		default:
			continue
		}
		switch c.Cause {
		case workspace.ByEdit:
			// Where the spec has changed as well, the rest is what pipegen wrote.
			if only || wrote(changes, c.File.Path) == manifest.Hash(pins.Undo(c.Old, c.File.Content)) {
				c.Cause = workspace.ByBot
			}
		case workspace.Unknown:
			// Old pins may be those of an earlier pipegen.
			if only && !slices.ContainsFunc(bumps, func(b pins.Bump) bool { return b.Judge(nil) != nil }) {
				c.Cause = workspace.ByBot
			}
		}
	}
}

// compares reports whether a change is of a generated workflow that differs.
func compares(c workspace.Change) bool {
	return c.Status == workspace.Drifted && c.File.Owner == artifact.Generated && pins.Workflow(c.File)
}

// bumpsIn returns the pins in a generated workflow that differ from those of the spec. Older pins in a file of another
// release of pipegen are no bumps: they come from its table. only is true if nothing but pins differs.
func bumpsIn(c workspace.Change) (bumps, stale []pins.Bump, only bool) {
	if !compares(c) {
		return nil, nil, false
	}
	all, only := pins.Bumps(c.Old, c.File.Content)
	for _, b := range all {
		if b.Older() && artifact.Writer(c.Old) != generate.Version {
			stale = append(stale, b)
		} else {
			bumps = append(bumps, b)
		}
	}
	return bumps, stale, only
}

// respaced reports whether a workflow has the pins of the spec and differs only in the blanks before their comments:
// some bots write one where pipegen writes two.
func respaced(c workspace.Change) bool {
	_, stale, _ := bumpsIn(c)
	return compares(c) && len(stale) == 0 && pins.Alike(c.Old, c.File.Content)
}

// OnlyBumped reports whether nothing but bumps of a bot makes a file differ.
func OnlyBumped(c workspace.Change) bool {
	_, stale, only := bumpsIn(c)
	return only && len(stale) == 0 && c.Cause == workspace.ByBot
}

// Unbumped is the content on disk without the bumps of a bot, so that the first difference is an edit by hand and not a
// bump above it.
func Unbumped(c workspace.Change) []byte {
	if bumps, stale, only := bumpsIn(c); len(bumps)+len(stale) > 0 && !only {
		return pins.Undo(c.Old, c.File.Content)
	}
	return c.Old
}

// wrote is the hash of what pipegen wrote to a path of the code repository, or "".
func wrote(changes []workspace.Change, name string) string {
	for _, c := range changes {
		if c.File.Owner != artifact.Record || c.File.Root != artifact.Code {
			continue
		}
		if m, err := manifest.Parse(c.Old); err == nil {
			e, _ := m.Find(name)
			return e.SHA256
		}
	}
	return ""
}
