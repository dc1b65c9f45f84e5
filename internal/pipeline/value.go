package pipeline

import (
	"strconv"

	"go.yaml.in/yaml/v3"
)

// maxAliases bounds how many aliases of aliases are followed: one may lead to itself.
const maxAliases = 8

// valueOf is the node behind any alias; nil for a missing one.
func valueOf(y *yaml.Node) *yaml.Node {
	for range maxAliases {
		if y == nil || y.Kind != yaml.AliasNode {
			return y
		}
		y = y.Alias
	}
	return nil
}

// isMap reports a mapping.
func isMap(y *yaml.Node) bool { return is(y, yaml.MappingNode) }

// isList reports a sequence.
func isList(y *yaml.Node) bool { return is(y, yaml.SequenceNode) }

func is(y *yaml.Node, kind yaml.Kind) bool {
	v := valueOf(y)
	return v != nil && v.Kind == kind
}

// textOf is a scalar's value, "" for anything else and for null. It is not inlined: at the places that read a text, two
// thousand of them, it would be 200 KB of the binary.
//
//go:noinline
func textOf(y *yaml.Node) string {
	v := valueOf(y)
	if v == nil || v.Kind != yaml.ScalarNode || v.Tag == "!!null" {
		return ""
	}
	return v.Value
}

// numberOf is a whole number; ok is false for anything else.
func numberOf(y *yaml.Node) (i int, ok bool) {
	i, err := strconv.Atoi(textOf(y))
	return i, err == nil
}

// listOf is one text, or a list of them, as GitHub and Argo CD read it.
func listOf(y *yaml.Node) []string {
	if t := textOf(y); t != "" {
		return []string{t}
	}
	var out []string
	for c := range itemsOf(y) {
		out = append(out, textOf(c.Value))
	}
	return out
}
