package pinning

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/internal/workspace"
)

// Taken are the bumps to take, by the repository of the action.
type Taken map[string]Proposal

// Wanted returns the proposals for the named actions, or all of them without a name. An error names an action that
// nothing has bumped.
func (s Subject) Wanted(changes []workspace.Change, actions []string) ([]Proposal, error) {
	all := s.Proposals(changes)
	for _, a := range actions {
		if !slices.ContainsFunc(all, func(p Proposal) bool { return p.Named(a) }) {
			return nil, fmt.Errorf("no generated workflow has a bump of %s", a)
		}
	}
	if len(actions) == 0 {
		return all, nil
	}
	return slices.DeleteFunc(all, func(p Proposal) bool { return !slices.ContainsFunc(actions, p.Named) }), nil
}

// Choose picks the newest bump of each repository, and refuses all if one cannot be kept.
func (s Subject) Choose(wanted []Proposal) (Taken, diag.List) {
	taken := Taken{}
	var found diag.List
	for _, p := range wanted {
		place := s.Roots.Place(p.change.File)
		name := pins.Repository(p.Name)
		other, met := taken[name]
		switch {
		case p.fault != nil:
			found = append(found, diagnostic(place, p.Line, *p.fault))
		case p.authored():
			found = append(found, diag.Diagnostic{Code: diag.Pins, Severity: diag.Warning, Pos: diag.Position{File: place, Line: p.Line},
				Message: fmt.Sprintf("%s: the spec itself names the commit, so the lock cannot", p), Help: p.rewrite()})
		case !met:
			taken[name] = p
		case other.To.Version == p.To.Version && other.To.SHA != p.To.SHA:
			found = append(found, diagnostic(place, p.Line, pins.Fault{Rule: "W02", Help: "find out which of them the release names, and write it in both places",
				Message: fmt.Sprintf("%s %s is the commit %s here, and %s in %s:%d", name, p.To.Version, p.To.SHA, other.To.SHA, s.Roots.Place(other.change.File), other.Line)}))
		case pins.Newest(other.To, p.To) == p.To:
			taken[name] = p
		}
	}
	return taken, found
}

// Lines says what is taken, one line for each action, sorted by name.
func (t Taken) Lines() []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(t)) {
		out = append(out, t[name].String())
	}
	return out
}
