package pins

import (
	"fmt"
	"maps"
	"slices"
)

// Fault is what is wrong with a pin.
type Fault struct {
	// Rule is the id of the rule that it breaks.
	Rule          string
	Message, Help string
}

// Known holds the known pins of actions, several for each repository.
type Known map[string][]Pin

// Add adds pins.
func (k Known) Add(pins map[string]Pin) Known {
	out := maps.Clone(k)
	if out == nil {
		out = Known{}
	}
	for name, p := range pins {
		out[name] = append(slices.Clone(out[name]), p)
	}
	return out
}

// Knows reports whether a release of an action is known to name exactly this commit.
func (k Known) Knows(repository string, p Pin) bool { return slices.Contains(k[repository], p) }

// Clash says how a pin contradicts what is known: a comment proves nothing, and a release always names the same commit
// (W02).
func (k Known) Clash(repository string, p Pin) *Fault {
	if p.SHA == "" {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(k)) {
		for _, known := range k[name] {
			switch {
			case known.SHA == p.SHA && name != repository:
				return &Fault{"W02", fmt.Sprintf("the commit %s is one of %s and not of %s", short(p.SHA), name, repository), "take the commit of the release from the action's own repository"}
			case known.SHA == p.SHA && known.Version != p.Version:
				return &Fault{"W02", fmt.Sprintf("the commit %s of %s is %s, and here it is called %s", short(p.SHA), repository, known.Version, p.Version), "write " + known.Version + " behind it"}
			case name == repository && exact(p.Version) && known.Version == p.Version && known.SHA != "" && known.SHA != p.SHA:
				return &Fault{"W02", fmt.Sprintf("%s %s is the commit %s, and here it is %s", repository, p.Version, known.SHA, p.SHA), "write " + known.SHA}
			}
		}
	}
	return nil
}

// Judge says why a bump cannot be kept, or nil.
func (b Bump) Judge(known Known) *Fault {
	name := Repository(b.Name)
	if f := b.form(); f != nil {
		return f
	}
	if why := belowFloor(name, b.To.Version); why != "" {
		return &Fault{"W05", why, "take " + b.From.Version + " or newer"}
	}
	switch {
	case b.Older():
		return &Fault{"W01", fmt.Sprintf("%s goes back from %s to %s", b.Name, b.From.Version, b.To.Version), "take " + b.From.Version + " or newer"}
	case exact(b.From.Version) && b.From.Version == b.To.Version && b.From.SHA != b.To.SHA:
		return &Fault{"W02", fmt.Sprintf("%s %s is the commit %s, and here it is %s", b.Name, b.From.Version, b.From.SHA, b.To.SHA), "write " + b.From.SHA}
	}
	return known.Clash(name, b.To)
}

// Judge says what is wrong with a line of a workflow whose author names actions in a style, or nil. An unknown action
// is not wrong.
func (u Use) Judge(style Style, known Known) *Fault {
	p := u.Pin()
	if style == Commit && p.SHA == "" {
		return unpinned(u.Name, p.Version)
	}
	if why := belowFloor(Repository(u.Name), p.Version); why != "" {
		return &Fault{"W05", why, "run 'pipegen generate' with a newer release in the table or the lock"}
	}
	return known.Clash(Repository(u.Name), p)
}

func unpinned(name, ref string) *Fault {
	return &Fault{"W01", fmt.Sprintf("%s is pinned by %q, which can be moved to other code", name, ref), "write the full commit, with the release behind it as a comment"}
}

// form refuses a pin that is not written in the style of the spec (W01).
func (b Bump) form() *Fault {
	releases := len(numbers(b.From.Version)) > 0
	switch {
	case b.From.SHA != "" && b.To.SHA == "":
		return unpinned(b.Name, b.To.Version)
	case b.From.SHA == "" && b.To.SHA != "":
		return &Fault{"W01", fmt.Sprintf("%s is pinned by a commit, and the spec names actions by tag", b.Name), `set pipegen.pins to "commit" in the spec, or write the tag`}
	case !releases && b.To.Version != b.From.Version:
		return &Fault{"W01", fmt.Sprintf("%s has no releases: it follows %s, and here it says %q", b.Name, b.From.Version, b.To.Version), "write # " + b.From.Version + " behind the commit"}
	case releases && b.To.Version == "":
		return &Fault{"W01", fmt.Sprintf("nothing says which release of %s the commit %s is", b.Name, short(b.To.SHA)), "write the release behind it as a comment, such as # " + b.From.Version}
	case releases && !sameKind(b.To.Version, b.From.Version):
		return &Fault{"W01", fmt.Sprintf("%q is not a version of the kind that the spec has for %s, such as %s", b.To.Version, b.Name, b.From.Version), "write the version in full"}
	}
	return nil
}

func short(sha string) string { return sha[:min(len(sha), 12)] }
