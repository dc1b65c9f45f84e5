package check

import (
	"strings"
	"unicode/utf8"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
)

// hiddenCharacters looks for invisible characters in files that pipegen does not write. Each line that has some is a
// finding.
func (c checker) hiddenCharacters() diag.List {
	var out diag.List
	for _, f := range c.files {
		if f.Owner != artifact.Seeded && f.Owner != artifact.Unmanaged || binary(f.Content) {
			continue
		}
		n := 0
		for line := range strings.Lines(strings.TrimPrefix(string(f.Content), "\ufeff")) {
			n++
			if found, ok := diag.FirstHidden(strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")); ok {
				out = append(out, diag.Diagnostic{Code: diag.Hidden, Message: found.InLine(), Help: diag.HiddenAllowed,
					Pos: diag.Position{File: c.place(f), Line: n, Column: found.Offset + 1}})
			}
		}
	}
	return out
}

// binary reports whether a file is no text: kustomize puts such files into ConfigMaps.
func binary(content []byte) bool {
	return !utf8.Valid(content) || strings.ContainsRune(string(content), 0)
}
