package pipeline

import (
	"maps"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
)

// kustomizationNames are the names that kustomize looks for in a folder.
var kustomizationNames = []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}

func isKustomization(name string) bool { return slices.Contains(kustomizationNames, path.Base(name)) }

// Folder is one kustomization, with the files that it names.
type Folder struct {
	Dir string
	// Kust is its kustomization file.
	Kust Node
	// Files are the manifests and patches that it names.
	Files []*File
	// Generators are the files by which Argo CD has KSOPS decrypt others, as the kustomization names them, and Encrypted
	// are those that are decrypted, which are among Files.
	Generators []string
	Encrypted  []*File
	decrypted  []Node
	// patches are those that say what they are for beside their text.
	patches []patch
	// foreign is what it wants to load from elsewhere and cannot be rendered without, and absent are the objects that it
	// wants to load from elsewhere; neither is set in a known pipeline.
	foreign Node
	absent  []Node
}

// Target is a folder that Argo CD renders, or that nothing else in the tree includes, so that somebody may have meant
// it to be rendered.
type Target struct {
	Dir string
	// Folders are the kustomizations that it consists of, itself first; none for a folder of plain manifests.
	Folders []*Folder
	// Objects are what it renders to; none when Fault says why it cannot be rendered.
	Objects []*Object
	Fault   string
	FaultAt Place
	// Absent are the values by which it takes objects from elsewhere: Objects are the rest.
	Absent []Node
	// Err is what kustomize said, where it was asked.
	Err error
	// Apps are the Applications that render it.
	Apps []Node
}

// Holds reports whether the target reads a folder.
func (t *Target) Holds(dir string) bool {
	return t.Folder(dir) != nil || len(t.Folders) == 0 && dir == t.Dir
}

// Folder is the kustomization of the target in a folder, or nil.
func (t *Target) Folder(dir string) *Folder {
	for _, f := range t.Folders {
		if f.Dir == dir {
			return f
		}
	}
	return nil
}

// Own reports whether a folder is the target's alone: itself and what lies below.
func (t *Target) Own(dir string) bool { return dir == t.Dir || strings.HasPrefix(dir, t.Dir+"/") }

// At is the line at which the target begins.
func (t *Target) At() Place {
	if len(t.Folders) > 0 {
		return t.Folders[0].Kust.At()
	}
	for _, o := range t.Objects {
		return o.At()
	}
	return Place{}
}

// Kinds are the objects of one kind.
func (t *Target) Kinds(kind string) []*Object {
	var out []*Object
	for _, o := range t.Objects {
		if o.Kind == kind {
			out = append(out, o)
		}
	}
	return out
}

// kustomization finds the kustomization file of a folder.
func (m *Model) kustomization(dir string) *File {
	for _, name := range kustomizationNames {
		if f := m.File(artifact.GitOps, path.Join(dir, name)); f != nil {
			return f
		}
	}
	return nil
}

// included are the fields that name other folders or files of manifests.
var included = []string{"resources", "components", "bases"}

// closure follows what a folder includes.
func (m *Model) closure(dir string, seen map[string]bool) []*Folder {
	k := m.kustomization(dir)
	if k == nil || seen[dir] {
		return nil
	}
	seen[dir] = true
	f := &Folder{Dir: dir, Kust: k.Doc()}
	m.decrypting(f)
	if m.known == nil {
		m.findForeign(f) // in a known pipeline, the renderer reports it
	}
	out := []*Folder{f}
	for _, field := range included {
		for _, name := range f.Kust.Get(field).List() {
			target := path.Join(dir, name)
			if file := m.File(artifact.GitOps, target); file != nil {
				f.Files = append(f.Files, file)
				continue
			}
			out = append(out, m.closure(target, seen)...)
		}
	}
	for _, field := range []string{"patches", "patchesJson6902"} {
		for _, p := range f.Kust.Get(field).Items() {
			file := m.File(artifact.GitOps, path.Join(dir, p.Get("path").Text()))
			if file != nil {
				f.Files = append(f.Files, file)
			}
			f.patches = append(f.patches, patchOf(p, file))
		}
	}
	for _, p := range f.Kust.Get("patchesStrategicMerge").List() {
		if file := m.File(artifact.GitOps, path.Join(dir, p)); file != nil {
			f.Files = append(f.Files, file)
		}
	}
	return out
}

