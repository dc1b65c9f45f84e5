package check

import (
	"bytes"
	"errors"
	"path"
	"reflect"
	"slices"

	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// Render returns the objects of an overlay, a folder of the GitOps repository, as
// kustomize's own library holds them.
func Render(files []artifact.File, overlay string) ([]*yaml.Node, error) {
	return NewRenderer().Overlays(files)(overlay)
}

// Renderer renders overlays, and remembers for each what came out last: kustomize runs
// again only when a file that it reads for the overlay has changed, and not for each of
// many overlays that differ in names alone. Nobody may change the objects, which the
// next caller and other overlays get as well, and one goroutine uses it at a time.
type Renderer struct {
	kustomizations map[string][]kustomization // by path, what was asked for last first
	rendered       map[string][]rendering     // by overlay, likewise
	shapes         map[string]*shape
	// stopped is why nothing more is rendered.
	stopped error
}

// kustomization is what a file mentions, and its outline.
type kustomization struct {
	content  []byte
	mentions []mention
	outline  outline
}

// rendering is what became of an overlay, with all that kustomize read for it.
type rendering struct {
	read    []artifact.File
	objects []*yaml.Node
	err     error
}

// maxKept is how many versions of a file or overlay are remembered: as they are on disk,
// as the next deploy leaves them, and as somebody has edited them.
const maxKept = 4

// NewRenderer returns a Renderer that remembers nothing yet.
func NewRenderer() *Renderer {
	return &Renderer{kustomizations: map[string][]kustomization{}, rendered: map[string][]rendering{}, shapes: map[string]*shape{}}
}

// remembered returns the version that fits, and makes it where none is known.
func remembered[T any](known map[string][]T, key string, fits func(T) bool, fresh func() T) T {
	all := known[key]
	at := slices.IndexFunc(all, fits)
	if at < 0 {
		all = slices.Insert(all[:min(len(all), maxKept-1)], 0, fresh())
		known[key] = all
	} else {
		asked := all[at]
		copy(all[1:], all[:at])
		all[0] = asked
	}
	return all[0]
}

func (r *Renderer) kustomization(f artifact.File) kustomization {
	return remembered(r.kustomizations, f.Path,
		func(k kustomization) bool { return bytes.Equal(k.content, f.Content) },
		func() kustomization {
			top := parsed(f.Content)
			return kustomization{f.Content, mentions(top), outlineOf(f.Content, top)}
		})
}

func (r *Renderer) mentions(f artifact.File) []mention { return r.kustomization(f).mentions }

// Overlays returns what renders any overlay of the GitOps repository among the files.
func (r *Renderer) Overlays(files []artifact.File) func(overlay string) ([]*yaml.Node, error) {
	return r.read(files).render
}

// tree is a GitOps repository whose overlays can be rendered.
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
	out := remembered(t.by.rendered, overlay,
		func(r rendering) bool { return slices.EqualFunc(r.read, read, sameFile) },
		func() rendering {
			if objects, ok := t.shared(overlay, read); ok {
				return rendering{read, objects, nil}
			}
			objects, err := t.build(overlay)
			return rendering{read, objects, err}
		})
	return out.objects, out.err
}

// decrypted are the files that a kustomization has KSOPS decrypt by one of its generators, as that names them.
func (t *tree) decrypted(f artifact.File, m mention) []string {
	at, there := t.index[path.Join(path.Dir(f.Path), m.value)]
	if m.field != generators || m.value == "" || !there {
		return nil
	}
	files, _ := pipeline.Decrypted(t.files[at].Content)
	return files
}

// Readable are the files as kustomize can read them without a key and without starting a program: what would be decrypted
// is a resource, whose values are encrypted still.
func Readable(files []artifact.File) []artifact.File { return NewRenderer().read(files).readable() }

func (t *tree) readable() []artifact.File {
	out := slices.Clone(t.files)
	for i, f := range t.files {
		if !isKustomization(f) {
			continue
		}
		var encrypted []string
		all := t.by.mentions(f)
		for _, m := range all {
			for _, name := range t.decrypted(f, m) {
				at, there := t.index[path.Join(path.Dir(f.Path), name)]
				if !there {
					continue
				}
				if out[at].Content = pipeline.StandIn(t.files[at].Content); len(out[at].Content) > 0 {
					encrypted = append(encrypted, name)
				}
			}
		}
		if slices.ContainsFunc(all, func(m mention) bool { return m.field == generators }) {
			out[i].Content = withResources(f.Content, encrypted)
		}
	}
	return out
}

// withResources is a kustomization with resources in the place of its generators.
func withResources(content []byte, files []string) []byte {
	var k map[string]any
	if yaml.Unmarshal(content, &k) != nil {
		return content
	}
	delete(k, generators)
	resources, _ := k["resources"].([]any)
	for _, name := range files {
		resources = append(resources, name)
	}
	k["resources"] = resources
	out, err := yaml.Marshal(k)
	if err != nil {
		return content
	}
	return out
}

func sameFile(a, b artifact.File) bool { return a.Path == b.Path && bytes.Equal(a.Content, b.Content) }

// deploysApart reports whether two versions of a file are the same but for the tags and
// digests of images, which kustomize takes as they are.
func (r *Renderer) deploysApart(a, b artifact.File) bool {
	if sameFile(a, b) {
		return true
	}
	if a.Path != b.Path || !isKustomization(a) {
		return false
	}
	x, y := r.kustomization(a).outline, r.kustomization(b).outline
	if x.text != "" && x.text == y.text && x.namespace == y.namespace {
		return true
	}
	m, ok := withoutDeploy(a.Content)
	n, too := withoutDeploy(b.Content)
	return ok && too && reflect.DeepEqual(m, n)
}

// withoutDeploy is a kustomization without the texts that name a release of an image. It is
// false for what is no kustomization.
func withoutDeploy(content []byte) (map[string]any, bool) {
	var out map[string]any
	if yaml.Unmarshal(content, &out) != nil {
		return nil, false
	}
	images, _ := out["images"].([]any)
	for _, i := range images {
		image, _ := i.(map[string]any)
		for _, field := range []string{"newTag", "digest"} {
			if _, ok := image[field].(string); ok {
				delete(image, field)
			}
		}
	}
	return out, true
}

// build starts kustomize. Its file system is made when it is needed first.
func (t *tree) build(overlay string) ([]*yaml.Node, error) {
	if t.fs == nil {
		fs, err := repository(t.readable())
		if err != nil {
			return nil, err
		}
		t.fs = fs
	}
	if t.by.stopped != nil {
		return nil, t.by.stopped
	}
	rendered, err := bounded(mostHeld, func() (resmap.ResMap, error) { return Build(t.fs, overlay) })
	if err != nil {
		if errors.As(err, new(tooLarge)) {
			t.by.stopped = err // it still runs
		}
		return nil, err
	}
	var out []*yaml.Node
	for _, r := range rendered.Resources() {
		out = append(out, r.YNode())
	}
	return out, sized(out)
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
				for _, encrypted := range t.decrypted(f, m) {
					visit(path.Join(path.Dir(name), encrypted))
				}
			}
		}
	}
	visit(folder)
	return out
}
