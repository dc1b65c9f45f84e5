package pipeline

import (
	"bytes"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Sketch is YAML in the making: an object, or what a patch says of one.
type Sketch struct{ y *yaml.Node }

// NewSketch is an object without any other fields.
func NewSketch(apiVersion, kind string) Sketch {
	s := Sketch{&yaml.Node{Kind: yaml.MappingNode}}
	s.Put(apiVersion, "apiVersion")
	s.Put(kind, "kind")
	return s
}

// SketchOf is a copy of a value, without the styles and aliases of its source.
func SketchOf(n Node) Sketch { return Sketch{copied(n.y, 0)} }

// Put sets a text at a path: keys of mappings, and [KEY=VALUE] for the element of a list with that field.
func (s Sketch) Put(text string, path ...string) {
	s.put(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}, path)
}

// Set sets a copy of a value at a path. Lists and mappings that are there already get what it has besides.
func (s Sketch) Set(n Node, path ...string) {
	if y := copied(n.y, 0); y != nil {
		s.put(y, path)
	}
}

// Append adds a text to the list at a path.
func (s Sketch) Append(text string, path ...string) {
	s.put(&yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}}}, path)
}

// Remove takes out the entry of a mapping.
func (s Sketch) Remove(path ...string) {
	at := s.y
	for _, key := range path[:len(path)-1] {
		if at = entry(at, key, 0).Value; at == nil {
			return
		}
	}
	for i := 0; isMap(at) && i+1 < len(at.Content); i += 2 {
		if at.Content[i].Value == path[len(path)-1] {
			at.Content = slices.Delete(at.Content, i, i+2)
			return
		}
	}
}

// Rewrite replaces each text in it.
func (s Sketch) Rewrite(f func(key, text string) string) {
	var visit func(y *yaml.Node)
	visit = func(y *yaml.Node) {
		for i, c := range y.Content {
			if c.Kind == yaml.ScalarNode && y.Kind == yaml.MappingNode && i%2 == 1 {
				c.Value = f(y.Content[i-1].Value, c.Value)
			}
			visit(c)
		}
	}
	visit(s.y)
}

// Text is the document.
func (s Sketch) Text() []byte {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	e.CompactSeqIndent()
	if e.Encode(s.y) != nil {
		return nil
	}
	return b.Bytes()
}

func (s Sketch) put(value *yaml.Node, path []string) {
	at := s.y
	for i, step := range path {
		next := &yaml.Node{Kind: yaml.MappingNode}
		switch {
		case i == len(path)-1:
			next = value
		case strings.HasPrefix(path[i+1], "["):
			next = &yaml.Node{Kind: yaml.SequenceNode}
		}
		at = place(at, step, next)
	}
}

// keyed splits a step to the element of a list.
func keyed(step string) (key, text string, ok bool) {
	step, ok = strings.CutPrefix(step, "[")
	key, text, _ = strings.Cut(strings.TrimSuffix(step, "]"), "=")
	return key, text, ok
}

// Sketched is the value at a path of a sketch. In the place of an element that is not there it is the list.
func (n Node) Sketched(path ...string) Node {
	for _, step := range path {
		key, text, ok := keyed(step)
		if !ok {
			n = n.Get(step)
			continue
		}
		for _, item := range n.Items() {
			if item.Get(key).Text() == text {
				n = item
				break
			}
		}
	}
	return n
}

// place returns what is at a step below a node, which is the given value where there was nothing.
func place(at *yaml.Node, step string, value *yaml.Node) *yaml.Node {
	if key, text, ok := keyed(step); ok {
		for _, c := range at.Content {
			if textOf(entry(c, key, 0).Value) == text {
				return merged(c, value)
			}
		}
		if value.Kind == yaml.MappingNode && entry(value, key, 0).Value == nil {
			value.Content = append(scalars(key, text), value.Content...)
		}
		at.Content = append(at.Content, value)
		return value
	}
	for i := 0; i+1 < len(at.Content); i += 2 {
		if at.Content[i].Value == step {
			at.Content[i+1] = merged(at.Content[i+1], value)
			return at.Content[i+1]
		}
	}
	at.Content = append(at.Content, scalars(step)[0], value)
	return value
}

// merged is a value with what another has besides; a single value is replaced.
func merged(old, value *yaml.Node) *yaml.Node {
	switch {
	case old.Kind != value.Kind || old.Kind == yaml.ScalarNode:
		return value
	case old.Kind == yaml.SequenceNode:
		old.Content = append(old.Content, value.Content...)
		return old
	}
	for i := 0; i+1 < len(value.Content); i += 2 {
		place(old, value.Content[i].Value, value.Content[i+1])
	}
	return old
}

// scalars are texts; one that YAML would read as a number is one, since it is a key by which lists are merged.
func scalars(texts ...string) []*yaml.Node {
	var out []*yaml.Node
	for _, t := range texts {
		out = append(out, &yaml.Node{Kind: yaml.ScalarNode, Value: t})
	}
	return out
}

// deepest bounds how far a value is copied, which may contain itself.
const deepest = 100

func copied(y *yaml.Node, depth int) *yaml.Node {
	v := valueOf(y)
	if v == nil || depth > deepest {
		return nil
	}
	out := &yaml.Node{Kind: v.Kind, Tag: v.Tag, Value: v.Value, HeadComment: v.HeadComment, LineComment: v.LineComment, FootComment: v.FootComment}
	if v.Kind == yaml.ScalarNode && strings.Contains(v.Value, "\n") {
		out.Style = yaml.LiteralStyle
	}
	for _, c := range v.Content {
		if x := copied(c, depth+1); x != nil {
			out.Content = append(out.Content, x)
		}
	}
	return out
}

// Steps lead to the value from the top of a rendered object: keys, and numbers of elements in brackets.
func (n Node) Steps() []string { return slices.Clone(n.steps) }
