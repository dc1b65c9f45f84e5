package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"

	"github.com/pipegen/pipegen/internal/artifact"
)

const (
	dirMode  fs.FileMode = 0o755
	fileMode fs.FileMode = 0o644
)

// stage is one run of Apply: what it has put on disk so far.
type stage struct {
	roots Roots
	disks disks
	// files are written, in this order; gone are removed.
	files, gone []artifact.File
	removed     int
	// madeRoots are directories outside any disk; see makeRoot.
	madeRoots []string
	madeDirs  []entry
	temps     []entry
}

// entry is a file or directory of a repository.
type entry struct {
	root artifact.Root
	name string
}

func (s *stage) place(e entry) string {
	return s.roots.Place(artifact.File{Root: e.root, Path: e.name})
}

// write puts every file beside its final path under a temporary name, durably.
func (s *stage) write(open opener) error {
	for _, root := range rootsOf(s.files) {
		if s.disks[root] != nil {
			continue
		}
		made, err := makeRoot(s.roots[root])
		s.madeRoots = append(s.madeRoots, made...)
		if err != nil {
			return err
		}
		d, err := open(s.roots[root])
		if err != nil {
			return fmt.Errorf("cannot open the %s repository %s: %w", root, s.roots[root], cause(err))
		}
		s.disks[root] = d
	}
	for _, dir := range dirsOf(s.files) {
		if err := removeLeftovers(s.disks[dir.root], dir.name); err != nil {
			return fmt.Errorf("cannot clean the directory %s: %w", s.place(dir), cause(err))
		}
	}
	for _, f := range s.files {
		if err := s.makeDirs(f); err != nil {
			return fmt.Errorf("cannot create the directory of %s: %w", s.roots.Place(f), cause(err))
		}
		if err := s.writeTemp(f); err != nil {
			return fmt.Errorf("cannot write %s: %w", s.roots.Place(f), cause(err))
		}
	}
	return nil
}

func (s *stage) makeDirs(f artifact.File) error {
	for _, dir := range parents(f.Path) {
		err := s.disks[f.Root].Mkdir(dir, dirMode)
		switch {
		case err == nil:
			s.madeDirs = append(s.madeDirs, entry{f.Root, dir})
		case !errors.Is(err, fs.ErrExist):
			return err
		}
	}
	return nil
}

func (s *stage) writeTemp(f artifact.File) (err error) {
	d := s.disks[f.Root]
	temp := path.Join(path.Dir(f.Path), tempName())
	out, err := d.CreateNew(temp, fileMode)
	if err != nil {
		return err
	}
	s.temps = append(s.temps, entry{f.Root, temp})
	defer func() { err = errors.Join(err, out.Close()) }()
	if _, err := out.Write(f.Content); err != nil {
		return err
	}
	info, err := d.Lstat(f.Path)
	switch {
	case err == nil:
		err = out.Chmod(info.Mode().Perm())
	case errors.Is(err, fs.ErrNotExist):
		err = nil // a new file has fileMode without the bits of the umask
	}
	if err != nil {
		return err
	}
	// Without this a power cut after the rename can leave an empty file.
	return out.Sync()
}

// commit renames every staged file into place. The files from last on, the manifests, come after the removals.
func (s *stage) commit(last int) error {
	for i, f := range s.files {
		if i == last {
			if err := s.remove(); err != nil {
				return s.fail(i, errors.Join(err, s.undo(i)))
			}
		}
		if err := s.disks[f.Root].Rename(s.temps[i].name, f.Path); err != nil {
			err = fmt.Errorf("cannot write %s: %w", s.roots.Place(f), cause(err))
			return s.fail(i, errors.Join(err, s.undo(i)))
		}
	}
	if last == len(s.files) {
		if err := s.remove(); err != nil {
			return s.fail(last, err)
		}
	}
	for _, dir := range dirsOf(s.files, s.madeDirs...) {
		if err := s.disks[dir.root].SyncDir(dir.name); err != nil {
			err = fmt.Errorf("the files may not outlive a power cut: %s: %w", s.place(dir), cause(err))
			return s.fail(len(s.files), err)
		}
	}
	return nil
}

// remove deletes the orphans, and the directories that become empty.
func (s *stage) remove() error {
	for _, f := range s.gone {
		d := s.disks[f.Root]
		if err := d.Remove(f.Path); err != nil {
			return fmt.Errorf("cannot remove %s: %w", s.roots.Place(f), cause(err))
		}
		s.removed++
		for _, dir := range slices.Backward(parents(f.Path)) {
			// A directory with something in it refuses, and so do those above it.
			if d.Remove(dir) != nil {
				break
			}
		}
	}
	return nil
}

// undo removes the temporary files from the given one on, and the directories that become empty.
func (s *stage) undo(from int) error {
	var errs []error
	for _, temp := range s.temps[from:] {
		if err := s.disks[temp.root].Remove(temp.name); err != nil {
			errs = append(errs, fmt.Errorf("cannot remove the temporary file %s: %w", s.place(temp), cause(err)))
		}
	}
	// A directory that is not empty stays, which is right; an empty one that stays does no harm.
	for _, dir := range slices.Backward(s.madeDirs) {
		_ = s.disks[dir.root].Remove(dir.name)
	}
	for _, dir := range slices.Backward(s.madeRoots) {
		_ = os.Remove(dir)
	}
	return errors.Join(errs...)
}

func (s *stage) fail(written int, err error) error {
	places := make([]string, len(s.files))
	for i, f := range s.files {
		places[i] = s.roots.Place(f)
	}
	e := &WriteError{Written: places[:written], NotWritten: places[written:], Err: err}
	for _, f := range s.gone[:s.removed] {
		e.Removed = append(e.Removed, s.roots.Place(f))
	}
	return e
}

// dirsOf returns the directories of the files and the other entries, each once.
func dirsOf(files []artifact.File, others ...entry) []entry {
	entries := slices.Clone(others)
	for _, f := range files {
		entries = append(entries, entry{f.Root, f.Path})
	}
	var dirs []entry
	for _, e := range entries {
		dir := entry{e.root, path.Dir(e.name)}
		if !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}
