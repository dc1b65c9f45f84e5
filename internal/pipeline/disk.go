package pipeline

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
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
	full    bool
	// folders are all that hold a file, one that was read or not.
	folders map[string]bool
	// links are the symbolic links, by their paths.
	links []string
}

// folder reads one repository. The filter says which files are wanted; what a kustomization names is read too.
func (r *reader) folder(dir string, root artifact.Root, want func(name string) bool) error {
	opened, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer opened.Close()
	first, rest := len(r.files), map[string]bool{}
	err = fs.WalkDir(opened.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		place := filepath.ToSlash(filepath.Join(dir, name))
		switch {
		case err != nil && name == ".":
			return err
		case err != nil:
			r.skip(place, "it cannot be read")
			return nil
		case e.IsDir():
			return r.enter(opened, name, place)
		}
		r.seen(path.Dir(name))
		if e.Type()&fs.ModeSymlink != 0 {
			r.links = append(r.links, name)
		}
		switch regular := e.Type().IsRegular(); {
		case !want(name):
			if rest[name] = regular; !regular {
				delete(rest, name)
			}
		case regular:
			r.file(opened, root, name, place)
		case isYAML(name):
			r.skip(place, "it is a link or no file at all, and neither is read")
		}
		return nil
	})
	if root != artifact.GitOps {
		return err
	}
	for at := first; at < len(r.files); at++ {
		f := r.files[at]
		if !isKustomization(f.Path) {
			continue
		}
		folder := Folder{Dir: path.Dir(f.Path), Kust: f.Doc()}
		for _, n := range folder.paths() {
			if name := folder.named(n); rest[name] {
				delete(rest, name)
				r.file(opened, root, name, filepath.ToSlash(filepath.Join(dir, name)))
			}
		}
	}
	return err
}

// seen records a folder with a file in it, and those around it.
func (r *reader) seen(dir string) {
	for ; !r.folders[dir]; dir = path.Dir(dir) {
		r.folders[dir] = true
	}
}

// enter decides whether a folder is looked into.
func (r *reader) enter(opened *os.Root, name, place string) error {
	base := path.Base(name)
	switch {
	case name == ".":
		return nil
	case setAside(base) && name != ".github" && (base != "vendor" || !hasFile(opened, path.Join(path.Dir(name), "kustomization.yaml"))):
		return fs.SkipDir
	case base == "templates" && hasFile(opened, path.Join(path.Dir(name), "Chart.yaml")):
		return fs.SkipDir // of Helm: they are no YAML, and the chart itself is named
	case strings.Count(name, "/") >= maxDepth:
		r.skip(place, fmt.Sprintf("folders are read %d levels deep", maxDepth))
		return fs.SkipDir
	}
	return nil
}

// setAside reports a folder that holds nothing of a repository's own, by its name.
func setAside(base string) bool {
	return strings.HasPrefix(base, ".") || base == "node_modules" || base == "vendor" || base == "venv"
}

func hasFile(opened *os.Root, name string) bool {
	_, err := opened.Stat(name)
	return err == nil
}

func (r *reader) file(opened *os.Root, root artifact.Root, name, place string) {
	if len(r.files) >= maxFiles || r.total >= maxTotal {
		if !r.full {
			r.skip(place, fmt.Sprintf("more than %d files or %d MiB are not read", maxFiles, maxTotal>>20))
		}
		r.full = true
		return
	}
	f, err := opened.Open(name)
	if err != nil {
		r.skip(place, "it cannot be read")
		return
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		r.skip(place, "it cannot be read")
		return
	case len(content) > maxFile:
		r.skip(place, fmt.Sprintf("it is larger than %d MiB", maxFile>>20))
		return
	}
	r.total += len(content)
	r.files = append(r.files, Parse(artifact.File{Root: root, Path: name, Content: content}, place))
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
	case base == "action.yml", base == "action.yaml":
		return true
	case strings.HasPrefix(name, ".github/"):
		return false
	}
	return base == "Dockerfile" || dir == "." && (path.Ext(name) == ".md" || configuration[base])
}

// configuration is where pytest and coverage find their settings.
var configuration = map[string]bool{"pyproject.toml": true, "setup.cfg": true, "tox.ini": true, "pytest.ini": true, ".coveragerc": true}

// inGitOps are the files of the GitOps repository that are read whether a kustomization names them or not.
func inGitOps(name string) bool {
	return !strings.HasPrefix(name, ".github/") && (isYAML(name) || isKustomization(name) || path.Ext(name) == ".md")
}

// besideManifests wants the workflows of a GitOps repository of its own as well: they may render what Argo CD reads.
func besideManifests(name string) bool {
	return path.Dir(name) == ".github/workflows" && isYAML(name) || inGitOps(name)
}

func isYAML(name string) bool { return path.Ext(name) == ".yaml" || path.Ext(name) == ".yml" }

// Lacks reports whether a file of YAML is certainly not in the repository that code and manifests share: it is not in a
// folder that is never read, nor behind a link.
func (m *Model) Lacks(name string) bool {
	if !m.Together || !isYAML(name) || m.File(artifact.GitOps, name) != nil || m.File(artifact.Code, name) != nil || len(m.Skipped) > 0 {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if setAside(part) || part == "templates" {
			return false
		}
	}
	return !slices.ContainsFunc(m.links, func(link string) bool { return name == link || strings.HasPrefix(name, link+"/") })
}
