package check

import (
	"bytes"
	"path"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Render returns the objects of an overlay, a folder of the GitOps repository, as
// kustomize's own library holds them.
func Render(files []artifact.File, overlay string) ([]*yaml.Node, error) {
	return NewRenderer().Overlays(files)(overlay)
}

// Renderer renders overlays, and remembers for each what came out last: kustomize runs
// again only when a file that it reads for the overlay has changed. Nobody may change
// the objects, which the next caller gets as well.
type Renderer struct {
	kustomizations map[string]kustomization // by path
	rendered       map[string][]rendering   // by overlay, the newest first
}

// kustomization is what a file mentioned when it was read last.
type kustomization struct {
	content  []byte
	mentions []mention
}

// rendering is what became of an overlay, with all that kustomize read for it.
type rendering struct {
	read    []artifact.File
	objects []*yaml.Node
	err     error
}

// maxKept is how many renderings of an overlay are remembered: as they are on disk, as
// the next deploy leaves them, and as somebody has edited them.
const maxKept = 4

// NewRenderer returns a Renderer that remembers nothing yet.
func NewRenderer() *Renderer {
	return &Renderer{map[string]kustomization{}, map[string][]rendering{}}
}

func (r *Renderer) mentions(f artifact.File) []mention {
	k, ok := r.kustomizations[f.Path]
	if !ok || !bytes.Equal(k.content, f.Content) {
		k = kustomization{f.Content, mentions(f.Content)}
		r.kustomizations[f.Path] = k
	}
	return k.mentions
}

// Overlays returns what renders any overlay of the GitOps repository among the files.
func (r *Renderer) Overlays(files []artifact.File) func(overlay string) ([]*yaml.Node, error) {
	return r.read(files).render
}

// tree is a GitOps repository of which overlays can be rendered.
type tree struct {
	by    *Renderer
	files []artifact.File
	index map[string]int // of files, by path
	// refused says why nothing of it is rendered.
	refused error
	fs      filesys.FileSystem
}

func (r *Renderer) read(files []artifact.File) *tree {
	t := &tree{by: r, files: files, index: map[string]int{}}
	for i, f := range files {
		if f.Root == artifact.GitOps {
			t.index[f.Path] = i
		}
	}
	t.refused = r.confined(files)
	return t
}

func (t *tree) render(overlay string) ([]*yaml.Node, error) {
	if t.refused != nil {
		return nil, t.refused
	}
	read := t.reached(overlay)
	known := t.by.rendered[overlay]
	at := slices.IndexFunc(known, func(r rendering) bool { return slices.EqualFunc(r.read, read, sameFile) })
	if at < 0 {
		out := rendering{read: read}
		out.objects, out.err = t.build(overlay)
		known = slices.Insert(known[:min(len(known), maxKept-1)], 0, out)
		t.by.rendered[overlay], at = known, 0
	}
	return known[at].objects, known[at].err
}

func sameFile(a, b artifact.File) bool { return a.Path == b.Path && bytes.Equal(a.Content, b.Content) }

// build starts kustomize. Its file system is made when it is needed first.
func (t *tree) build(overlay string) ([]*yaml.Node, error) {
	if t.fs == nil {
		fs, err := repository(t.files)
		if err != nil {
			return nil, err
		}
		t.fs = fs
	}
	rendered, err := Build(t.fs, overlay)
	if err != nil {
		return nil, err
	}
	var out []*yaml.Node
	for _, r := range rendered.Resources() {
		out = append(out, r.YNode())
	}
	return out, nil
}

// reached are the files that kustomize reads for a folder, in the order in which they
// are met.
func (t *tree) reached(folder string) []artifact.File {
	var out []artifact.File
	met := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		at, ok := t.index[name]
		if !ok {
			for _, k := range kustomizationNames {
				if _, ok := t.index[path.Join(name, k)]; ok {
					visit(path.Join(name, k))
				}
			}
			return
		}
		if met[name] {
			return
		}
		f := t.files[at]
		met[name], out = true, append(out, f)
		if isKustomization(f) {
			for _, m := range t.by.mentions(f) {
				visit(path.Join(path.Dir(name), m.value))
			}
		}
	}
	visit(folder)
	return out
}
