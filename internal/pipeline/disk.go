package pipeline

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Bounds beyond which a repository is no set of manifests.
const (
	maxFile  = 1 << 20
	maxTotal = 32 << 20
	maxFiles = 4000
	maxDepth = 16
)

// Skipped is something that was not read, and why.
type Skipped struct{ Place, Reason string }

// reader collects files until a bound is met.
type reader struct {
	files   []*File
	skipped []Skipped
	total   int
}

// folder reads one repository. The filter says which files are wanted.
func (r *reader) folder(dir string, root artifact.Root, want func(name string) bool) error {
	opened, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer opened.Close()
	return fs.WalkDir(opened.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		place := filepath.ToSlash(filepath.Join(dir, name))
		switch {
		case err != nil && name == ".":
			return err
		case err != nil:
			r.skip(place, "it cannot be read")
			return nil
		case e.IsDir():
			return r.enter(name, place)
		case !want(name):
			return nil
		case !e.Type().IsRegular():
			r.skip(place, "it is a link or no file at all, and neither is read")
			return nil
		}
		return r.file(opened, root, name, place)
	})
}

// enter decides whether a folder is looked into.
func (r *reader) enter(name, place string) error {
	base := path.Base(name)
	switch {
	case name == ".":
		return nil
	case strings.HasPrefix(base, ".") && name != ".github", base == "node_modules", base == "vendor", base == "venv":
		return fs.SkipDir
	case strings.Count(name, "/") >= maxDepth:
		r.skip(place, fmt.Sprintf("folders are read %d levels deep", maxDepth))
		return fs.SkipDir
	}
	return nil
}

func (r *reader) file(opened *os.Root, root artifact.Root, name, place string) error {
	if len(r.files) >= maxFiles || r.total >= maxTotal {
		r.skip(place, fmt.Sprintf("more than %d files or %d MiB are not read", maxFiles, maxTotal>>20))
		return fs.SkipAll
	}
	f, err := opened.Open(name)
	if err != nil {
		r.skip(place, "it cannot be read")
		return nil
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		r.skip(place, "it cannot be read")
		return nil
	case len(content) > maxFile:
		r.skip(place, fmt.Sprintf("it is larger than %d MiB", maxFile>>20))
		return nil
	}
	r.total += len(content)
	r.files = append(r.files, Parse(artifact.File{Root: root, Path: name, Content: content}, place))
	return nil
}

func (r *reader) skip(place, reason string) {
	r.skipped = append(r.skipped, Skipped{place, reason})
}

// inCode are the files of the code repository that say something of a pipeline.
func inCode(name string) bool {
	dir, base := path.Dir(name), path.Base(name)
	switch {
	case dir == ".github/workflows":
		return isYAML(name) || path.Ext(name) == ".md"
	case strings.HasPrefix(name, ".github/"):
		return false
	}
	return base == "Dockerfile" || dir == "." && (path.Ext(name) == ".md" || configuration[base])
}

// configuration is where pytest and coverage find their settings.
var configuration = map[string]bool{"pyproject.toml": true, "setup.cfg": true, "tox.ini": true, "pytest.ini": true, ".coveragerc": true}

// inGitOps are the files of the GitOps repository: kustomize may want any of them.
func inGitOps(name string) bool { return !strings.HasPrefix(name, ".github/") }

func isYAML(name string) bool { return path.Ext(name) == ".yaml" || path.Ext(name) == ".yml" }
