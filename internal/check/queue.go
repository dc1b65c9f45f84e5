package check

import (
	"github.com/rhysd/actionlint"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/pipegen/pipegen/internal/yamlnode"
)

// queueUnknown begins what actionlint 1.7.12 says of concurrency.queue, a key that GitHub
// reads since May 2026.
const queueUnknown = `unexpected key "queue" for "concurrency" section`

// at is a place in a file.
type at struct{ line, column int }

// queue holds concurrency.queue against what GitHub takes, in the place of actionlint:
// "" where it is right, and what is wrong otherwise. The holders are those of the file.
func queue(holders map[at]*yaml.Node, e *actionlint.Error) string {
	concurrency := holders[at{e.Line, e.Column}]
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

// holdersOf are the mappings of a file that have a key "queue", by the place of that key.
func holdersOf(content []byte) map[at]*yaml.Node {
	out := map[at]*yaml.Node{}
	var find func(y *yaml.Node)
	find = func(y *yaml.Node) {
		for i := 0; y.Kind == yaml.MappingNode && i+1 < len(y.Content); i += 2 {
			if key := y.Content[i]; key.Value == "queue" {
				out[at{key.Line, key.Column}] = y
			}
		}
		for c := range yamlnode.Own(y) {
			find(c.Value)
		}
	}
	roots, _, _ := yamlnode.Decode(content, func(*yaml.Node) string { return "" })
	for _, root := range roots {
		find(root)
	}
	return out
}
