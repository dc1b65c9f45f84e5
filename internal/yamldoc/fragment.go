// Package yamldoc fills the holes of YAML fragments and keeps, for each line of the result, where in the spec its
// values came from.
//
// A fragment is YAML as one would write it by hand, with comments and blank lines, in which a whole scalar may be a
// hole: "name: !fill name". A hole's place is found by the YAML parser and its value is written by the YAML encoder, so
// no value can add a key or end a string. All other bytes of the fragment are copied unchanged.
package yamldoc

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/lazy"
)

const holeTag = "!fill"

// Fragment is a parsed piece of YAML with holes.
type Fragment struct {
	name  string
	lists Lists
	lines []string
	holes []hole
}

// Lists says how far a list is indented below its key.
type Lists int

const (
	// Indented lists begin two columns to the right of their key, as is usual in workflows.
	Indented Lists = iota
	// Compact lists begin in the column of their key, as kustomize writes them (K04).
	Compact
)

// hole is one place to fill. Line and column count from 0; the bytes from col to end are replaced.
type hole struct {
	name           string
	line, col, end int
	// indent is the column at which the entry that has the hole begins: further lines of a value are indented relative
	// to it.
	indent int
	// first and last are the lines that vanish when the entry is omitted, its comments included. They are set only for
	// an entry that shares its lines with no other.
	first, last int
}

var holeText = lazy.Regexp(`^!fill +([a-zA-Z][a-zA-Z0-9]*)`)

// Parse reads a fragment. Errors contain the name.
func Parse(name string, src []byte, lists Lists) (*Fragment, error) {
	f := &Fragment{name: name, lists: lists, lines: strings.Split(strings.TrimRight(string(src), "\n"), "\n")}
	if f.simple() {
		return f, nil
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	f.holes = nil
	if err := f.find(&doc, nil); err != nil {
		return nil, err
	}
	return f, nil
}

// simple finds the holes of a fragment without the YAML parser, which takes longer to read all fragments than to write
// the output. It is false where a hole is anything but a whole entry in a line of its own.
func (f *Fragment) simple() bool {
	for i, text := range f.lines {
		if end := strings.TrimRight(text, "+-123456789 "); strings.HasSuffix(end, "|") || strings.HasSuffix(end, ">") {
			return false // a block, in which there are no holes
		}
		before, name, ok := strings.Cut(text, holeTag)
		if !ok {
			continue
		}
		if !strings.HasPrefix(name, " ") {
			return false
		}
		entry := strings.TrimPrefix(strings.TrimLeft(before, " "), "- ")
		key, isPair := strings.CutSuffix(entry, ": ")
		if !isWord(strings.TrimLeft(name, " ")) || isPair && !isWord(key) || !isPair && (entry != "" || !strings.HasSuffix(before, "- ")) {
			return false
		}
		h := hole{name: strings.TrimLeft(name, " "), line: i, col: len(before), end: len(text), first: i, last: i}
		h.indent = len(text) - len(strings.TrimLeft(text, " "))
		if isPair {
			h.indent = len(before) - len(entry)
			f.withComments(&h)
		}
		f.holes = append(f.holes, h)
	}
	return len(f.holes) > 0
}

// isWord reports a letter with letters, digits and the signs of keys behind it.
func isWord(s string) bool {
	return s != "" && letter(s[0]) && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./") == ""
}

// withComments has an entry vanish together with the comments right above it.
func (f *Fragment) withComments(h *hole) {
	for h.first > 0 && strings.HasPrefix(strings.TrimSpace(f.lines[h.first-1]), "#") {
		h.first--
	}
}

// find records the holes at and below n.
func (f *Fragment) find(n, key *yaml.Node) error {
	if n.Tag == holeTag {
		return f.record(n, key)
	}
	for i, c := range n.Content {
		var err error
		switch {
		case n.Kind == yaml.MappingNode && i%2 == 0 && c.Tag == holeTag:
			err = fmt.Errorf("%s:%d: a hole cannot be a key", f.name, c.Line)
		case n.Kind == yaml.MappingNode && i%2 == 1:
			err = f.find(c, n.Content[i-1])
		default:
			err = f.find(c, nil)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *Fragment) record(n, key *yaml.Node) error {
	line, col := n.Line-1, n.Column-1
	text := f.lines[line]
	m := holeText().FindStringSubmatchIndex(text[col:])
	if n.Kind != yaml.ScalarNode || m == nil {
		return fmt.Errorf("%s:%d: a hole is written !fill name", f.name, n.Line)
	}
	h := hole{name: text[col+m[2] : col+m[3]], line: line, col: col, end: col + m[1], first: line, last: line}
	h.indent = len(text) - len(strings.TrimLeft(text, " "))
	if key != nil {
		h.indent = key.Column - 1
		f.withComments(&h)
	}
	f.holes = append(f.holes, h)
	return nil
}

// Holes returns the names of the holes in the order of the text.
func (f *Fragment) Holes() []string {
	names := make([]string, len(f.holes))
	for i, h := range f.holes {
		names[i] = h.name
	}
	return names
}
