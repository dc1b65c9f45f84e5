package report

import (
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/pipegen/pipegen/internal/diag"
)

// Frame is what formats need to know beyond a document: how a screen is, where the
// checkout lies, and what the codes mean.
type Frame struct {
	// Color is set for a screen that shows colors, and Width how many columns it has; 0 means
	// that lines may have any length.
	Color bool
	Width int
	// Version is pipegen's own.
	Version string
	// Dir is the working directory, and Base the root of the checkout that paths
	// are reported in. Both are absolute.
	Dir, Base string
	// Read returns the text of a file, to count columns in it.
	Read func(name string) ([]byte, error)
	// Title says in one sentence what a code of a rule means, "" for another.
	Title func(diag.Code) string
}

// local is a diagnostic with its files as paths in the checkout, also where its
// message names the file of a note: an absolute path means nothing on GitHub.
func (f Frame) local(d diag.Diagnostic) diag.Diagnostic {
	for _, n := range d.Notes {
		if filepath.IsAbs(n.Pos.File) {
			d.Message = strings.ReplaceAll(d.Message, n.Pos.File, f.relative(n.Pos.File))
		}
	}
	d.Pos.File = f.relative(d.Pos.File)
	notes := make([]diag.Note, len(d.Notes))
	for i, n := range d.Notes {
		n.Pos.File = f.relative(n.Pos.File)
		notes[i] = n
	}
	d.Notes = notes
	return d
}

// relative is a file as seen from the root of the checkout, with slashes.
func (f Frame) relative(file string) string {
	if file == "" {
		return ""
	}
	full := file
	if !filepath.IsAbs(full) {
		full = filepath.Join(f.Dir, full)
	}
	rel, err := filepath.Rel(f.Base, full)
	if err != nil {
		rel = file
	}
	return filepath.ToSlash(rel)
}

// inside reports whether a path lies in the checkout: elsewhere GitHub can show
// nothing.
func inside(rel string) bool {
	return rel != "" && rel != "." && filepath.IsLocal(filepath.FromSlash(rel))
}

// column is the column of a local position in code points, which is what editors and
// GitHub count, or 0 where the line cannot be read.
func (f Frame) column(pos diag.Position) int {
	if pos.Line == 0 || pos.Column == 0 {
		return 0
	}
	text, err := f.Read(filepath.Join(f.Base, filepath.FromSlash(pos.File)))
	if err != nil {
		return 0
	}
	line := ""
	n := 0
	for line = range strings.Lines(string(text)) {
		if n++; n == pos.Line {
			break
		}
	}
	if n != pos.Line || pos.Column > len(line)+1 {
		return 0
	}
	return utf8.RuneCountInString(line[:pos.Column-1]) + 1
}
