// Package workspace is the repositories on disk: it compares them with the files
// that a spec gives, and applies those. Nothing outside the given directories is
// read or written, and no symbolic link inside them is followed.
package workspace

import (
	"bytes"
	"path/filepath"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Roots says in which directory each repository lies. A directory may be absolute
// or relative to the working directory, need not exist yet, may itself be reached
// through a symbolic link, and may serve both repositories.
type Roots map[artifact.Root]string

// Place returns where a file lies on disk, as a person would type it.
func (r Roots) Place(f artifact.File) string {
	return filepath.Join(r[f.Root], filepath.FromSlash(f.Path))
}

// Change is what one file of the output means for the disk.
type Change struct {
	File   artifact.File
	Status Status
	// Old is the content on disk, or nil where no regular file stands.
	Old []byte
	// Reason says why a Foreign or Blocked file cannot be written. It is a clause
	// without the file's own name in front, and "" for every other status.
	Reason string
}

// headerLines is how far down the marker may stand: a script's first line is its
// "#!", and a YAML file may open with a directive.
const headerLines = 3

// Ours reports whether content carries the header of a generated file.
func Ours(content []byte) bool {
	for range headerLines {
		line, rest, _ := bytes.Cut(content, []byte("\n"))
		if bytes.Contains(line, []byte(artifact.HeaderMarker)) {
			return true
		}
		content = rest
	}
	return false
}
