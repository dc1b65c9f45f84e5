package pipeline

import (
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Model is a pipeline as it stands.
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

	// Source is the GitHub repository of the code, OWNER/NAME, or "" where nobody
	// says.
	Source string
	// Together reports that code and manifests share one repository.
	Together bool
}

// Read reads the folders of both repositories, which may be one. An error means
// that one of them cannot be read at all.
func Read(code, gitops string, render Render) (*Model, error) {
	r := &reader{}
	if err := r.folder(code, artifact.Code, inCode); err != nil {
		return nil, err
	}
	if err := r.folder(gitops, artifact.GitOps, inGitOps); err != nil {
		return nil, err
	}
	m := Of(r.files, render)
	m.Skipped, m.Together = r.skipped, same(code, gitops)
	return m, nil
}

// Of is the model of files that have been read.
func Of(files []*File, render Render) *Model {
	m := &Model{Files: files}
	m.Workflows = readWorkflows(files)
	m.readArgoCD()
	m.readTargets()
	m.render(render)
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

// File is the one at a path of a repository, or nil.
func (m *Model) File(root artifact.Root, name string) *File {
	for _, f := range m.Files {
		if f.Root == root && f.Path == name {
			return f
		}
	}
	return nil
}

// Documented reports whether a text of the repositories that is no manifest names
// a thing, in the way of Markdown's code.
func (m *Model) Documented(name string) bool {
	return slices.ContainsFunc(m.Files, func(f *File) bool {
		return strings.HasSuffix(f.Path, ".md") && strings.Contains(string(f.Content), "`"+name+"`")
	})
}

func sorted(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }
