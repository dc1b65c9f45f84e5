package workspace

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Source sees the author's files in a repository.
type Source struct{ files fs.FS }

// telling are names of files that a repository with source has at its top.
var telling = []string{
	"Dockerfile", "Containerfile", "Makefile", "go.mod", "package.json", "pyproject.toml", "requirements*.txt", "Pipfile", "pom.xml",
	"build.gradle*", "settings.gradle*", "Cargo.toml", "*.csproj", "*.sln", "*.slnx", "composer.json", "Gemfile", "setup.py", "*/Dockerfile",
}

// SourceOf is the working tree of a repository, if the author's source is in it.
func SourceOf(roots Roots, root artifact.Root) (Source, bool) {
	dir, err := os.OpenRoot(roots[root])
	if err != nil {
		return Source{}, false
	}
	s := Source{dir.FS()}
	return s, slices.ContainsFunc(telling, s.Has)
}

// Has reports whether there is a file or folder of a name, or one that matches a pattern. What cannot be read counts as
// being there.
func (s Source) Has(name string) bool {
	name = path.Clean(strings.TrimPrefix(name, "/"))
	if strings.ContainsAny(name, "*?[") {
		found, err := fs.Glob(s.files, name)
		return err != nil || len(found) > 0
	}
	_, err := fs.Stat(s.files, name)
	return !errors.Is(err, fs.ErrNotExist)
}
