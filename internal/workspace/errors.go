package workspace

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"strings"
)

// RefusedError means that nothing was written because files are in the way.
type RefusedError struct {
	// Changes are the Foreign, Blocked and edited files, all of them.
	Changes []Change
	roots   Roots
}

func (e *RefusedError) Error() string {
	var b strings.Builder
	b.WriteString("nothing was written, because files are in the way:")
	for _, c := range e.Changes {
		b.WriteString("\n  " + e.roots.Place(c.File) + ": " + cmp.Or(c.Reason, "it is not as pipegen wrote it"))
	}
	return b.String()
}

// WriteError means that writing failed. Each file is the old or the new one.
type WriteError struct {
	// Written are the paths on disk that hold the new content, NotWritten those that still hold the old content or
	// nothing.
	Written, NotWritten []string
	// Removed are the paths of the files that were removed.
	Removed []string
	Err     error
}

func (e *WriteError) Error() string {
	said := e.Err.Error()
	switch {
	case len(e.Written) == 0:
		said += "; nothing was written"
	case len(e.NotWritten) == 0:
		said += "; every file was written"
	default:
		said += "; written: " + strings.Join(e.Written, ", ") + "; not written: " + strings.Join(e.NotWritten, ", ")
	}
	if len(e.Removed) > 0 {
		said += "; removed: " + strings.Join(e.Removed, ", ")
	}
	return said
}

func (e *WriteError) Unwrap() error { return e.Err }

// cause strips the system call and the temporary name from an error of package os: our messages name the file that the
// user knows.
func cause(err error) error {
	var pathErr *fs.PathError
	var linkErr *os.LinkError
	switch {
	case errors.As(err, &pathErr):
		return pathErr.Err
	case errors.As(err, &linkErr):
		return linkErr.Err
	}
	return err
}
