package schema

import (
	"cuelang.org/go/cue/parser"
)

// EditorMark begins each file for editors that pipegen may write again.
const EditorMark = "// Written by 'pipegen schema --editor', for editors alone: nothing else reads it.\n"

// EditorModule makes a folder a module of CUE, without which CUE's language server finds no package. 0.14 is the first
// release with that server.
const EditorModule = EditorMark + `module: "example.org/pipeline@v0"
language: version: "v0.14.0"
`

// EditorCopy is where a module has its copy of the schema.
const EditorCopy = "cue.mod/pkg/github.com/pipegen/pipegen/schema/pipeline.cue"

// EditorLink is the file beside a spec that holds the spec's package against the schema.
func EditorLink(pkg string) []byte {
	return []byte(EditorMark + "package " + pkg + `

import "github.com/pipegen/pipegen/schema"

schema.#Pipeline
`)
}

// Package is the name in the package clause of a spec, "" without one.
func Package(src []byte) string {
	file, err := parser.ParseFile("", src, parser.PackageClauseOnly)
	if err != nil {
		return ""
	}
	return file.PackageName()
}