// findForeign looks for what kustomize would have to fetch or to run: it takes any path that is not there for an address,
// and would go to the network for it.
func (m *Model) findForeign(f *Folder) {
	for _, field := range []string{"helmCharts", "helmChartInflationGenerator"} {
		if n := f.Kust.Get(field); n.OK() {
			f.absent = append(f.absent, n)
		}
	}
	for _, field := range []string{generators, transformers, "validators"} {
		harmless := field == transformers && m.transformsItself(f) || field == generators && len(f.Generators) == len(f.Kust.Get(field).Items())
		if n := f.Kust.Get(field); n.OK() && !f.foreign.OK() && !harmless {
			f.foreign = n
		}
	}
	objects := map[*yaml.Node]bool{}
	for _, field := range []string{"resources", "components", "bases"} {
		for _, n := range f.Kust.Get(field).Items() {
			objects[n.y] = true
		}
	}
	for _, n := range f.paths() {
		at := f.named(n)
		there := m.File(artifact.GitOps, at) != nil || m.kustomization(at) != nil
		switch {
		case n.Text() != "" && at != f.Dir && !strings.Contains(n.Text(), "://") && there:
		case objects[n.y]:
			f.absent = append(f.absent, n)
		case !f.foreign.OK():
			f.foreign = n
		}
	}
}

const transformers = "transformers"

// builtinTransformers are those that kustomize has itself and that read no file.
var builtinTransformers = []string{
	"AnnotationsTransformer", "ImageTagTransformer", "LabelTransformer", "NamespaceTransformer", "PrefixTransformer", "ReplicaCountTransformer", "SuffixTransformer",
}

// TransformsItself reports a file with nothing but transformers of kustomize's own, which start no program and read no
// file.
func TransformsItself(content []byte) bool {
	documents, fault, _ := Decode(content, nil)
	return fault == "" && len(documents) > 0 && !slices.ContainsFunc(documents, func(y *yaml.Node) bool {
		d := Node{y: y}
		return d.Get("apiVersion").Text() != "builtin" || !slices.Contains(builtinTransformers, d.Get("kind").Text())
	})
}

// transformsItself reports whether all transformers of a folder are such.
func (m *Model) transformsItself(f *Folder) bool {
	return !slices.ContainsFunc(f.Kust.Get(transformers).Items(), func(n Node) bool {
		file := m.File(artifact.GitOps, f.named(n))
		return file == nil || !TransformsItself(file.Content)
	})
}

// named is the path that a value of the kustomization means, which may stand behind a key.
func (f *Folder) named(n Node) string {
	_, name, keyed := strings.Cut(n.Text(), "=")
	if !keyed {
		name = n.Text()
	}
	return path.Join(f.Dir, name)
}

// paths are the values of a kustomization that name a file or a folder.
func (f *Folder) paths() []Node {
	out := slices.Clone(f.decrypted)
	for _, field := range []string{"resources", "components", "bases", "crds", "configurations", generators, transformers} {
		out = append(out, f.Kust.Get(field).Items()...)
	}
	for _, n := range f.Kust.Get("patchesStrategicMerge").Items() {
		if !strings.Contains(n.Text(), "\n") {
			out = append(out, n)
		}
	}
	for _, field := range []string{"patches", "patchesJson6902", "replacements"} {
		for _, n := range f.Kust.Get(field).Items() {
			if p := n.Get("path"); p.OK() {
				out = append(out, p)
			}
		}
	}
	if p := f.Kust.Get("openapi", "path"); p.OK() {
		out = append(out, p)
	}
	for _, field := range []string{"configMapGenerator", "secretGenerator"} {
		for _, n := range f.Kust.Get(field).Items() {
			out = append(out, n.Get("files").Items()...)
			out = append(out, n.Get("envs").Items()...)
			if e := n.Get("env"); e.OK() {
				out = append(out, e)
			}
		}
	}
	return out
}

