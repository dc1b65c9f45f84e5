// Package gallery has small whole repositories to start from: a service each, with its tests, its Dockerfile and a route
// for its health.
package gallery

import (
	"embed"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
)

// An archive is one file because Go embeds no folder that has a go.mod. The line before its files says what it is.
//
//go:embed *.txtar
var archives embed.FS

// Template is one of the repositories.
type Template struct {
	// Name is how it is asked for, and Title what it is.
	Name, Title string
	Files       []File
}

// File is a file of a template, by its path from the root.
type File struct {
	Path string
	Text []byte
}

// All returns the templates in the order of their names.
func All() []Template {
	entries, err := archives.ReadDir(".")
	if err != nil {
		panic(err) // The folder is embedded.
	}
	var out []Template
	for _, e := range entries {
		text, err := archives.ReadFile(e.Name())
		if err != nil {
			panic(err) // As above.
		}
		archive := txtar.Parse(text)
		t := Template{Name: strings.TrimSuffix(e.Name(), ".txtar"), Title: strings.TrimSpace(string(archive.Comment))}
		for _, f := range archive.Files {
			t.Files = append(t.Files, File{f.Name, f.Data})
		}
		out = append(out, t)
	}
	return out
}

// Find returns a template by its name.
func Find(name string) (Template, bool) {
	all := All()
	i := slices.IndexFunc(all, func(t Template) bool { return t.Name == name })
	if i < 0 {
		return Template{}, false
	}
	return all[i], true
}
