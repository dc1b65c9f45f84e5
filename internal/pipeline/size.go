package pipeline

import (
	"math"

	"go.yaml.in/yaml/v3"
)

const (
	// maxNodes is far above the size of any file that people or tools write.
	maxNodes = 1 << 16
	// anyDepth is for callers that allow any depth.
	anyDepth = math.MaxInt
)

// sizeOf counts the values of a document with every alias written out. It is more than maxNodes for a document that has
// more, that is nested deeper than deepest, or in which an anchor contains itself: that one has no end, and a program
// that follows it, as kustomize does, overflows its stack, from which it cannot recover.
func sizeOf(document *yaml.Node, deepest int) int {
	return size(document, map[*yaml.Node]int{}, deepest)
}

func size(n *yaml.Node, known map[*yaml.Node]int, left int) int {
	// What has no anchor is met once.
	if n.Anchor != "" {
		if have, ok := known[n]; ok {
			return have
		}
		known[n] = maxNodes + 1 // while it is being counted
	}
	if left < 0 {
		return maxNodes + 1
	}
	total := 1
	if n.Alias != nil {
		total += size(n.Alias, known, left-1)
	}
	for _, c := range n.Content {
		if total <= maxNodes {
			total += size(c, known, left-1)
		}
	}
	if n.Anchor != "" {
		known[n] = total
	}
	return total
}
