package pipeline

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/shell"
)

// File is a file of one of the two repositories, with the YAML in it.
type File struct {
	artifact.File
	// Place is the file as the user would name it.
	Place string
	// Docs are its YAML documents; none for a file of another kind.
	Docs []Node
	// Fault says why it is no YAML, in line FaultLine, or is "".
	Fault     string
	FaultLine int

	texts *Texts
	lines []string
}

// Lines are the lines of its text, without their ends.
func (f *File) Lines() []string {
	if f.lines == nil {
		f.lines = strings.Split(string(f.Content), "\n")
	}
	return f.lines
}

// At is a line of the file, from 1.
func (f *File) At(line int) Place { return Place{File: f, Line: line} }

// Doc is the first document, the missing value in line 1 when there is none. A file that is not there has one too.
func (f *File) Doc() Node {
	switch {
	case f == nil:
		return Node{}
	case len(f.Docs) == 0:
		return Node{file: f, line: 1}
	}
	return f.Docs[0]
}

// Texts remembers what files said as YAML, and the syntax of their scripts, for callers that read a pipeline again
// after a few files have changed. The zero value remembers nothing yet, and one goroutine uses it at a time.
type Texts struct {
	parsed  map[string]parsed
	scripts shell.Scripts
}

// parsed is what a file said when it was read last.
type parsed struct {
	content []byte
	roots   []*yaml.Node
	fault   string
	line    int
}

// Parse reads the documents of a file, if its name says that it is YAML. Nobody may change them: the next file of that
// name and content has the same.
func (t *Texts) Parse(f artifact.File, place string) *File {
	out := &File{File: f, Place: place, texts: t}
	if !isYAML(f.Path) && !isKustomization(f.Path) {
		return out
	}
	at := key(f.Root, f.Path)
	p, ok := t.parsed[at]
	if !ok || !bytes.Equal(p.content, f.Content) {
		if t.parsed == nil {
			t.parsed = map[string]parsed{}
		}
		p = parseText(f.Content)
		t.parsed[at] = p
	}
	out.Fault, out.FaultLine = p.fault, p.line
	for _, y := range p.roots {
		out.Docs = append(out.Docs, Node{y: y, file: out, line: y.Line})
	}
	return out
}

// Parse reads the documents of a file, if its name says that it is YAML.
func Parse(f artifact.File, place string) *File { return new(Texts).Parse(f, place) }

// maxNesting bounds the stack of functions that recurse over a document.
const maxNesting = 200

// parseText reads all documents. Together they may be as large as one.
func parseText(content []byte) parsed {
	p, left := parsed{content: content}, maxNodes
	p.roots, p.fault, p.line = Decode(content, func(doc *yaml.Node) string {
		if left -= sizeOf(doc, maxNesting); left < 0 {
			return "it holds too many values, or an anchor that is repeated without end"
		}
		return ""
	})
	return p
}

func key(root artifact.Root, name string) string { return string(root) + ":" + name }
