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

// Claim is a spec that has put a file where it is, by one of the manifests.
type Claim struct {
	// Source is the code repository, as OWNER/NAME, and Spec the spec's path in it.
	Source, Spec string
	// Manifest is the path of the manifest that says so.
	Manifest string
}

func (c Claim) String() string {
	return c.Spec + " of " + c.Source + ", by the manifest " + c.Manifest
}

// Change is what one file of the output means for the disk.
type Change struct {
	File   artifact.File
	Status Status
	// Cause is who made a Drifted or Orphan file what it is.
	Cause Cause
	// Claim is the other spec that a generated file belongs to as well, or nil.
	Claim *Claim
	// Old is the content on disk, or nil where no regular file stands.
	Old []byte
	// Reason says why a Foreign or Blocked file cannot be written, why an Orphan stays
	// and what is wrong with a manifest. It is a clause without the file's own name in
	// front.
	Reason string
	// Line is the line of Old that Reason speaks of, or 0.
	Line int
}
