package workspace

import (
	"errors"
	"io/fs"
	"os"
	"path"

	"github.com/pipegen/pipegen/internal/artifact"
)

// mostOfAuthor is how much of an author's file is read, in bytes.
const mostOfAuthor = 1 << 20

// Author reads a file of the author's own. It returns false when there is none, or none that could be read within the
// repository: pipegen only looks at such files, and does not need them.
func Author(roots Roots, root artifact.Root, name string) (artifact.File, bool) {
	dir, err := os.OpenRoot(roots[root])
	if err != nil {
		return artifact.File{}, false
	}
	defer dir.Close()
	info, err := dir.Stat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > mostOfAuthor {
		return artifact.File{}, false
	}
	content, err := dir.ReadFile(name)
	return artifact.File{Root: root, Path: name, Content: content}, err == nil
}

// Beside are the author's files in a folder, by their names, but for those in folders below it.
func Beside(roots Roots, root artifact.Root, folder string) []artifact.File {
	dir, err := os.OpenRoot(roots[root])
	if err != nil {
		return nil
	}
	defer dir.Close()
	entries, _ := fs.ReadDir(dir.FS(), folder)
	var out []artifact.File
	for _, e := range entries {
		if f, ok := Author(roots, root, path.Join(folder, e.Name())); ok {
			out = append(out, f)
		}
	}
	return out
}

// mostBelow is how many files and folders are looked at below a folder.
const mostBelow = 2000

// Below are the author's files in a folder and in those below it.
func Below(roots Roots, root artifact.Root, folder string) []artifact.File {
	dir, err := os.OpenRoot(roots[root])
	if err != nil {
		return nil
	}
	defer dir.Close()
	var out []artifact.File
	seen := 0
	_ = fs.WalkDir(dir.FS(), folder, func(name string, _ fs.DirEntry, err error) error {
		if seen++; err != nil || seen > mostBelow {
			return fs.SkipAll
		}
		if f, ok := Author(roots, root, name); ok {
			out = append(out, f)
		}
		return nil
	})
	return out
}

// Read reads a file through no link. The content is nil where there is none, and the obstacle says why something else
// is there, which is not read.
func Read(roots Roots, root artifact.Root, name string) (content []byte, obstacle string, err error) {
	d, err := openDisk(roots[root])
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	defer d.Close()
	return readFile(d, name)
}

func readFile(d disk, name string) (content []byte, obstacle string, err error) {
	exists, obstacle, err := lookUp(d, name)
	if exists && err == nil {
		content, err = d.ReadFile(name)
	}
	return content, obstacle, err
}
