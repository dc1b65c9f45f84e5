package pipeline

import (
	"errors"
	"path"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Render is kustomize: it gets files and returns what renders a folder of the GitOps repository among them.
type Render func(files []artifact.File) func(dir string) ([]Rendered, error)

// Rendered is an object as kustomize's own library holds it, so that nothing is encoded and parsed again.
type Rendered = *yaml.Node

// readable are the files of the GitOps repository but those that should be YAML and are not.
func readable(files []*File) []artifact.File {
	var out []artifact.File
	for _, f := range files {
		if f.Root == artifact.GitOps && f.Fault == "" {
			out = append(out, f.File)
		}
	}
	return out
}

// RenderWith renders from these files every target whose parts are all in the tree. Without a render, those that need
// none.
func (m *Model) RenderWith(files []artifact.File, render Render) {
	var dir func(string) ([]Rendered, error)
	for _, t := range m.Targets {
		if len(t.Folders) == 0 {
			if m.known == nil {
				m.plain(t)
			}
			continue
		}
		if n := t.foreign(); n.OK() {
			t.Fault, t.FaultAt = "it needs what does not lie in this repository", n.At()
			continue
		}
		if render == nil {
			continue
		}
		if dir == nil {
			dir = render(files)
		}
		objects, err := contained(dir, t.Dir)
		if err != nil {
			t.Err, t.Fault, t.FaultAt = err, "kustomize cannot render it: "+err.Error(), t.At()
			continue
		}
		for _, y := range objects {
			t.Objects = append(t.Objects, newObject(t, y))
		}
	}
}

// foreign is what kustomize would have to fetch, missing for nothing.
func (t *Target) foreign() Node {
	for _, f := range t.Folders {
		if f.foreign.OK() {
			return f.foreign
		}
	}
	return Node{}
}

// contained turns a panic of the libraries below into a fault of the input.
func contained(render func(string) ([]Rendered, error), dir string) (objects []Rendered, err error) {
	defer func() {
		if recover() != nil {
			objects, err = nil, errors.New("it cannot be read")
		}
	}()
	return render(dir)
}

// plain takes the manifests of a folder without a kustomization, as Argo CD does.
func (m *Model) plain(t *Target) {
	for _, f := range m.Files {
		if f.Root != artifact.GitOps || path.Dir(f.Path) != t.Dir {
			continue
		}
		for _, d := range f.Docs {
			if d.Get("kind").OK() && d.Get("apiVersion").OK() {
				o := newObject(t, d.y)
				o.source = d
				t.Objects = append(t.Objects, o)
			}
		}
	}
}
