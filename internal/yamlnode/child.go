package yamlnode

import (
	"iter"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Child is an element of a list, or the value of an entry of a mapping.
type Child struct {
	Value *yaml.Node
	// Line is where a reader looks for it: an entry begins at its key.
	Line int
	// Step leads to it from above: the key, or the number in brackets.
	Step string
}

// Items are the elements of a list.
func Items(y *yaml.Node) iter.Seq[Child] {
	return func(yield func(Child) bool) {
		if !IsList(y) {
			return
		}
		for i, c := range Value(y).Content {
			if !yield(Child{c, c.Line, "[" + strconv.Itoa(i) + "]"}) {
				return
			}
		}
	}
}

// Pairs are the entries of a mapping, in the file's order.
func Pairs(y *yaml.Node) iter.Seq[Child] {
	return func(yield func(Child) bool) {
		if !IsMap(y) {
			return
		}
		content := Value(y).Content
		for i := 0; i+1 < len(content); i += 2 {
			if !yield(Child{content[i+1], content[i].Line, content[i].Value}) {
				return
			}
		}
	}
}

// Get is the value of a key. Where there is none, it has no value and the line that
// was given.
func Get(y *yaml.Node, key string, line int) Child {
	for c := range Pairs(y) {
		if c.Step == key {
			return c
		}
	}
	return Child{nil, line, key}
}

// Own are the entries or elements that are written in a node itself: behind an alias
// there are none, so that whoever goes down this way visits nothing twice.
func Own(y *yaml.Node) iter.Seq[Child] {
	switch {
	case y == nil || y.Kind == yaml.AliasNode:
		return func(func(Child) bool) {}
	case y.Kind == yaml.SequenceNode:
		return Items(y)
	}
	return Pairs(y)
}

// IsScalar reports a scalar that is written in the node itself, behind no alias.
func IsScalar(y *yaml.Node) bool { return y != nil && y.Kind == yaml.ScalarNode }
