package workspace

import (
	"io"
	"os"

	"github.com/pipegen/pipegen/internal/artifact"
)

// mostOfAuthor is how much of an author's file is read, in bytes.
const mostOfAuthor = 1 << 20

// Author reads a file of the author's own. It returns false when there is none, or
// none that could be read within the repository: pipegen only looks at such files,
// and does not need them.
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
	f, err := dir.Open(name)
	if err != nil {
		return artifact.File{}, false
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, mostOfAuthor))
	if err != nil {
		return artifact.File{}, false
	}
	return artifact.File{Root: root, Path: name, Content: content}, true
}
