package workspace

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sort"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Compare says for each file of the set what is at its path on disk, and which files an earlier run left that the set
// no longer has, all by root and path. The manifests on disk say what pipegen wrote before. Compare writes nothing. A
// file that is in the way is a Change, not an error; an error means that the disk could not be read.
//
// The manifests in the set come back with the entries that have to stay in them.
func Compare(set *artifact.Set, roots Roots) ([]Change, error) {
	return Taking(set, roots, nil)
}

// Taking is Compare for a person who takes over some of the Foreign files: each for which take returns true counts as
// one that pipegen wrote, and will be updated.
func Taking(set *artifact.Set, roots Roots, take func(Change) bool) ([]Change, error) {
	files := set.Files()
	ds, err := openExisting(files, roots, openDisk)
	if err != nil {
		return nil, err
	}
	defer ds.close()
	known, err := readRecords(files, ds)
	if err != nil {
		return nil, err
	}
	changes, err := compare(files, roots, ds, known)
	if err != nil {
		return nil, err
	}
	for i, c := range changes {
		if take != nil && c.Status == Foreign && take(c) {
			changes[i].Status, changes[i].Cause, changes[i].Reason = Drifted, BySpec, ""
		}
	}
	orphans, err := known.orphans(files, ds)
	if err != nil {
		return nil, err
	}
	known.settle(changes, orphans)
	changes = append(changes, orphans...)
	sort.SliceStable(changes, func(i, j int) bool {
		a, b := &changes[i], &changes[j]
		return cmp.Or(cmp.Compare(a.File.Root, b.File.Root), cmp.Compare(a.File.Path, b.File.Path)) < 0
	})
	return changes, nil
}

func compare(files []artifact.File, roots Roots, ds disks, known records) ([]Change, error) {
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
		change, err := compareFile(f, ds[f.Root], known[f.Root])
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

func compareFile(f artifact.File, d disk, known *record) (Change, error) {
	change := Change{File: f}
	if f.Owner == artifact.Unmanaged {
		change.Status = Unmanaged
	}
	if d == nil {
		return change, nil
	}
	old, obstacle, err := readFile(d, f.Path)
	change.Old = old
	switch {
	case err != nil:
	case obstacle != "":
		change.Status, change.Reason = Blocked, obstacle
	case old == nil:
	case f.Owner == artifact.Live:
		change.Status = Live
	case f.Owner == artifact.Seeded:
		change.Status = Seeded
	case f.Owner == artifact.Generated:
		change.judge(known)
	}
	return change, err
}

// judge decides to whom a generated file belongs, and who changed it.
func (c *Change) judge(known *record) {
	c.Claim = known.claim(c.File.Path)
	switch hash, listed := known.wrote(c.File.Path); {
	case bytes.Equal(artifact.Normal(c.Old), artifact.Normal(c.File.Content)):
		c.Status = Unchanged
	case listed && hash == hashOf(c.Old):
		c.Status, c.Cause = Drifted, BySpec
	case listed:
		c.Status, c.Cause = Drifted, ByEdit
	case c.Claim != nil:
		c.Status, c.Reason = Foreign, "this file belongs to "+c.Claim.String()
	case artifact.Ours(c.Old):
		c.Status, c.Cause = Drifted, Unknown
	default:
		c.Status = Foreign
		c.Reason = fmt.Sprintf("this file is not pipegen's (nothing in its first lines says %q), and the spec gives one of this name", artifact.HeaderMarker)
	}
}

// mostOfFile is larger than any file that pipegen writes, in bytes: a larger file is not read.
const mostOfFile = 8 << 20

// lookUp reports whether there is a regular file at name, and why there cannot be one. It goes down step by step
// because os.Root follows a link that stays inside the root, and we follow none: a reader of a change in a link's
// target would not expect that pipegen made it.
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
			return false, "there is a directory at the path of the file", nil
		case step == name && !info.Mode().IsRegular():
			return false, "what is at the path of the file is not a regular file", nil
		case step == name && info.Size() > mostOfFile:
			return false, fmt.Sprintf("the file at this path has more than %d MiB", mostOfFile>>20), nil
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
