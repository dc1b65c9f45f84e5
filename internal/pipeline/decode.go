package pipeline

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/lazy"
)

var errorLine = lazy.Regexp(`^yaml: line (\d+): `)

// Decode returns the roots of all documents of a file. If refuse is not nil, it gets each document and returns why the
// document is refused, or "". The fault says why nothing is returned, with its line from 1; it is "" when everything
// was read.
func Decode(content []byte, refuse func(document *yaml.Node) string) (roots []*yaml.Node, fault string, line int) {
	// The library is known to panic on some damaged input: a file must never end the program.
	defer func() {
		if recover() != nil {
			roots, fault, line = nil, "the file cannot be read", 1
		}
	}()
	for dec := yaml.NewDecoder(bytes.NewReader(content)); ; {
		var doc yaml.Node
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return roots, "", 0
		}
		if err != nil {
			fault, line = explained(err.Error())
			return nil, fault, line
		}
		if refuse != nil {
			if fault := refuse(&doc); fault != "" {
				return nil, fault, doc.Line
			}
		}
		if len(doc.Content) == 1 {
			roots = append(roots, doc.Content[0])
		}
	}
}

// explained splits an error of the library into its words and its line.
func explained(err string) (fault string, line int) {
	at := errorLine().FindStringSubmatch(err)
	if at == nil {
		return strings.TrimPrefix(err, "yaml: "), 1
	}
	line, _ = strconv.Atoi(at[1])
	return err[len(at[0]):], line
}
