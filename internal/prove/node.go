package prove

import (
	"bytes"
	"fmt"
	"iter"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/yamlnode"
)

// source is a file with the YAML documents in it.
type source struct {
	artifact.File
	place string
	docs  []node
	// split are the lines of the file, once a rule has asked for them.
	split []string
	// fault says why the file is no YAML, in line faultLine.
	fault     string
	faultLine int
}

// Texts remembers what files said as YAML, for whoever proves an output again in which a
// few of them are different. The zero value remembers nothing yet.
type Texts struct{ parsed map[string]parsed }

// parsed is what a file said when it was read last.
type parsed struct {
	content []byte
	roots   []*yaml.Node
	fault   string
	line    int
}

// read returns what a file says. Nobody changes it.
func (t *Texts) read(f artifact.File) parsed {
	at := key(f.Root, f.Path)
	if p, ok := t.parsed[at]; ok && bytes.Equal(p.content, f.Content) {
		return p
	}
	if t.parsed == nil {
		t.parsed = map[string]parsed{}
	}
	p := parse(f.Content)
	t.parsed[at] = p
	return p
}

// parse reads all documents of a text.
func parse(content []byte) parsed {
	p := parsed{content: content}
	p.roots, p.fault, p.line = yamlnode.Decode(content, func(doc *yaml.Node) string {
		if yamlnode.Size(doc, yamlnode.AnyDepth) > yamlnode.MaxNodes {
			return "an anchor contains itself, or is repeated without end"
		}
		return ""
	})
	return p
}

// source is the file that a text is of.
func (p parsed) source(f artifact.File, place string) *source {
	s := &source{File: f, place: place, fault: p.fault, faultLine: p.line}
	for _, y := range p.roots {
		s.docs = append(s.docs, node{y: y, src: s, line: y.Line})
	}
	return s
}

// doc is the first document, the missing node when there is none.
func (s *source) doc() node {
	if s == nil {
		return node{}
	}
	if len(s.docs) == 0 {
		return node{src: s, line: 1}
	}
	return s.docs[0]
}

// node is a place in a file, or in a rendered object. What is missing is a node
// too: it has no value and stands where its nearest ancestor does, so that rules
// read without asking at every step.
type node struct {
	y    *yaml.Node
	src  *source
	line int
	// obj and path are set in rendered objects, whose lines belong to other files.
	obj  *object
	path []string
}

func (n node) ok() bool { return n.y != nil }

func (n node) isMap() bool { return yamlnode.IsMap(n.y) }

func (n node) isList() bool { return yamlnode.IsList(n.y) }

func (n node) below(c yamlnode.Child) node {
	out := node{y: c.Value, src: n.src, line: c.Line, obj: n.obj}
	if n.obj != nil {
		out.path = append(n.path[:len(n.path):len(n.path)], c.Step)
	}
	return out
}

// get follows keys of mappings.
func (n node) get(keys ...string) node {
	for _, key := range keys {
		n = n.below(yamlnode.Get(n.y, key, n.line))
	}
	return n
}

// items are the elements of a list.
func (n node) items() []node {
	var out []node
	for c := range yamlnode.Items(n.y) {
		out = append(out, n.below(c))
	}
	return out
}

// pairs are the entries of a mapping.
func (n node) pairs() iter.Seq2[string, node] {
	return func(yield func(string, node) bool) {
		for c := range yamlnode.Pairs(n.y) {
			if !yield(c.Step, n.below(c)) {
				return
			}
		}
	}
}

// text is a scalar's value, "" for anything else.
func (n node) text() string { return yamlnode.Text(n.y) }

func (n node) number() (int, bool) { return yamlnode.Number(n.y) }

// list is the value as GitHub reads it: one text, or a list of them.
func (n node) list() []string { return yamlnode.List(n.y) }

// strings calls f with every scalar below n, in the line in which it is written. What
// several aliases name is visited once.
func (n node) strings(f func(node)) {
	n.reached(yamlnode.From(n.y), f)
}

func (n node) reached(r *yamlnode.Reach, f func(node)) {
	here, ok := r.Enter(yamlnode.Child{Value: n.y, Line: n.line})
	if !ok {
		return
	}
	n.y, n.line = here.Value, here.Line
	if yamlnode.IsScalar(n.y) {
		f(n)
	}
	for c := range yamlnode.Own(n.y) {
		n.below(c).reached(r, f)
	}
}

// at is where a reader finds the node.
func (n node) at() place {
	switch {
	case n.obj != nil:
		return n.obj.locate(n.path)
	case n.src != nil:
		return place{n.src, n.line}
	}
	return place{}
}

// place is a line of a file.
type place struct {
	src  *source
	line int
}

func (p place) known() bool { return p.src != nil }

// own reports whether the place is in a Kustomize file of the author's own.
func (p place) own() bool {
	return p.src != nil && p.src.Owner == artifact.Seeded && p.src.Root == artifact.GitOps
}

func (p place) String() string {
	if p.src == nil {
		return "the spec"
	}
	return fmt.Sprintf("%s:%d", p.src.place, p.line)
}
