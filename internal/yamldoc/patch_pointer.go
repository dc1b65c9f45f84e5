package yamldoc

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// tokensOf splits a JSON pointer.
func tokensOf(pointer string) ([]string, error) {
	if pointer == "" {
		return nil, nil
	}
	if pointer[0] != '/' {
		return nil, fmt.Errorf("%q is no JSON pointer: it must begin with /", pointer)
	}
	tokens := strings.Split(pointer[1:], "/")
	for i, t := range tokens {
		rest := strings.ReplaceAll(strings.ReplaceAll(t, "~0", ""), "~1", "")
		if strings.Contains(rest, "~") {
			return nil, fmt.Errorf("%q is no JSON pointer: ~ is written ~0, and / in a name ~1", pointer)
		}
		tokens[i] = strings.ReplaceAll(strings.ReplaceAll(t, "~1", "/"), "~0", "~")
	}
	return tokens, nil
}

// index reads an index in a list: digits, without leading zeros.
func index(token string) (int, bool) {
	if token == "" || len(token) > 1 && token[0] == '0' || strings.Trim(token, "0123456789") != "" {
		return 0, false
	}
	i, err := strconv.Atoi(token)
	return i, err == nil
}

// member returns the index in a mapping's content of the value of a key, or -1.
func member(mapping *yaml.Node, key string) int {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return i + 1
		}
	}
	return -1
}

// spot is the path from the root to a node, both included.
type spot []*yaml.Node

func (s spot) node() *yaml.Node { return s[len(s)-1] }

func (s spot) below(n *yaml.Node) spot { return append(s[:len(s):len(s)], n) }

func (s spot) parent() spot { return s[:len(s)-1] }

// place returns the index of the node in its parent's content.
func (s spot) place() int {
	for i, c := range s.parent().node().Content {
		if c == s.node() {
			return i
		}
	}
	return -1
}

func (e *editor) existing(field, pointer string) (spot, *PatchError) {
	tokens, err := tokensOf(pointer)
	if err != nil {
		return nil, &PatchError{Field: field, Message: err.Error()}
	}
	return e.find(field, pointer, tokens)
}

// find follows tokens from the root.
func (e *editor) find(field, pointer string, tokens []string) (spot, *PatchError) {
	at := spot{e.root}
	for done, token := range tokens {
		n := at.node()
		next := -1
		switch n.Kind {
		case yaml.MappingNode:
			next = member(n, token)
		case yaml.SequenceNode:
			if i, ok := index(token); ok && i < len(n.Content) {
				next = i
			}
		}
		if next < 0 {
			so := ""
			if done > 0 {
				so = "/" + strings.Join(escaped(tokens[:done]), "/")
			}
			return nil, &PatchError{Field: field, Line: n.Line,
				Message: fmt.Sprintf("there is no %s: %s has no %q; %s", pointed(pointer), pointed(so), token, inside(n))}
		}
		at = at.below(n.Content[next])
	}
	return at, nil
}

// inside says what the author could have meant in a node.
func inside(n *yaml.Node) string {
	switch n.Kind {
	case yaml.SequenceNode:
		return fmt.Sprintf("it has %d entries, counted from 0", len(n.Content))
	case yaml.MappingNode:
		var keys []string
		for i := 0; i < len(n.Content); i += 2 {
			keys = append(keys, n.Content[i].Value)
		}
		return "it has " + strings.Join(keys, ", ")
	}
	return "it is " + shown(n)
}

func escaped(tokens []string) []string {
	out := make([]string, len(tokens))
	for i, t := range tokens {
		out[i] = strings.ReplaceAll(strings.ReplaceAll(t, "~", "~0"), "/", "~1")
	}
	return out
}

func up(pointer string) string { return pointer[:strings.LastIndex(pointer, "/")] }

func pointed(pointer string) string {
	if pointer == "" {
		return "the document"
	}
	return pointer
}
