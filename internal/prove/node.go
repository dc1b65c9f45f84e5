package prove

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
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

var errorLine = regexp.MustCompile(`^yaml: line (\d+): `)

// parse reads all documents of a file. yaml.v3 is known to panic on some damaged
// input; a person's file must never end the program.
func parse(f artifact.File, place string) (s *source) {
	s = &source{File: f, place: place}
	defer func() {
		if r := recover(); r != nil {
			s.fault, s.faultLine, s.docs = "the file cannot be read", 1, nil
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(f.Content))
	for {
		var doc yaml.Node
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return s
		}
		if err != nil {
			s.docs = nil
			s.fault, s.faultLine = strings.TrimPrefix(err.Error(), "yaml: "), 1
			if at := errorLine.FindStringSubmatch(err.Error()); at != nil {
				s.faultLine, _ = strconv.Atoi(at[1])
				s.fault = err.Error()[len(at[0]):]
			}
			return s
		}
		if n := size(&doc, map[*yaml.Node]int{}); n > maxNodes {
			s.docs, s.fault, s.faultLine = nil, "an anchor contains itself, or is repeated without end", doc.Line
			return s
		}
		if len(doc.Content) == 1 {
			s.docs = append(s.docs, node{y: doc.Content[0], src: s, line: doc.Content[0].Line})
		}
	}
}

// maxNodes is far above any file that people or tools write.
const maxNodes = 1 << 16

// size counts the nodes of a document with every alias written out. An anchor that
// contains itself has no end: kustomize follows it until the stack is full, which
// nothing can recover from.
func size(n *yaml.Node, known map[*yaml.Node]int) int {
	if have, ok := known[n]; ok {
		return have
	}
	known[n] = maxNodes + 1 // while it is being counted
	total := 1
	if n.Alias != nil {
		total += size(n.Alias, known)
	}
	for _, c := range n.Content {
		if total <= maxNodes {
			total += size(c, known)
		}
	}
	known[n] = total
	return total
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

// value is the node itself, behind any alias.
func (n node) value() *yaml.Node {
	y := n.y
	for range 8 {
		if y == nil || y.Kind != yaml.AliasNode {
			return y
		}
		y = y.Alias
	}
	return nil
}

func (n node) isMap() bool {
	y := n.value()
	return y != nil && y.Kind == yaml.MappingNode
}

func (n node) isList() bool {
	y := n.value()
	return y != nil && y.Kind == yaml.SequenceNode
}

func (n node) below(y *yaml.Node, line int, step string) node {
	out := node{y: y, src: n.src, line: line, obj: n.obj}
	if n.obj != nil {
		out.path = append(n.path[:len(n.path):len(n.path)], step)
	}
	return out
}

// get follows keys of mappings.
func (n node) get(keys ...string) node {
	for _, key := range keys {
		next := n.below(nil, n.line, key)
		if n.isMap() {
			content := n.value().Content
			for i := 0; i+1 < len(content); i += 2 {
				if content[i].Value == key {
					next.y, next.line = content[i+1], content[i].Line
					break
				}
			}
		}
		n = next
	}
	return n
}

// items are the elements of a list.
func (n node) items() []node {
	if !n.isList() {
		return nil
	}
	content := n.value().Content
	out := make([]node, len(content))
	for i, y := range content {
		out[i] = n.below(y, y.Line, "["+strconv.Itoa(i)+"]")
	}
	return out
}

// pairs are the entries of a mapping.
func (n node) pairs() iter.Seq2[string, node] {
	return func(yield func(string, node) bool) {
		if !n.isMap() {
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

// text is a scalar's value, "" for anything else.
func (n node) text() string {
	y := n.value()
	if y == nil || y.Kind != yaml.ScalarNode || y.Tag == "!!null" {
		return ""
	}
	return y.Value
}

func (n node) number() (int, bool) {
	i, err := strconv.Atoi(n.text())
	return i, err == nil
}

// list is the value as GitHub reads it: one text, or a list of them.
func (n node) list() []string {
	if t := n.text(); t != "" {
		return []string{t}
	}
	var out []string
	for _, i := range n.items() {
		out = append(out, i.text())
	}
	return out
}

// strings calls f with every scalar below n. It follows no alias: an anchor is
// visited where it stands, and nothing twice.
func (n node) strings(f func(node)) {
	if n.y == nil {
		return
	}
	switch n.y.Kind {
	case yaml.ScalarNode:
		f(n)
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.y.Content); i += 2 {
			n.below(n.y.Content[i+1], n.y.Content[i].Line, n.y.Content[i].Value).strings(f)
		}
	case yaml.SequenceNode:
		for _, i := range n.items() {
			i.strings(f)
		}
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
