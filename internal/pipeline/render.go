package pipeline

import (
	"errors"
	"slices"

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
// none. Of a stranger's tree each target gets its own parts alone, so that what is wrong elsewhere is no fault of it.
func (m *Model) RenderWith(files []artifact.File, render Render) {
	var dir func(string) ([]Rendered, error)
	at := map[string]artifact.File{}
	for _, f := range files {
		if m.known == nil && f.Root == artifact.GitOps {
			at[f.Path] = f
		}
	}
	for _, t := range m.Targets {
		if len(t.Folders) == 0 {
			if m.known == nil {
				m.plain(t)
			}
			continue
		}
		for _, f := range t.Folders {
			t.Absent = append(t.Absent, f.absent...)
		}
		switch n := t.foreign(); {
		case n.OK():
			t.Fault, t.FaultAt = "it starts other programs, or needs what is not in this repository", n.At()
			continue
		case len(t.Absent) > 0 && !m.followed:
			t.Fault, t.FaultAt = "it needs what is not in this repository", t.Absent[0].At()
			continue
		case t.bare():
			continue
		}
		if render == nil {
			continue
		}
		switch {
		case m.known == nil:
			dir = render(t.parts(at))
		case dir == nil:
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
		m.charted(t, files)
	}
}

// bare reports whether all objects of the target come from elsewhere: to kustomize the rest is empty.
func (t *Target) bare() bool {
	for _, f := range t.Folders {
		absent := map[*yaml.Node]bool{}
		for _, n := range f.absent {
			absent[n.y] = true
		}
		for _, field := range append([]string{"configMapGenerator", "secretGenerator", generators}, included...) {
			for _, n := range f.Kust.Get(field).Items() {
				if !absent[n.y] {
					return false
				}
			}
		}
	}
	return len(t.Absent) > 0
}

// Parts are the files that kustomize reads for a target.
func (m *Model) Parts(t *Target) []artifact.File {
	at := map[string]artifact.File{}
	for _, f := range readable(m.Files) {
		at[f.Path] = f
	}
	return t.parts(at)
}

// parts are the files that kustomize reads for the target.
func (t *Target) parts(at map[string]artifact.File) []artifact.File {
	var out []artifact.File
	met := map[string]bool{}
	take := func(name string) {
		if f, ok := at[name]; ok && !met[name] {
			met[name], out = true, append(out, f)
		}
	}
	for _, f := range t.Folders {
		take(f.Kust.File().Path)
		if len(f.absent) > 0 && met[f.Kust.File().Path] {
			out[len(out)-1].Content = f.without(out[len(out)-1].Content)
		}
		for _, n := range f.paths() {
			take(f.named(n))
		}
	}
	return out
}

// without is the text of a kustomization that takes nothing from elsewhere.
func (f *Folder) without(content []byte) []byte {
	absent := map[string]bool{}
	for _, n := range f.absent {
		absent[n.Text()] = true
	}
	var k map[string]any
	if yaml.Unmarshal(content, &k) != nil {
		return content
	}
	delete(k, "helmCharts")
	delete(k, "helmChartInflationGenerator")
	for _, field := range included {
		list, _ := k[field].([]any)
		list = slices.DeleteFunc(list, func(v any) bool { name, ok := v.(string); return ok && absent[name] })
		if delete(k, field); len(list) > 0 {
			k[field] = list
		}
	}
	out, err := yaml.Marshal(k)
	if err != nil {
		return content
	}
	return out
}

// foreign is what kustomize would have to fetch or to run for more than objects, missing for nothing.
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
