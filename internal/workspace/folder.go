package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
)

// AuthorFolder reads the regular files below a folder of the author's own, and marks them as such. Links are not
// followed and count as missing. A folder that does not exist, or that a link leads to, has no files; a folder with
// many times as much in it as a folder of patches needs is an error.
func AuthorFolder(roots Roots, root artifact.Root, folder string) ([]artifact.File, error) {
	return below(roots, folder, folderReader{root: root, owner: artifact.Seeded, most: 200, mostOfOne: mostOfAuthor, mostBytes: 4 << 20})
}

// Tree is AuthorFolder for a folder with files of any owner, such as the folder of an application, or "." for the whole
// repository except git's own folder.
func Tree(roots Roots, root artifact.Root, folder string) ([]artifact.File, error) {
	return below(roots, folder, folderReader{root: root, most: 5000, mostOfOne: mostOfFile, mostBytes: 64 << 20})
}

func below(roots Roots, folder string, r folderReader) ([]artifact.File, error) {
	d, err := openDisk(roots[r.root])
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot open the %s repository %s: %w", r.root, roots[r.root], cause(err))
	}
	defer d.Close()
	for _, above := range parents(folder) {
		if info, err := d.Lstat(above); err != nil || !info.IsDir() {
			return nil, nil
		}
	}
	r.disk = d
	if err := r.read(folder); err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", roots.Place(artifact.File{Root: r.root, Path: folder}), cause(err))
	}
	return r.files, nil
}

type folderReader struct {
	disk
	root      artifact.Root
	owner     artifact.Ownership
	most      int   // files
	mostOfOne int64 // bytes of a file
	mostBytes int64 // of all files together
	files     []artifact.File
	size      int64
}

func (r *folderReader) read(folder string) error {
	if info, err := r.Lstat(folder); err != nil || !info.IsDir() {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	entries, err := r.ReadDir(folder)
	if err != nil {
		return err
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	for _, e := range entries {
		name := path.Join(folder, e.Name())
		if e.IsDir() {
			if e.Name() == ".git" {
				continue
			}
			if err := r.read(name); err != nil {
				return err
			}
			continue
		}
		info, err := r.Lstat(name)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		if info.Size() > r.mostOfOne {
			return fmt.Errorf("%s has more than %d MiB, the most that is read of one file there", name, r.mostOfOne>>20)
		}
		r.size += info.Size()
		if len(r.files) == r.most || r.size > r.mostBytes {
			return fmt.Errorf("there are more than %d files or %d MiB in it", r.most, r.mostBytes>>20)
		}
		content, err := r.ReadFile(name)
		if err != nil {
			return err
		}
		r.files = append(r.files, artifact.File{Root: r.root, Path: name, Content: content, Owner: r.owner})
	}
	return nil
}
