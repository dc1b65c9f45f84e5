package fromsource

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
	Files       []TemplateFile
}

// TemplateFile is a file of a template, by its path from the root.
type TemplateFile struct {
	Path string
	Text []byte
}

// Templates returns the templates in the order of their names.
func Templates() []Template {
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
			t.Files = append(t.Files, TemplateFile{f.Name, f.Data})
		}
		out = append(out, t)
	}
	return out
}

// FindTemplate returns a template by its name.
func FindTemplate(name string) (Template, bool) {
	all := Templates()
	i := slices.IndexFunc(all, func(t Template) bool { return t.Name == name })
	if i < 0 {
		return Template{}, false
	}
	return all[i], true
}
