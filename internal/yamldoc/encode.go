package yamldoc

import (
	"bytes"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/lazy"
)

// render writes a value as the text that follows its key and the lines below it, for an entry that begins at column
// indent.
func (v Value) render(indent int, lists Lists) (inline string, below []line, err error) {
	if v.kind == nested {
		if v.doc.isList() && lists == Compact {
			return "", v.doc.Indent(indent).lines, nil
		}
		return "", v.doc.Indent(indent + 2).lines, nil
	}
	if m, ok := v.data.(Map); ok {
		return v.mapping(m, indent, lists)
	}
	text, err := encode(v.data, v.kind == flow, lists)
	if err != nil {
		return "", nil, err
	}
	below = make([]line, 0, len(text)-1)
	for _, t := range text[1:] {
		below = append(below, line{indent: indent, text: t, origin: v.origin})
	}
	if v.comment != "" {
		text[0] += "  # " + v.comment
	}
	return text[0], below, nil
}

func (v Value) mapping(m Map, indent int, lists Lists) (string, []line, error) {
	if len(m) == 0 {
		return "{}", nil, nil
	}
	var below []line
	for _, e := range m {
		key, err := encode(e.Key, false, lists)
		if err != nil {
			return "", nil, err
		}
		inline, more, err := e.Value.render(indent+2, lists)
		if err != nil {
			return "", nil, err
		}
		text := strings.TrimRight(key[0]+": "+inline, " ")
		below = append(append(below, line{indent: indent + 2, text: text, origin: e.Value.origin}), more...)
	}
	return "", below, nil
}

// encode returns v as the lines that follow "key: " when key stands in column 0.
func encode(v any, inFlow bool, lists Lists) ([]string, error) {
	if text, ok := obvious(v, inFlow, lists); ok {
		return text, nil
	}
	return byEncoder(v, inFlow, lists)
}

func byEncoder(v any, inFlow bool, lists Lists) ([]string, error) {
	value, err := node(v)
	if err != nil {
		return nil, err
	}
	if inFlow && value.Kind != yaml.ScalarNode {
		value.Style = yaml.FlowStyle
	}
	doc := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{{Kind: yaml.ScalarNode, Value: "k"}, value}}
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if lists == Compact {
		enc.CompactSeqIndent()
	}
	if err := enc.Encode(doc); err != nil {
		return nil, err
	}
	text := strings.TrimSuffix(strings.TrimPrefix(b.String(), "k:"), "\n")
	return strings.Split(strings.TrimPrefix(text, " "), "\n"), nil
}

// node builds the tree for a value. Strings are styled here: the encoder's own choice for a string of several lines
// cannot always be read back.
func node(v any) (*yaml.Node, error) {
	switch v := v.(type) {
	case string:
		return scalar(v), nil
	case *yaml.Node:
		return v, nil
	case []string:
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for _, s := range v {
			list.Content = append(list.Content, scalar(s))
		}
		return list, nil
	}
	n := &yaml.Node{}
	return n, n.Encode(v)
}

func scalar(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	switch {
	case oldYAML().MatchString(s):
		n.Style = yaml.DoubleQuotedStyle
	case strings.Contains(s, "\n"):
		n.Style = yaml.DoubleQuotedStyle
		if fitsLiteral(s) {
			n.Style = yaml.LiteralStyle
		}
	}
	return n
}

// oldYAML matches texts that are strings in YAML 1.2, and for our encoder, but booleans or numbers in base 60 in YAML
// 1.1, which Kubernetes, kustomize and Argo CD read.
var oldYAML = lazy.Regexp(`^(?:(?i:y|yes|on|n|no|off)|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?)$`)

// fitsLiteral reports whether a block scalar can hold s as it is: its first line sets the indentation, so it must not
// be empty or begin with a blank.
func fitsLiteral(s string) bool {
	if strings.ContainsAny(s[:1], " \t\n") {
		return false
	}
	for _, r := range s {
		if r != '\n' && r != '\t' && !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}
