// Package yamlnode reads YAML that people wrote as a tree of nodes with their lines:
// what it holds behind aliases, how one goes down into it, and how large it would be
// with every alias written out.
package yamlnode

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

var errorLine = regexp.MustCompile(`^yaml: line (\d+): `)

// Decode returns the roots of all documents of a file. refuse is shown each document
// and says what speaks against it, or "". The fault says why nothing is returned, in a
// line counted from 1; it is "" when all was read.
func Decode(content []byte, refuse func(document *yaml.Node) string) (roots []*yaml.Node, fault string, line int) {
	// The library is known to panic on some damaged input: a file must never end the
	// program.
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
		if fault := refuse(&doc); fault != "" {
			return nil, fault, doc.Line
		}
		if len(doc.Content) == 1 {
			roots = append(roots, doc.Content[0])
		}
	}
}

// explained splits an error of the library into its words and its line.
func explained(err string) (fault string, line int) {
	at := errorLine.FindStringSubmatch(err)
	if at == nil {
		return strings.TrimPrefix(err, "yaml: "), 1
	}
	line, _ = strconv.Atoi(at[1])
	return err[len(at[0]):], line
}
