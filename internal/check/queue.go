package check

import (
	"github.com/rhysd/actionlint"
	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/yamlnode"
)

// queueUnknown begins what actionlint 1.7.12 says of concurrency.queue, a key that GitHub
// reads since May 2026.
const queueUnknown = `unexpected key "queue" for "concurrency" section`

// queue holds concurrency.queue against what GitHub takes, in the place of actionlint:
// "" where it is right, and what is wrong otherwise.
func queue(content []byte, e *actionlint.Error) string {
	concurrency := holder(content, e.Line, e.Column)
	value := yamlnode.Get(concurrency, "queue", 0).Value
	stops := yamlnode.Get(concurrency, "cancel-in-progress", 0).Value
	switch {
	case value == nil || value.Kind != yaml.ScalarNode || value.Value != "max" && value.Value != "single":
		return `queue must be "max" or "single"`
	case value.Value == "max" && stops != nil && stops.Value != "false":
		return `"queue: max" goes with "cancel-in-progress: false" only: GitHub refuses the two together`
	}
	return ""
}

// holder is the mapping whose key begins at a place, nil where there is none.
func holder(content []byte, line, column int) *yaml.Node {
	roots, _, _ := yamlnode.Decode(content, func(*yaml.Node) string { return "" })
	var find func(y *yaml.Node) *yaml.Node
	find = func(y *yaml.Node) *yaml.Node {
		if yamlnode.IsMap(y) && y.Kind == yaml.MappingNode {
			for i := 0; i < len(y.Content); i += 2 {
				if y.Content[i].Line == line && y.Content[i].Column == column {
					return y
				}
			}
		}
		for c := range yamlnode.Own(y) {
			if found := find(c.Value); found != nil {
				return found
			}
		}
		return nil
	}
	for _, root := range roots {
		if found := find(root); found != nil {
			return found
		}
	}
	return nil
}
