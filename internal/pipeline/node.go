package pipeline

import (
	"cmp"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Place is a line of a file, from 1. The zero value is no place.
type Place struct {
	File *File
	Line int
	// of is the rendered object whose value it is, as KIND/NAME: the line may be in a patch of several.
	of string
}

// Known reports whether the place is one.
func (p Place) Known() bool { return p.File != nil }

// Custom reports a place in a Kustomize file of the author's own.
func (p Place) Custom() bool {
	return p.Known() && p.File.Owner == artifact.Seeded && p.File.Root == artifact.GitOps
}

// IsOf reports whether the place is about an object, which is KIND/NAME: the one whose document it is, the one for which
// an entry of patches in a kustomization is, or the rendered one whose value is written there.
func (p Place) IsOf(object string) bool {
	return p.Known() && (object == p.of || object == p.written())
}

// Object is the object that the place is about, as KIND/NAME; "" where nobody can say.
func (p Place) Object() string { return cmp.Or(p.of, p.written()) }

func (p Place) written() string {
	if !p.Known() {
		return ""
	}
	named := func(kind, name Node) string {
		if kind.Text() == "" || name.Text() == "" {
			return ""
		}
		return kind.Text() + "/" + name.Text()
	}
	out := ""
	for _, d := range p.File.Docs {
		if d.line > p.Line {
			break
		}
		out = named(d.Get("kind"), d.Get("metadata", "name"))
		for _, patch := range d.Get("patches").Items() {
			if patch.line <= p.Line {
				out = named(patch.Get("target", "kind"), patch.Get("target", "name"))
			}
		}
	}
	return out
}

// String is the place as the user would name it, "" for none.
func (p Place) String() string {
	if !p.Known() {
		return ""
	}
	return fmt.Sprintf("%s:%d", p.File.Place, p.Line)
}

// Node is a value in a file or in a rendered object. What is missing is a Node too, without a value and at its nearest
// ancestor's line, so that one can look further without asking at each step.
type Node struct {
	y    *yaml.Node
	file *File
	line int
	// obj and steps are set in rendered objects, whose lines are in other files.
	obj   *Object
	steps []string
}

// OK reports whether the value is there.
func (n Node) OK() bool { return n.y != nil }

// Same reports whether two Nodes are one value, written in one place.
func (n Node) Same(other Node) bool { return n.y == other.y }

// File is the one that the value is written in; nil for one of a rendered object.
func (n Node) File() *File { return n.file }

// IsMap reports a mapping.
func (n Node) IsMap() bool { return isMap(n.y) }

// IsList reports a sequence.
func (n Node) IsList() bool { return isList(n.y) }

func (n Node) below(c child) Node {
	out := Node{y: c.Value, file: n.file, line: c.Line, obj: n.obj}
	if n.obj != nil {
		out.steps = append(n.steps[:len(n.steps):len(n.steps)], c.Step)
	}
	return out
}

// Get follows keys of mappings.
func (n Node) Get(keys ...string) Node {
	for _, key := range keys {
		n = n.below(entry(n.y, key, n.line))
	}
	return n
}

// Pairs are the entries of a mapping, in the file's order. It is not inlined: at the places that go through a mapping, it
// would be 110 KB of the binary.
//
//go:noinline
func (n Node) Pairs() iter.Seq2[string, Node] {
	return func(yield func(string, Node) bool) {
		for c := range pairsOf(n.y) {
			if !yield(c.Step, n.below(c)) {
				return
			}
		}
	}
}

// Items are the elements of a list.
func (n Node) Items() []Node {
	var out []Node
	for c := range itemsOf(n.y) {
		out = append(out, n.below(c))
	}
	return out
}

// Text is a scalar's value, "" for anything else and for null.
func (n Node) Text() string { return textOf(n.y) }

// Number is a whole number; ok is false for anything else.
func (n Node) Number() (i int, ok bool) { return numberOf(n.y) }

// True reports the plain value true.
func (n Node) True() bool { return n.Text() == "true" }

// False reports that the value is false, and not that it is missing.
func (n Node) False() bool { return n.Text() == "false" }

// List is one text, or a list of them, as GitHub and Argo CD read it.
func (n Node) List() []string { return listOf(n.y) }

// Comment is the text of the comment on the value's own line, without its mark.
func (n Node) Comment() string {
	if n.y == nil {
		return ""
	}
	return strings.TrimSpace(strings.TrimPrefix(n.y.LineComment, "#"))
}

// Scalars calls f with every scalar below n, in the line in which it is written. What several aliases name is visited
// once.
func (n Node) Scalars(f func(Node)) {
	n.reached(reachFrom(n.y), f)
}

func (n Node) reached(r *reach, f func(Node)) {
	here, ok := r.Enter(child{Value: n.y, Line: n.line})
	if !ok {
		return
	}
	n.y, n.line = here.Value, here.Line
	if isScalar(n.y) {
		f(n)
	}
	if n.y == nil {
		return
	}
	// Without an iterator: this goes through whole workflows.
	for i, c := range n.y.Content {
		switch {
		case n.y.Kind == yaml.MappingNode && i%2 == 1:
			key := n.y.Content[i-1]
			n.below(child{c, key.Line, key.Value}).reached(r, f)
		case n.y.Kind == yaml.SequenceNode && n.obj == nil:
			n.below(child{Value: c, Line: c.Line}).reached(r, f)
		case n.y.Kind == yaml.SequenceNode:
			n.below(child{c, c.Line, "[" + strconv.Itoa(i) + "]"}).reached(r, f)
		}
	}
}

// At is where a reader finds the value.
func (n Node) At() Place {
	if n.obj != nil {
		at := n.obj.locate(n.steps)
		at.of = n.obj.Kind + "/" + n.obj.Name
		return at
	}
	return Place{File: n.file, Line: n.line}
}

// TextLine is the place of a line, from 0, of a text of several lines.
func (n Node) TextLine(i int) Place {
	at := n.At()
	if n.obj == nil {
		at.Line = textLine(n.y, at.Line)
	}
	if y := valueOf(n.y); y != nil && y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		i++ // a block begins below its key
	}
	at.Line += i
	return at
}

// Follow is the value to which steps lead: keys of mappings, and numbers of elements in brackets.
func (n Node) Follow(steps []string) Node {
	for _, step := range steps {
		if !strings.HasPrefix(step, "[") || !n.IsList() {
			n = n.Get(step)
			continue
		}
		i, _ := strconv.Atoi(strings.Trim(step, "[]"))
		n = n.Items()[i]
	}
	return n
}

// YAML is the value as it was parsed, nil for a missing one. Nobody may change it.
func (n Node) YAML() *yaml.Node { return n.y }
