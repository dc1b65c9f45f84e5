package workspace

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Apply does what the comparison calls for: it creates, updates and removes files, and overwrites what somebody changed
// if overwrite is set. It writes nothing and returns a *RefusedError if an action of any file is Refuse, and nothing if
// a file on disk is no longer what Compare saw.
//
// All files are first written beside their final paths under temporary names; only then is each renamed into place. So
// a full disk or a directory that cannot be written changes nothing, and whenever the process dies, each file is the
// old or the new one. The manifests come last, so that no file is listed as written that was not. A failure is a
// *WriteError, which says which files were written.
//
// An existing file keeps its permissions.
func Apply(changes []Change, roots Roots, overwrite bool) error {
	return apply(changes, roots, overwrite, openDisk)
}

func apply(changes []Change, roots Roots, overwrite bool, open opener) error {
	var refused, writes, records, removals []Change
	for _, c := range changes {
		switch action := c.Action(overwrite); {
		case action == Refuse:
			refused = append(refused, c)
		case action == Remove:
			removals = append(removals, c)
		case action.Writes() && c.File.Owner == artifact.Record:
			records = append(records, c)
		case action.Writes():
			writes = append(writes, c)
		}
	}
	if len(refused) > 0 {
		return &RefusedError{Changes: refused, roots: roots}
	}
	first := len(writes)
	writes = append(writes, records...)
	if len(writes)+len(removals) == 0 {
		return nil
	}
	files, gone := filesOf(writes), filesOf(removals)
	ds, err := openExisting(append(files, gone...), roots, open)
	if err != nil {
		return err
	}
	defer ds.close()
	if err := stillAsCompared(append(writes, removals...), roots, ds); err != nil {
		return err
	}
	s := &stage{roots: roots, disks: ds, files: files, gone: gone}
	if err := s.write(open); err != nil {
		return s.fail(0, errors.Join(err, s.undo(0)))
	}
	return s.commit(first)
}

func filesOf(changes []Change) []artifact.File {
	files := make([]artifact.File, len(changes))
	for i, c := range changes {
		files[i] = c.File
	}
	return files
}

// stillAsCompared refuses to overwrite what was written to the disk between Compare and Apply, by a person or by
// another run.
func stillAsCompared(planned []Change, roots Roots, ds disks) error {
	var blocked []Change
	var errs []error
	for _, c := range planned {
		now, err := compareFile(c.File, ds[c.File.Root], nil)
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("cannot read %s: %w", roots.Place(c.File), cause(err)))
		case now.Status == Blocked:
			blocked = append(blocked, now)
		case (now.Old == nil) != (c.Old == nil) || !bytes.Equal(now.Old, c.Old):
			errs = append(errs, fmt.Errorf("%s changed on disk while pipegen ran; nothing was written", roots.Place(c.File)))
		}
	}
	if len(blocked) > 0 {
		return &RefusedError{Changes: blocked, roots: roots}
	}
	return errors.Join(errs...)
}
