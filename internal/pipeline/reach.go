package pipeline

import "go.yaml.in/yaml/v3"

// reach walks a value and follows its aliases to their anchors. It visits each anchor once, so that an anchor that
// contains itself has an end.
type reach struct {
	root *yaml.Node
	// met are the anchors that were visited or will be; nil until there is an alias.
	met map[*yaml.Node]bool
}

// reachFrom begins at a value.
func reachFrom(y *yaml.Node) *reach { return &reach{root: y} }

// Enter is where to go on from an entry or element: at itself, or behind its alias, with the line of the anchor. It is
// false where that was visited, or is on the way.
func (r *reach) Enter(c child) (child, bool) {
	if c.Value == nil || c.Value.Kind != yaml.AliasNode {
		return c, true
	}
	if r.met == nil {
		r.met = map[*yaml.Node]bool{}
		r.take(r.root)
	}
	target := c.Value.Alias
	if target == nil || r.met[target] {
		return c, false
	}
	r.take(target)
	return child{target, target.Line, c.Step}, true
}

func (r *reach) take(y *yaml.Node) {
	if y.Anchor != "" {
		r.met[y] = true
	}
	for _, c := range y.Content {
		r.take(c)
	}
}

// textLine is the line, counted as the file's, in which the text begins that is the value of an entry in line: where
// its anchor is, when the value is an alias.
func textLine(y *yaml.Node, line int) int {
	if v := valueOf(y); v != nil && v != y {
		return v.Line
	}
	return line
}
