package yamldoc

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// An alias means the value of its anchor, but an operation changes only the node that it names. So before an anchor is
// removed its value is written out at an alias that still needs it, and an anchor is removed with its last alias.

// freed finds a node that is about to be rewritten or removed, and first makes sure that no alias elsewhere refers to
// anything in it.
func (e *editor) freed(field, pointer string) (spot, *PatchError) {
	for {
		at, err := e.existing(field, pointer)
		if err != nil {
			return nil, err
		}
		alias, ok := e.needs(at)
		if !ok {
			return at, nil
		}
		e.writeOut(alias)
		if err := e.parse(); err != nil {
			return nil, err
		}
	}
}

// needs finds the first alias outside of a node that refers to an anchor in the text that is rewritten with the node.
func (e *editor) needs(at spot) (spot, bool) {
	if flow, ok := outermostFlow(at); ok {
		at = flow
	}
	inside := map[*yaml.Node]bool{}
	walk(spot{at.node()}, func(s spot) bool {
		inside[s.node()] = true
		return true
	})
	var found spot
	walk(spot{e.root}, func(s spot) bool {
		if n := s.node(); n.Kind == yaml.AliasNode && inside[n.Alias] && !inside[n] {
			found = slices.Clone(s)
		}
		return found == nil
	})
	return found, found != nil
}

// writeOut replaces an alias by its value, with the anchor for the aliases that follow. The lines keep their origins.
func (e *editor) writeOut(alias spot) {
	value := plain(alias.node())
	value.Anchor = alias.node().Value
	own := e.origin
	e.origin = e.lines[e.region(alias.parent().node(), alias.place()).first].origin
	e.replace(alias, value)
	e.origin = own
}

// walk visits a node and all nodes below it, in the order of the text, until visit returns false.
func walk(at spot, visit func(spot) bool) bool {
	if !visit(at) {
		return false
	}
	for _, c := range at.node().Content {
		if !walk(at.below(c), visit) {
			return false
		}
	}
	return true
}

// dropAnchors removes the anchors that nothing refers to: actionlint refuses them.
func (e *editor) dropAnchors() *PatchError {
	if err := e.parse(); err != nil {
		return err
	}
	used := map[*yaml.Node]bool{}
	var anchored []*yaml.Node
	walk(spot{e.root}, func(s spot) bool {
		used[s.node().Alias] = true
		if s.node().Anchor != "" {
			anchored = append(anchored, s.node())
		}
		return true
	})
	for _, n := range slices.Backward(anchored) {
		if used[n] {
			continue
		}
		l := &e.lines[n.Line-1]
		head := string([]rune(l.text)[:n.Column-1]) // columns count characters
		if after, ok := strings.CutPrefix(l.text[len(head):], "&"+n.Anchor); ok {
			l.text = strings.TrimRight(head+strings.TrimLeft(after, " "), " ")
			e.stale = true
		}
	}
	return nil
}
