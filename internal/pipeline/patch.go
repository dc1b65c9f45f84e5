package pipeline

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
)

// patch is an entry of patches: in a kustomization. Its text may be a part of an object or a JSON patch, in a file of
// its own or in the kustomization itself.
type patch struct {
	target Node
	// docs are its documents, with the lines of where they are written.
	docs []Node
	// owned is set where it is the author's.
	owned bool
}

// Merges are the documents that the kustomization merges into objects of their kind and name, a part of an object each.
func (f *Folder) Merges() []Node {
	var out []Node
	for _, p := range f.patches {
		for _, d := range p.docs {
			if kind := p.target.Get("kind").Text(); d.IsMap() && (kind == "" || kind == d.Get("kind").Text()) {
				out = append(out, d)
			}
		}
	}
	return out
}

// PatchedImages are the images that its JSON patches give containers, before its own entry of images is made.
func (f *Folder) PatchedImages() []Node {
	var out []Node
	for _, p := range f.patches {
		for _, d := range p.docs {
			for _, op := range d.Items() {
				if strings.HasSuffix(op.Get("path").Text(), "/image") {
					out = append(out, op.Get("value"))
				}
			}
		}
	}
	return out
}

// patchOf reads an entry, whose text may be in a file.
func patchOf(entry Node, file *File) patch {
	p := patch{target: entry.Get("target"), owned: entry.file.Owner == artifact.Seeded}
	if text := entry.Get("patch"); text.OK() {
		first := text.TextLine(0)
		roots, _, _ := Decode([]byte(text.Text()), nil)
		for _, y := range roots {
			shift(y, first.Line-1, 0)
			p.docs = append(p.docs, Node{y: y, file: first.File, line: y.Line})
		}
	} else if file != nil {
		p.docs, p.owned = file.Docs, file.Owner == artifact.Seeded
	}
	return p
}

// shift moves the lines of a tree down to where its text is written in another file.
func shift(y *yaml.Node, by, depth int) {
	y.Line += by
	for _, c := range y.Content {
		if depth < maxNesting {
			shift(c, by, depth+1)
		}
	}
}

// find is the place in a patch that speaks of a field of an object, and how much of the way to the field the patch
// names.
func (p patch) find(o *Object, steps []string) (best Place, depth int) {
	for _, d := range p.docs {
		if !p.aimsAt(o, d) {
			continue
		}
		if !d.IsList() {
			if at, met := follow(o.Node, d, steps); met > depth {
				best, depth = at, met
			}
			continue
		}
		for _, op := range d.Items() {
			// The last of several operations decides.
			if at, met := p.operation(op, steps); met > 0 && met >= depth {
				best, depth = at, met
			}
		}
	}
	return best, depth
}

// operation is find for one operation of a JSON patch.
func (p patch) operation(op Node, steps []string) (at Place, met int) {
	shared, beyond := common(op.Get("path").Text(), steps)
	value := op.Get("value")
	switch {
	case shared < 0, beyond && !p.owned:
		return Place{}, 0
	case beyond || !value.OK():
		return op.At(), shared + 1
	}
	line, met := walk(nil, value.y, value.line, steps[shared:])
	return Place{File: value.file, Line: line}, shared + met
}

// aimsAt reports whether a document of the patch may be for the object. What has no target names its object itself.
func (p patch) aimsAt(o *Object, d Node) bool {
	kind, name := p.target.Get("kind").Text(), p.target.Get("name").Text()
	if !p.target.OK() && !d.IsList() {
		return d.Get("kind").Text() == o.Kind && d.Get("metadata", "name").Text() == o.Name
	}
	return (kind == "" || kind == o.Kind) && (name == "" || name == o.Name || strings.ContainsAny(name, ".*[(|"))
}

// Pointer are the names and indices of a JSON pointer, be it a valid one or not.
func Pointer(text string) []string {
	out := strings.Split(strings.TrimPrefix(text, "/"), "/")
	for i, t := range out {
		out[i] = strings.ReplaceAll(strings.ReplaceAll(t, "~1", "/"), "~0", "~")
	}
	return out
}

// common is how many steps a JSON pointer and a way to a field share, and whether the pointer goes on from there; -1
// where one leads elsewhere. A pointer to a list's end leads to its every element.
func common(pointer string, steps []string) (shared int, beyond bool) {
	for i, t := range Pointer(pointer) {
		if i == len(steps) {
			return i, true
		}
		if _, err := strconv.Atoi(t); err == nil || t == "-" {
			t = "[" + t + "]"
		}
		if t != steps[i] && t != "[-]" {
			return -1, false
		}
		shared++
	}
	return shared, false
}
