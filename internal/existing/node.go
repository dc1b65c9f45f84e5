package existing

import (
	"iter"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Place is a line of a file, from 1. The zero value is no place.
type Place struct {
	File *File
	Line int
}

// Known reports whether the place is one.
func (p Place) Known() bool { return p.File != nil }

// Node is a value in a file or in a rendered object. What is missing is a Node too,
// without a value and at its nearest ancestor's line, so that one can look further
// without asking at each step.
type Node struct {
	y    *yaml.Node
	file *File
	line int
	// obj and steps are set in rendered objects, whose lines stand in other files.
	obj   *Object
	steps []string
}

// OK reports whether the value is there.
func (n Node) OK() bool { return n.y != nil }

// value is the node behind any alias.
func (n Node) value() *yaml.Node {
	y := n.y
	for range 8 {
		if y == nil || y.Kind != yaml.AliasNode {
			return y
		}
		y = y.Alias
	}
	return nil
}

// IsMap reports a mapping.
func (n Node) IsMap() bool { y := n.value(); return y != nil && y.Kind == yaml.MappingNode }

// IsList reports a sequence.
func (n Node) IsList() bool { y := n.value(); return y != nil && y.Kind == yaml.SequenceNode }

func (n Node) below(y *yaml.Node, line int, step string) Node {
	out := Node{y: y, file: n.file, line: line, obj: n.obj}
	if n.obj != nil {
		out.steps = append(n.steps[:len(n.steps):len(n.steps)], step)
	}
	return out
}

// Get follows keys of mappings.
func (n Node) Get(keys ...string) Node {
	for _, key := range keys {
		next := n.below(nil, n.line, key)
		for name, v := range n.Pairs() {
			if name == key {
				next = v
				break
			}
		}
		n = next
	}
	return n
}

// Pairs are the entries of a mapping, in the file's order.
func (n Node) Pairs() iter.Seq2[string, Node] {
	return func(yield func(string, Node) bool) {
		if !n.IsMap() {
			return
		}
		content := n.value().Content
		for i := 0; i+1 < len(content); i += 2 {
			if !yield(content[i].Value, n.below(content[i+1], content[i].Line, content[i].Value)) {
				return
			}
		}
	}
}

// Items are the elements of a list.
func (n Node) Items() []Node {
	if !n.IsList() {
		return nil
	}
	var out []Node
	for i, y := range n.value().Content {
		out = append(out, n.below(y, y.Line, "["+strconv.Itoa(i)+"]"))
	}
	return out
}

// Text is a scalar's value, "" for anything else and for null.
func (n Node) Text() string {
	y := n.value()
	if y == nil || y.Kind != yaml.ScalarNode || y.Tag == "!!null" {
		return ""
	}
	return y.Value
}

// Number is a whole number; ok is false for anything else.
func (n Node) Number() (i int, ok bool) {
	i, err := strconv.Atoi(n.Text())
	return i, err == nil
}

// True reports the plain value true.
func (n Node) True() bool { return n.Text() == "true" }

// False reports that the value is false, and not that it is missing.
func (n Node) False() bool { return n.Text() == "false" }

// List is one text, or a list of them, as GitHub and Argo CD read it.
func (n Node) List() []string {
	if t := n.Text(); t != "" {
		return []string{t}
	}
	var out []string
	for _, i := range n.Items() {
		out = append(out, i.Text())
	}
	return out
}

// Comment is the text of the comment on the value's own line, without its mark.
func (n Node) Comment() string {
	if n.y == nil {
		return ""
	}
	return strings.TrimSpace(strings.TrimPrefix(n.y.LineComment, "#"))
}

// Scalars calls f with every scalar below n, each where it stands: no alias is
// followed.
func (n Node) Scalars(f func(Node)) {
	if n.y == nil {
		return
	}
	if n.y.Kind == yaml.ScalarNode {
		f(n)
	}
	if n.y.Kind == yaml.AliasNode {
		return
	}
	for _, v := range n.Pairs() {
		v.Scalars(f)
	}
	for _, v := range n.Items() {
		v.Scalars(f)
	}
}

// At is where a reader finds the value.
func (n Node) At() Place {
	if n.obj != nil {
		return n.obj.locate(n.steps)
	}
	return Place{n.file, n.line}
}

// TextLine is the place of a line, from 0, of a text of several lines.
func (n Node) TextLine(i int) Place {
	at := n.At()
	if y := n.value(); y != nil && y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		i++ // a block begins below its key
	}
	at.Line += i
	return at
}
