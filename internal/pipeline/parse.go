package pipeline

import (
	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
)

// maxNesting keeps whoever recurses over a document within a small stack.
const maxNesting = 200

// Parse reads the documents of a file, if its name says that it is YAML.
func Parse(f artifact.File, place string) *File {
	out := &File{File: f, Place: place}
	if isYAML(f.Path) || isKustomization(f.Path) {
		out.parse()
	}
	return out
}

// parse reads all documents. Together they may be as large as one.
func (f *File) parse() {
	left := maxNodes
	var roots []*yaml.Node
	roots, f.Fault, f.FaultLine = Decode(f.Content, func(doc *yaml.Node) string {
		if left -= sizeOf(doc, maxNesting); left < 0 {
			return "it holds too many values, or an anchor that is repeated without end"
		}
		return ""
	})
	for _, y := range roots {
		f.Docs = append(f.Docs, Node{y: y, file: f, line: y.Line})
	}
}
