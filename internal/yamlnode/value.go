package yamlnode

import (
	"strconv"

	"go.yaml.in/yaml/v3"
)

// maxAliases bounds how many aliases of aliases are followed: one may lead to itself.
const maxAliases = 8

// Value is the node behind any alias; nil for a missing one.
func Value(y *yaml.Node) *yaml.Node {
	for range maxAliases {
		if y == nil || y.Kind != yaml.AliasNode {
			return y
		}
		y = y.Alias
	}
	return nil
}

// IsMap reports a mapping.
func IsMap(y *yaml.Node) bool { return is(y, yaml.MappingNode) }

// IsList reports a sequence.
func IsList(y *yaml.Node) bool { return is(y, yaml.SequenceNode) }

func is(y *yaml.Node, kind yaml.Kind) bool {
	v := Value(y)
	return v != nil && v.Kind == kind
}

// Text is a scalar's value, "" for anything else and for null.
func Text(y *yaml.Node) string {
	v := Value(y)
	if v == nil || v.Kind != yaml.ScalarNode || v.Tag == "!!null" {
		return ""
	}
	return v.Value
}

// Number is a whole number; ok is false for anything else.
func Number(y *yaml.Node) (i int, ok bool) {
	i, err := strconv.Atoi(Text(y))
	return i, err == nil
}

// List is one text, or a list of them, as GitHub and Argo CD read it.
func List(y *yaml.Node) []string {
	if t := Text(y); t != "" {
		return []string{t}
	}
	var out []string
	for c := range Items(y) {
		out = append(out, Text(c.Value))
	}
	return out
}
