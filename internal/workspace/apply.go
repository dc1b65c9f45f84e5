package workspace

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Apply writes the Created and Updated files of a comparison. It writes nothing and
// returns a *RefusedError if any file is Foreign or Blocked, and nothing if a file
// on disk is no longer what Compare saw.
//
// All files are first written beside their places under temporary names; only then
// is each renamed into place. So a full disk or a directory that cannot be written
// changes nothing, and whenever the process dies each file is the old or the new
// one. A failure is a *WriteError, which says which files were written.
//
// An existing file keeps its permissions.
func Apply(changes []Change, roots Roots) error {
	return apply(changes, roots, openDisk)
}

func apply(changes []Change, roots Roots, open opener) error {
	var refused, writes []Change
	for _, c := range changes {
		switch {
		case c.Status.Refused():
			refused = append(refused, c)
		case c.Status.Writes():
			writes = append(writes, c)
		}
	}
	if len(refused) > 0 {
		return &RefusedError{Changes: refused, roots: roots}
	}
	if len(writes) == 0 {
		return nil
	}
	files := make([]artifact.File, len(writes))
	for i, c := range writes {
		files[i] = c.File
	}
	ds, err := openExisting(files, roots, open)
	if err != nil {
		return err
	}
	defer ds.close()
	if err := stillAsCompared(writes, files, roots, ds); err != nil {
		return err
	}
	s := &stage{roots: roots, disks: ds}
	if err := s.write(files, open); err != nil {
		return s.fail(0, files, errors.Join(err, s.undo(0)))
	}
	return s.commit(files)
}

// stillAsCompared refuses to overwrite what was written to the disk between Compare
// and Apply, by a person or by another run.
func stillAsCompared(writes []Change, files []artifact.File, roots Roots, ds disks) error {
	now, err := compare(files, roots, ds)
	if err != nil {
		return err
	}
	var blocked []Change
	var errs []error
	for i, c := range now {
		old := writes[i].Old
		switch {
		case c.Status == Blocked:
			blocked = append(blocked, c)
		case (c.Old == nil) != (old == nil) || !bytes.Equal(c.Old, old):
			errs = append(errs, fmt.Errorf("%s changed on disk while pipegen ran; nothing was written", roots.Place(c.File)))
		}
	}
	if len(blocked) > 0 {
		return &RefusedError{Changes: blocked, roots: roots}
	}
	return errors.Join(errs...)
}
