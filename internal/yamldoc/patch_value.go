package yamldoc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// valueOf reads the value of an operation.
func valueOf(op Operation) (*yaml.Node, *PatchError) {
	if op.Value == nil {
		return nil, &PatchError{Field: "value", Message: fmt.Sprintf("%s needs a value", op.Op)}
	}
	d := json.NewDecoder(bytes.NewReader(op.Value))
	d.UseNumber()
	n, err := fromJSON(d)
	if err != nil {
		return nil, &PatchError{Field: "value", Message: "the value cannot be read: " + err.Error()}
	}
	return n, nil
}

// fromJSON reads one value, with the members of objects in their order.
func fromJSON(d *json.Decoder) (*yaml.Node, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Delim:
		n := &yaml.Node{Kind: yaml.SequenceNode}
		if t == '{' {
			n.Kind = yaml.MappingNode
		}
		for d.More() {
			child, err := fromJSON(d)
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, child)
		}
		_, err := d.Token()
		return n, err
	case json.Number:
		if _, err := strconv.ParseFloat(t.String(), 64); err != nil {
			return nil, fmt.Errorf("the number %.40s is out of range", t)
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Value: t.String()}, nil
	case string:
		return scalar(t), nil
	case bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: strconv.FormatBool(t)}, nil
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: "null"}, nil
}

// plain returns a copy of a node without comments, anchors and style, as the value of a fragment is written.
func plain(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return plain(n.Alias)
	}
	if n.Kind == yaml.ScalarNode {
		if isText(n) {
			return scalar(n.Value)
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Value: n.Value}
	}
	out := &yaml.Node{Kind: n.Kind}
	for _, c := range n.Content {
		out.Content = append(out.Content, plain(c))
	}
	return out
}

// isText reports whether a scalar is a string in JSON, which has none of YAML's dates and binary data.
func isText(n *yaml.Node) bool {
	switch n.ShortTag() {
	case "!!int", "!!float", "!!bool", "!!null":
		return false
	}
	return true
}

// equal compares two nodes as RFC 6902 compares JSON.
func equal(a, b *yaml.Node) bool {
	a, b = behind(a), behind(b)
	if a.Kind != b.Kind || len(a.Content) != len(b.Content) {
		return false
	}
	switch a.Kind {
	case yaml.ScalarNode:
		return equalScalars(a, b)
	case yaml.SequenceNode:
		for i := range a.Content {
			if !equal(a.Content[i], b.Content[i]) {
				return false
			}
		}
		return true
	}
	for i := 0; i+1 < len(a.Content); i += 2 {
		j := member(b, a.Content[i].Value)
		if j < 0 || !equal(a.Content[i+1], b.Content[j]) {
			return false
		}
	}
	return true
}

func behind(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func equalScalars(a, b *yaml.Node) bool {
	if isText(a) || isText(b) {
		return isText(a) && isText(b) && a.Value == b.Value
	}
	x, y := a.ShortTag(), b.ShortTag()
	switch {
	case x == "!!null" || y == "!!null":
		return x == y
	case x == "!!bool" || y == "!!bool":
		return x == y && strings.EqualFold(a.Value, b.Value)
	}
	var i, j int64
	if a.Decode(&i) == nil && b.Decode(&j) == nil {
		return i == j
	}
	var f, g float64
	return a.Decode(&f) == nil && b.Decode(&g) == nil && f == g
}

// shown returns a value in one line, for a message.
func shown(n *yaml.Node) string {
	const most = 100
	one := plain(n)
	flowing(one)
	text, err := encode(one, true, Compact)
	if err != nil {
		return "something else"
	}
	s := strings.Join(text, " ")
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return s
}

// flowing sets the style of a tree so that it fits into one line.
func flowing(n *yaml.Node) {
	switch {
	case n.Kind != yaml.ScalarNode:
		n.Style = yaml.FlowStyle
	case strings.Contains(n.Value, "\n"):
		n.Style = yaml.DoubleQuotedStyle
	}
	for _, c := range n.Content {
		flowing(c)
	}
}
