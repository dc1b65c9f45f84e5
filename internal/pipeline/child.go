package pipeline

import (
	"iter"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// child is an element of a list, or the value of an entry of a mapping.
type child struct {
	Value *yaml.Node
	// Line is where a reader looks for it: an entry begins at its key.
	Line int
	// Step leads to it from above: the key, or the number in brackets.
	Step string
}

// itemsOf are the elements of a list.
func itemsOf(y *yaml.Node) iter.Seq[child] {
	return func(yield func(child) bool) {
		if !isList(y) {
			return
		}
		for i, c := range valueOf(y).Content {
			if !yield(child{c, c.Line, "[" + strconv.Itoa(i) + "]"}) {
				return
			}
		}
	}
}

// pairsOf are the entries of a mapping, in the file's order.
func pairsOf(y *yaml.Node) iter.Seq[child] {
	return func(yield func(child) bool) {
		if !isMap(y) {
			return
		}
		content := valueOf(y).Content
		for i := 0; i+1 < len(content); i += 2 {
			if !yield(child{content[i+1], content[i].Line, content[i].Value}) {
				return
			}
		}
	}
}

// entry is the value of a key. Where there is none, it has no value and the line that was given.
func entry(y *yaml.Node, key string, line int) child {
	if v := valueOf(y); v != nil && v.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(v.Content); i += 2 {
			if v.Content[i].Value == key {
				return child{v.Content[i+1], v.Content[i].Line, key}
			}
		}
	}
	return child{nil, line, key}
}

// isScalar reports a scalar that is written in the node itself, behind no alias.
func isScalar(y *yaml.Node) bool { return y != nil && y.Kind == yaml.ScalarNode }
