package check

import (
	"bytes"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// queueUnknown begins what actionlint 1.7.12 says of concurrency.queue, a key that GitHub
// reads since May 2026.
const queueUnknown = `unexpected key "queue" for "concurrency" section`

// at is a place in a file.
type at struct{ line, column int }

// queue holds concurrency.queue against what GitHub takes, in the place of actionlint: "" where it is right, and what is
// wrong otherwise. The key is at that place of a workflow.
func queue(lines [][]byte, key at) string {
	text, place := section(lines, key)
	concurrency := holder(text, place)
	value, stops := entry(concurrency, "queue"), entry(concurrency, "cancel-in-progress")
	switch {
	case value == nil || value.Kind != yaml.ScalarNode || value.Value != "max" && value.Value != "single":
		return `queue must be "max" or "single"`
	case value.Value == "max" && stops != nil && stops.Value != "false":
		return `"queue: max" goes with "cancel-in-progress: false" only: GitHub refuses the two together`
	}
	return ""
}

func entry(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; mapping != nil && i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}

// section is the block of a workflow that contains a key, with the place of the key there: each deploy has one, and to
// read the whole workflow for each takes too long. Where it is no block below "concurrency:", or has an alias, that is
// the whole workflow.
func section(lines [][]byte, key at) (text []byte, place at) {
	inside := func(i int) bool {
		trimmed := bytes.TrimLeft(lines[i], " ")
		return len(lines[i])-len(trimmed) >= key.column-1 || len(bytes.TrimSpace(trimmed)) == 0 || trimmed[0] == '#'
	}
	first, end := key.line-1, key.line
	for first > 0 && inside(first-1) {
		first--
	}
	for end < len(lines) && inside(end) {
		end++
	}
	text = bytes.Join(lines[first:end], nil)
	if first == 0 || string(bytes.TrimSpace(lines[first-1])) != "concurrency:" || bytes.ContainsRune(text, '*') {
		return bytes.Join(lines, nil), key
	}
	return text, at{key.line - first, key.column}
}

// holder is the mapping that has a key at that place, or nil.
func holder(content []byte, key at) (found *yaml.Node) {
	var find func(y *yaml.Node)
	find = func(y *yaml.Node) {
		for i := 0; y.Kind == yaml.MappingNode && i+1 < len(y.Content); i += 2 {
			if (at{y.Content[i].Line, y.Content[i].Column}) == key {
				found = y
			}
		}
		for _, c := range y.Content {
			find(c)
		}
	}
	roots, _, _ := pipeline.Decode(content, nil)
	for _, root := range roots {
		find(root)
	}
	return found
}
