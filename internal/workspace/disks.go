package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/pipegen/pipegen/internal/artifact"
)

// disks holds the open repositories; one that does not exist yet is absent.
type disks map[artifact.Root]disk

func (ds disks) close() {
	for _, d := range ds {
		d.Close()
	}
}

// openExisting opens the repositories that the files belong to.
func openExisting(files []artifact.File, roots Roots, open opener) (disks, error) {
	ds := disks{}
	var errs []error
	for _, root := range rootsOf(files) {
		dir := roots[root]
		if dir == "" {
			errs = append(errs, fmt.Errorf("no directory is given for the %s repository", root))
			continue
		}
		d, err := open(dir)
		switch {
		case err == nil:
			ds[root] = d
		case errors.Is(err, fs.ErrNotExist) && !isLink(dir):
		case errors.Is(err, fs.ErrNotExist):
			errs = append(errs, fmt.Errorf("cannot open the %s repository %s: it is a symbolic link to nothing", root, dir))
		default:
			errs = append(errs, fmt.Errorf("cannot open the %s repository %s: %w", root, dir, cause(err)))
		}
	}
	if len(errs) > 0 {
		ds.close()
		return nil, errors.Join(errs...)
	}
	return ds, nil
}

func rootsOf(files []artifact.File) []artifact.Root {
	var roots []artifact.Root
	for _, f := range files {
		if !slices.Contains(roots, f.Root) {
			roots = append(roots, f.Root)
		}
	}
	return roots
}

// makeRoot creates a repository's directory and returns the directories that it made, outermost first, also when it
// fails half-way.
func makeRoot(dir string) (made []string, err error) {
	if parent := filepath.Dir(dir); parent != dir {
		if _, err := os.Stat(parent); errors.Is(err, fs.ErrNotExist) {
			if made, err = makeRoot(parent); err != nil {
				return made, err
			}
		}
	}
	err = os.Mkdir(dir, dirMode)
	// Two roots that share a directory, or a parent, ask for it twice.
	if errors.Is(err, fs.ErrExist) && isDir(dir) {
		return made, nil
	}
	if err != nil {
		return made, fmt.Errorf("cannot create %s: %w", dir, cause(err))
	}
	return append(made, dir), nil
}

func isDir(dir string) bool {
	info, err := os.Stat(dir)
	return err == nil && info.IsDir()
}

func isLink(name string) bool {
	info, err := os.Lstat(name)
	return err == nil && info.Mode()&fs.ModeSymlink != 0
}
