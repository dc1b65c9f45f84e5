// Package workspace handles the repositories on disk: it compares them with the files that a spec gives, and writes
// those files. Nothing outside the given directories is read or written, and no symbolic link inside them is followed.
package workspace

import (
	"path/filepath"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Roots says in which directory each repository lies. A directory may be absolute or relative to the working directory,
// need not exist yet, may itself be reached through a symbolic link, and may serve both repositories.
type Roots map[artifact.Root]string

// Place returns the path of a file on disk, as a person would type it.
func (r Roots) Place(f artifact.File) string {
	return filepath.Join(r[f.Root], filepath.FromSlash(f.Path))
}

// Claim is a spec that owns a file, as one of the manifests says.
type Claim struct {
	// Source is the code repository, as OWNER/NAME, and Spec the spec's path in it.
	Source, Spec string
	// Manifest is the path of the manifest that says so.
	Manifest string
}

func (c Claim) String() string {
	return c.Spec + " of " + c.Source + ", by the manifest " + c.Manifest
}

// Change is one file of the output compared with the disk.
type Change struct {
	File   artifact.File
	Status Status
	// Cause is who changed a Drifted or Orphan file.
	Cause Cause
	// Claim is the other spec that a generated file belongs to as well, or nil.
	Claim *Claim
	// Old is the content on disk, or nil where there is no regular file.
	Old []byte
	// Reason says why a Foreign or Blocked file cannot be written, why an Orphan stays and what is wrong with a
	// manifest. It is a clause, without the name of the file.
	Reason string
	// Line is the line of Old that Reason is about, or 0.
	Line int
}
