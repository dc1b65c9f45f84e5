package workspace

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Compare says for each file of the set, in the set's order, what stands in its
// place on disk. It writes nothing. A file that stands in the way is a Change, not
// an error; an error means that the disk could not be read.
func Compare(set *artifact.Set, roots Roots) ([]Change, error) {
	files := set.Files()
	ds, err := openExisting(files, roots, openDisk)
	if err != nil {
		return nil, err
	}
	defer ds.close()
	return compare(files, roots, ds)
}

func compare(files []artifact.File, roots Roots, ds disks) ([]Change, error) {
	collisions, err := findCollisions(files, roots)
	if err != nil {
		return nil, err
	}
	changes := make([]Change, 0, len(files))
	var errs []error
	for i, f := range files {
		if reason := collisions[i]; reason != "" {
			changes = append(changes, Change{File: f, Status: Blocked, Reason: reason})
			continue
		}
		change, err := compareFile(f, ds[f.Root])
		if err != nil {
			errs = append(errs, fmt.Errorf("cannot read %s: %w", roots.Place(f), cause(err)))
		}
		changes = append(changes, change)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return changes, nil
}

func compareFile(f artifact.File, d disk) (Change, error) {
	change := Change{File: f}
	if d == nil {
		return change, nil
	}
	exists, obstacle, err := lookUp(d, f.Path)
	switch {
	case err != nil:
		return change, err
	case obstacle != "":
		change.Status, change.Reason = Blocked, obstacle
		return change, nil
	case !exists:
		return change, nil
	}
	if change.Old, err = d.ReadFile(f.Path); err != nil {
		return change, err
	}
	switch {
	case f.Owner == artifact.Live:
		change.Status = Kept
	case bytes.Equal(unixLines(change.Old), f.Content):
		change.Status = Unchanged
	case Ours(change.Old):
		change.Status = Updated
	default:
		change.Status = Foreign
		change.Reason = fmt.Sprintf("this file is not pipegen's (none of its first %d lines says %q), and the spec gives one of this name",
			headerLines, artifact.HeaderMarker)
	}
	return change, nil
}

// lookUp reports whether a regular file stands at name, and what makes it
// impossible for one to stand there. It goes down step by step because os.Root
// follows a link that stays inside the root, and we follow none: whoever reads the
// diff of a link's target would not expect pipegen behind it.
func lookUp(d disk, name string) (exists bool, obstacle string, err error) {
	for _, step := range append(parents(name), name) {
		info, err := d.Lstat(step)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return false, "", nil
		case err != nil:
			return false, "", err
		case info.Mode()&fs.ModeSymlink != 0:
			return false, fmt.Sprintf("%s is a symbolic link, which pipegen does not follow", step), nil
		case step != name && !info.IsDir():
			return false, fmt.Sprintf("%s is a file where a directory must be", step), nil
		case step == name && info.IsDir():
			return false, "a directory stands where the file must go", nil
		case step == name && !info.Mode().IsRegular():
			return false, "something that is no regular file stands where the file must go", nil
		}
	}
	return true, "", nil
}

// parents returns the directories above name, outermost first, without ".".
func parents(name string) []string {
	var dirs []string
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		dirs = append(dirs, dir)
	}
	slices.Reverse(dirs)
	return dirs
}

// unixLines undoes what git's autocrlf does to a checkout, so that the same commit
// compares alike on every platform.
func unixLines(content []byte) []byte {
	return bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))
}
