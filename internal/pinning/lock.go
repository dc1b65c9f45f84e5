package pinning

import (
	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/internal/workspace"
)

// LockFile is the lock of a code repository as it is on disk.
type LockFile struct {
	pins.Lock
	// Place is its path, whether it exists or not, as a person would type it.
	Place string
	// Content is nil where there is no lock.
	Content []byte
}

var lockPlace = artifact.File{Root: artifact.Code, Path: pins.LockPath, Owner: artifact.Record}

// ReadLock reads the lock of a code repository. The list says what is wrong with its form; an error means that it could
// not be read.
func ReadLock(roots workspace.Roots) (LockFile, diag.List, error) {
	lock := LockFile{Place: roots.Place(lockPlace)}
	content, obstacle, err := workspace.Read(roots, artifact.Code, pins.LockPath)
	switch {
	case err != nil:
		return lock, nil, err
	case obstacle != "":
		return lock, diag.List{{Code: diag.Blocked, Pos: diag.Position{File: lock.Place}, Message: obstacle, Help: "make it a plain file, or remove it"}}, nil
	}
	lock, found := ParseLock(lock.Place, content)
	return lock, found, nil
}

// ParseLock reads the content of a lock at a path; nil content is an empty lock. The list says what is wrong with its
// form.
func ParseLock(place string, content []byte) (LockFile, diag.List) {
	lock := LockFile{Place: place, Content: content}
	if content == nil {
		return lock, nil
	}
	var faults []pins.LockFault
	lock.Lock, faults = pins.ParseLock(content)
	return lock, lock.diagnostics(faults)
}

// Judged reports the entries of a lock that cannot be used with the table, in the style of a spec.
func (l LockFile) Judged(style string) diag.List {
	return l.diagnostics(l.Judge(generate.Pinned(), pins.Style(style)))
}

func (l LockFile) diagnostics(faults []pins.LockFault) diag.List {
	var out diag.List
	for _, f := range faults {
		out = append(out, diagnostic(l.Place, f.Line, f.Fault))
	}
	return out
}

// Change turns the lock on disk into another one; an empty one is removed.
func (l LockFile) Change(to pins.Lock) workspace.Change {
	c := workspace.Change{File: lockPlace, Status: workspace.Drifted, Cause: workspace.BySpec, Old: l.Content}
	c.File.Content = to.Encode()
	switch {
	case l.Content == nil:
		c.Status = workspace.Missing
	case len(to) == 0:
		c.Status = workspace.Orphan
	}
	return c
}
