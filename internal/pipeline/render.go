package pipeline

import (
	"path"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Render is kustomize: the objects of a folder of the GitOps repository.
type Render func(files []artifact.File, dir string) ([]*yaml.Node, error)

// render renders every target of which all parts lie in the tree.
func (m *Model) render(render Render) {
	var files []artifact.File
	for _, f := range m.Files {
		if f.Root == artifact.GitOps && f.Fault == "" {
			files = append(files, f.File)
		}
	}
	for _, t := range m.Targets {
		if len(t.Folders) == 0 {
			m.plain(t)
			continue
		}
		for _, f := range t.Folders {
			if f.foreign.OK() && t.Fault == "" {
				t.Fault, t.FaultAt = "it needs what does not lie in this repository", f.foreign.At()
			}
		}
		if t.Fault != "" {
			continue
		}
		objects, err := contained(render, files, t.Dir)
		if err != "" {
			t.Fault, t.FaultAt = err, t.At()
			continue
		}
		for _, y := range objects {
			t.Objects = append(t.Objects, newObject(t, y))
		}
	}
}

// contained turns a panic of the libraries below into a fault of the input.
func contained(render Render, files []artifact.File, dir string) (objects []*yaml.Node, fault string) {
	defer func() {
		if recover() != nil {
			objects, fault = nil, "kustomize cannot read it"
		}
	}()
	objects, err := render(files, dir)
	if err != nil {
		return nil, "kustomize cannot render it: " + err.Error()
	}
	return objects, ""
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
