package pinning

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/internal/workspace"
)

// Proposal is a bump on disk with what pipegen has decided about it.
type Proposal struct {
	pins.Bump
	change workspace.Change
	// fault says why it cannot be kept, or is nil.
	fault *pins.Fault
	// spec is the position where the author names the commit of an action that is not in the table.
	spec diag.Position
}

// Proposals are the bumps in all files that a bot, or a person beside other edits, has changed. MarkBumps must have
// seen the changes.
func (s Subject) Proposals(changes []workspace.Change) []Proposal {
	known := s.known()
	var out []Proposal
	for _, c := range changes {
		if c.Cause != workspace.ByBot && c.Cause != workspace.ByEdit {
			continue
		}
		bumps, _, _ := bumpsIn(c)
		for _, b := range bumps {
			p := Proposal{Bump: b, change: c, fault: b.Judge(known)}
			if origin := c.File.Origin(b.Given); strings.HasSuffix(origin, ".uses") {
				p.spec = s.Locate(origin)
			}
			out = append(out, p)
		}
	}
	return out
}

// authored reports whether the spec itself names the commit.
func (p Proposal) authored() bool { return p.spec.Line > 0 }

// rewrite says how to keep the bump of an action whose commit the spec names.
func (p Proposal) rewrite() string {
	return fmt.Sprintf("write uses: %q, version: %q in %s:%d", p.Name+"@"+p.To.SHA, p.To.Version, p.spec.File, p.spec.Line)
}

// Bumped reports the bumps that nobody has taken: a notice for each that may be kept, and what is wrong with the
// others.
func (s Subject) Bumped(changes []workspace.Change) (notices []string, found diag.List) {
	for _, p := range s.Proposals(changes) {
		notice := fmt.Sprintf("%s (bumped by a bot; run '%s' to keep it)", p, s.Command("pins take"))
		switch {
		case p.fault != nil:
			d := diagnostic(s.Roots.Place(p.change.File), p.Line, *p.fault)
			d.Help += ", or run '" + s.Command("generate --overwrite") + "'"
			found = append(found, d)
			continue
		case p.change.Cause != workspace.ByBot:
			continue
		case p.authored():
			notice = fmt.Sprintf("%s (bumped by a bot; %s to keep it)", p, p.rewrite())
		}
		if !slices.Contains(notices, notice) {
			notices = append(notices, notice)
		}
	}
	return notices, found
}
