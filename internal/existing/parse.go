package existing

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
)

var errorLine = regexp.MustCompile(`^yaml: line (\d+): `)

// Parse reads the documents of a file, if its name says that it is YAML.
func Parse(f artifact.File, place string) *File {
	out := &File{File: f, Place: place}
	if isYAML(f.Path) || isKustomization(f.Path) {
		out.parse()
	}
	return out
}

// parse reads all documents. yaml.v3 is known to panic on some damaged input, which
// is a fault of the file and must not be the end of the program.
func (f *File) parse() {
	defer func() {
		if recover() != nil {
			f.refuse("the file cannot be read", 1)
		}
	}()
	budget := maxNodes
	for dec := yaml.NewDecoder(bytes.NewReader(f.Content)); ; {
		var doc yaml.Node
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			line := 1
			at := errorLine.FindStringSubmatch(err.Error())
			if at != nil {
				line, _ = strconv.Atoi(at[1])
			}
			f.refuse(strings.TrimPrefix(errorLine.ReplaceAllString(err.Error(), ""), "yaml: "), line)
			return
		}
		if budget -= written(&doc, map[*yaml.Node]int{}, 0); budget < 0 {
			f.refuse("it holds too many values, or an anchor that is repeated without end", doc.Line)
			return
		}
		if len(doc.Content) == 1 {
			f.Docs = append(f.Docs, Node{y: doc.Content[0], file: f, line: doc.Content[0].Line})
		}
	}
}

func (f *File) refuse(fault string, line int) {
	f.Docs, f.Fault, f.FaultLine = nil, fault, line
}

const (
	// maxNodes is far above any file that people write.
	maxNodes = 1 << 16
	// maxNesting keeps whoever recurses over a document within a small stack.
	maxNesting = 200
)

// written counts the values of a document with every alias written out: an anchor
// that contains itself counts without end.
func written(n *yaml.Node, known map[*yaml.Node]int, depth int) int {
	if have, ok := known[n]; ok {
		return have
	}
	if depth > maxNesting {
		return maxNodes + 1
	}
	known[n] = maxNodes + 1
	total := 1
	if n.Alias != nil {
		total += written(n.Alias, known, depth+1)
	}
	for _, c := range n.Content {
		if total <= maxNodes {
			total += written(c, known, depth+1)
		}
	}
	known[n] = total
	return total
}
