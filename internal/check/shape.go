package check

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/pipegen/pipegen/internal/artifact"
)

// shape is what overlays have in common that differ only in their namespace and in the tags and digests of their
// images. kustomize renders the first of them as it is. When there is a second one, it renders them with blanks in the
// place of these values, and these are filled in for each: if that gives the first one again, to the letter.
type shape struct {
	// values and objects belong to the first overlay.
	values  []string
	objects []*yaml.Node
	// form is nil until there is a second overlay.
	form *form
	// apart says that kustomize must render each overlay.
	apart bool
}

// shared renders an overlay through its shape. It is false where kustomize must read the overlay itself.
func (t *tree) shared(overlay string, read []artifact.File) (objects []*yaml.Node, ok bool) {
	key, values, ok := t.by.shapeOf(overlay, read)
	if !ok {
		return nil, false
	}
	s := t.by.shapes[key]
	if s == nil {
		objects, err := t.build(overlay)
		t.by.shapes[key] = &shape{values: values, objects: objects, apart: err != nil}
		return objects, err == nil
	}
	if s.form == nil && !s.apart {
		s.form = formOf(overlay, read)
		s.apart = s.form == nil || !reflect.DeepEqual(s.form.filled(s.values), s.objects)
	}
	if s.apart {
		return nil, false
	}
	return s.form.filled(values), true
}

// shapeOf describes an overlay without the values that differ, and lists these. It is false if kustomize might do more
// with one of them than copy it.
func (r *Renderer) shapeOf(overlay string, read []artifact.File) (key string, values []string, ok bool) {
	var b strings.Builder
	namespace := ""
	for _, f := range read {
		name, own := strings.CutPrefix(f.Path, overlay+"/")
		if !own || !isKustomization(f) {
			fmt.Fprintf(&b, "%t %q %d\n", own, name, len(f.Content))
			b.Write(f.Content)
			continue
		}
		o := r.kustomization(f).outline
		if o.text == "" || o.namespace != "" && namespace != "" {
			return "", nil, false
		}
		fmt.Fprintf(&b, "%q\n%s", name, o.text)
		values, namespace = append(values, o.values...), namespace+o.namespace
	}
	// kustomize compares namespaces, so that what is the namespace must be nothing else.
	same := func(v string) bool { return v == namespace }
	if namespace != "" && (strings.Contains(b.String(), namespace) || slices.ContainsFunc(values[slices.IndexFunc(values, same)+1:], same)) {
		return "", nil, false
	}
	return b.String(), values, true
}

// form is what kustomize gives for an overlay with blanks.
type form struct {
	objects []*yaml.Node
	blanks  []string
	// open are the nodes that have a blank, or contain one that has. All others are part of each rendering.
	open map[*yaml.Node]bool
}

// formOf is nil if the overlay cannot be rendered with blanks.
func formOf(overlay string, read []artifact.File) *form {
	f := &form{open: map[*yaml.Node]bool{}}
	var files []artifact.File
	for _, file := range read {
		if strings.HasPrefix(file.Path, overlay+"/") && isKustomization(file) {
			top := parsed(file.Content)
			for _, n := range holesOf(top) {
				n.Value = blank(kindOf(n.Value), len(f.blanks))
				f.blanks = append(f.blanks, n.Value)
			}
			content, err := yaml.Marshal(top)
			if err != nil {
				return nil
			}
			file.Content = content
		}
		files = append(files, file)
	}
	var err error
	if f.objects, err = (&tree{by: NewRenderer(), files: files}).build(overlay); err != nil {
		return nil
	}
	for _, o := range f.objects {
		if aliased(o) != nil {
			return nil
		}
		f.find(o)
	}
	return f
}

// blank is a value of a kind that takes the place of others. None begins another.
func blank(kind string, number int) string {
	if kind == digest {
		return fmt.Sprintf("%s%060x", blankDigest, number)
	}
	return fmt.Sprintf("%s%03d", blankWord, number)
}

func (f *form) find(n *yaml.Node) bool {
	open := slices.ContainsFunc(f.blanks, func(b string) bool { return strings.Contains(n.Value, b) })
	for _, c := range n.Content {
		open = f.find(c) || open
	}
	if open {
		f.open[n] = true
	}
	return open
}

// filled are the objects with values in the place of the blanks.
func (f *form) filled(values []string) []*yaml.Node {
	var fill func(n *yaml.Node) *yaml.Node
	fill = func(n *yaml.Node) *yaml.Node {
		if !f.open[n] {
			return n
		}
		out := *n
		out.Content = slices.Clone(n.Content)
		for i, blank := range f.blanks {
			out.Value = strings.ReplaceAll(out.Value, blank, values[i])
		}
		for i, c := range out.Content {
			out.Content[i] = fill(c)
		}
		return &out
	}
	out := make([]*yaml.Node, len(f.objects))
	for i, o := range f.objects {
		out[i] = fill(o)
	}
	return out
}
