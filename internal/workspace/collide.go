package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
)

// findCollisions returns, by index, why a file cannot exist beside another one. A set refuses two files at one path of
// a root, but the roots may share a directory, or one may lie inside the other.
func findCollisions(files []artifact.File, roots Roots) (map[int]string, error) {
	dirs := map[artifact.Root]string{}
	for _, root := range rootsOf(files) {
		dir, err := realDir(roots[root])
		if err != nil {
			return nil, fmt.Errorf("cannot open the %s repository %s: %w", root, roots[root], cause(err))
		}
		dirs[root] = filepath.ToSlash(dir)
	}
	reasons := map[int]string{}
	takenBy := map[string]int{}
	places := make([]string, len(files))
	for i, f := range files {
		// On some file systems two names that differ only in case are one.
		places[i] = path.Join(dirs[f.Root], strings.ToLower(f.Path))
		if first, taken := takenBy[places[i]]; taken {
			reasons[i] = fmt.Sprintf("it falls on the same place as %s of the %s repository", files[first].Path, files[first].Root)
			reasons[first] = fmt.Sprintf("it falls on the same place as %s of the %s repository", f.Path, f.Root)
			continue
		}
		takenBy[places[i]] = i
	}
	for i, f := range files {
		for dir := path.Dir(places[i]); dir != path.Dir(dir); dir = path.Dir(dir) {
			if above, taken := takenBy[dir]; taken {
				reasons[i] = fmt.Sprintf("%s of the %s repository is a file where a directory must be", files[above].Path, files[above].Root)
				reasons[above] = fmt.Sprintf("%s of the %s repository needs a directory there", f.Path, f.Root)
			}
		}
	}
	return reasons, nil
}

// realDir returns the absolute path of dir without symbolic links. The part of it that does not exist yet stays as it
// is.
func realDir(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	missing := ""
	for {
		found, err := filepath.EvalSymlinks(abs)
		if err == nil {
			return filepath.Join(found, missing), nil
		}
		parent := filepath.Dir(abs)
		if !errors.Is(err, fs.ErrNotExist) || parent == abs {
			return "", err
		}
		missing = filepath.Join(filepath.Base(abs), missing)
		abs = parent
	}
}
