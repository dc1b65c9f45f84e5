package pipeline

import (
	"os"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Model is a pipeline as its files describe it.
type Model struct {
	Files []*File
	// Skipped is what was not read.
	Skipped []Skipped

	Workflows []*Workflow
	Writers   []*Writer
	Targets   []*Target
	// Applications and Projects are the objects of Argo CD, in the files' order.
	Applications, Projects []Node
	ApplicationSets        []*ApplicationSet
	// Roots are the Applications that bring others. In a known pipeline they are not among Applications.
	Roots []Root

	// Source is the GitHub repository of the code, OWNER/NAME, or "" where nobody says.
	Source string
	// Manifests is the GitHub repository of the manifests, likewise.
	Manifests string
	// Together reports that code and manifests share one repository.
	Together bool

	known *Known
	// followed is set in what Followed returns.
	followed bool
	byPath   map[string]*File
	byDir    map[string]*Target // Targets, by their folder
	byDigest map[string]*Writer // the writers that edit, by the digest of their Run
	folders  map[string]bool    // every folder with a file somewhere in it
	links    []string           // the symbolic links
	deployed []artifact.File
	builds   *[]Build // what Builds found
	apart    *int     // what apartAt found
}

// Known is what a caller knows of a pipeline before it is read. Of a stranger's pipeline nothing is known.
type Known struct {
	// GitOps is the repository that Argo CD renders, as OWNER/NAME.
	GitOps string
	// Overlays are folders that are rendered, besides those below one called overlays.
	Overlays []string
	// Charts renders, from files, what Helm renders beside an overlay; nil for nothing.
	Charts func(files []artifact.File, overlay string) ([]Charted, error)
}

// Read reads the folders of both repositories, which may be one. An error means that one of them cannot be read at all.
func Read(code, gitops string, render Render) (*Model, error) {
	r := &reader{folders: map[string]bool{}}
	if err := r.folder(code, artifact.Code, inCode); err != nil {
		return nil, err
	}
	together, want := same(code, gitops), besideManifests
	if together {
		want = inGitOps
	}
	if err := r.folder(gitops, artifact.GitOps, want); err != nil {
		return nil, err
	}
	m := Of(r.files, render)
	m.Skipped, m.Together, m.folders, m.links = r.skipped, together, r.folders, r.links
	return m, nil
}

// Of is the model of files that have been read, if nothing else is known about them.
func Of(files []*File, render Render) *Model {
	m := New(files, nil)
	m.RenderWith(readable(files), render)
	return m
}

// Followed is the pipeline as its runs are: what a workflow of the repository calls, another workflow or an action of the
// repository, is in the place of the call, and a target is rendered without the objects that it takes from elsewhere.
// For rules it is too little and too much: what is missing may be elsewhere, and what is called twice is there twice.
func (m *Model) Followed(render Render) *Model {
	out := newModel(m.Files, nil, true)
	out.RenderWith(readable(m.Files), render)
	out.BelongsTo(m.Source)
	out.Skipped, out.Manifests, out.Together, out.folders = m.Skipped, m.Manifests, m.Together, m.folders
	return out
}

// New is the model of files that have been read, and not yet been rendered. The writers of a known pipeline are read
// with a Run, each with its own.
func New(files []*File, known *Known) *Model { return newModel(files, known, false) }

func newModel(files []*File, known *Known, followed bool) *Model {
	m := &Model{Files: files, known: known, followed: followed, byPath: map[string]*File{}, byDir: map[string]*Target{}, byDigest: map[string]*Writer{}}
	for _, f := range files {
		m.byPath[key(f.Root, f.Path)] = f
	}
	m.Workflows = readWorkflows(files, known)
	if followed {
		m.follow()
	}
	m.readArgoCD()
	m.readTargets()
	m.readWriters()
	return m
}

func same(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// Jobs are those of all workflows.
func (m *Model) Jobs() []*Job {
	var out []*Job
	for _, w := range m.Workflows {
		out = append(out, w.Jobs...)
	}
	return out
}

// File is the one at a path of a repository, or nil.
func (m *Model) File(root artifact.Root, name string) *File { return m.byPath[key(root, name)] }

// HasFolder reports whether some file lies in a folder, or further down.
func (m *Model) HasFolder(dir string) bool {
	if m.folders == nil {
		m.folders = map[string]bool{".": len(m.Files) > 0}
		for _, f := range m.Files {
			for d := path.Dir(f.Path); !m.folders[d]; d = path.Dir(d) {
				m.folders[d] = true
			}
		}
	}
	return m.folders[dir]
}

// Documented reports whether a text of the repositories that is no manifest names a thing, in the way of Markdown's
// code.
func (m *Model) Documented(name string) bool {
	return slices.ContainsFunc(m.Files, func(f *File) bool {
		return strings.HasSuffix(f.Path, ".md") && strings.Contains(string(f.Content), "`"+name+"`")
	})
}
