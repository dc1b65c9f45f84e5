// Package workspace is the repositories on disk: it compares them with the files
// that a spec gives, and applies those. Nothing outside the given directories is
// read or written, and no symbolic link inside them is followed.
package workspace

import (
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
	// Cause is who made a Drifted or Orphan file what it is.
	Cause Cause
	// Old is the content on disk, or nil where no regular file stands.
	Old []byte
	// Reason says why a Foreign or Blocked file cannot be written, why an Orphan stays
	// and what is wrong with a manifest. It is a clause without the file's own name in
	// front.
	Reason string
	// Line is the line of Old that Reason speaks of, or 0.
	Line int
}
