package check

import (
	"github.com/rhysd/actionlint"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/pipegen/pipegen/internal/pipeline"
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
		for _, c := range y.Content {
			find(c)
		}
	}
	roots, _, _ := pipeline.Decode(content, nil)
	for _, root := range roots {
		find(root)
	}
	return out
}