// readTargets finds what is rendered: what the caller knows to be, or else what Applications name and what has a
// kustomization and is included by no other.
func (m *Model) readTargets() {
	apps := m.rendering()
	roots := m.roots(apps)
	if m.known != nil {
		roots = m.overlays()
	}
	for _, dir := range slices.Sorted(maps.Keys(roots)) {
		t := &Target{Dir: dir, Apps: apps[dir], Folders: m.closure(dir, map[string]bool{})}
		if len(t.Folders) == 0 && m.known == nil && !m.hasFiles(t) {
			continue
		}
		m.Targets = append(m.Targets, t)
		m.byDir[dir] = t
	}
}

// rendering are the Applications, by the folders that they render.
func (m *Model) rendering() map[string][]Node {
	apps := map[string][]Node{}
	for _, a := range m.Applications {
		for _, s := range Sources(a) {
			if p := s.Get("path"); p.OK() {
				dir := path.Clean(p.Text())
				apps[dir] = append(apps[dir], a)
			}
		}
	}
	return apps
}

// overlays are the folders that the caller knows, and those that look like them.
func (m *Model) overlays() map[string]bool {
	dirs := map[string]bool{}
	for _, dir := range m.known.Overlays {
		dirs[dir] = true
	}
	for _, f := range m.Files {
		if dir := path.Dir(f.Path); f.Root == artifact.GitOps && f.Owner != artifact.Seeded && isKustomization(f.Path) && path.Base(path.Dir(dir)) == "overlays" {
			dirs[dir] = true
		}
	}
	return dirs
}

func (m *Model) roots(apps map[string][]Node) map[string]bool {
	roots, inside := map[string]bool{}, map[string]bool{}
	for _, f := range m.Files {
		if f.Root != artifact.GitOps || !isKustomization(f.Path) || len(f.Docs) == 0 {
			continue
		}
		dir := path.Dir(f.Path)
		if f.Docs[0].Get("kind").Text() != "Component" {
			roots[dir] = true
		}
		for _, field := range included {
			for _, n := range f.Docs[0].Get(field).List() {
				inside[path.Join(dir, n)] = true
			}
		}
	}
	for dir := range inside {
		delete(roots, dir)
	}
	for dir := range apps {
		roots[dir] = true
	}
	if len(roots) == 0 && len(m.ApplicationSets) == 0 {
		m.plainRoots(roots)
	}
	return roots
}

// plainRoots adds the folders of manifests, where nothing else says what is rendered.
func (m *Model) plainRoots(roots map[string]bool) {
	for _, f := range m.Files {
		if f.Root != artifact.GitOps {
			continue
		}
		for _, d := range f.Docs {
			if d.Get("apiVersion").OK() && runs[d.Get("kind").Text()] {
				roots[path.Dir(f.Path)] = true
			}
		}
	}
}

// runs are the kinds of objects that run something all the time, or again and again.
var runs = map[string]bool{"Deployment": true, "StatefulSet": true, "DaemonSet": true, "CronJob": true, "Rollout": true}

func (m *Model) hasFiles(t *Target) bool {
	return slices.ContainsFunc(m.Files, func(f *File) bool { return len(f.Docs) > 0 && t.applies(f) })
}

// Target is the one of a folder, or nil.
func (m *Model) Target(dir string) *Target { return m.byDir[path.Clean(dir)] }

// Owners are the targets that a folder belongs to, itself or one that it lies in, the innermost first.
func (m *Model) Owners(dir string) []*Target {
	var out []*Target
	for ; dir != "." && dir != "/" && dir != ""; dir = path.Dir(dir) {
		if t := m.byDir[dir]; t != nil {
			out = append(out, t)
		}
	}
	return out
}
