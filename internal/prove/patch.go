package prove

import (
	"path"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
)

// patch is an entry of patches: in a kustomization. Its text may be a part of an object
// or a JSON patch, in a file of its own or in the kustomization itself.
type patch struct {
	kind, name string
	// docs are its documents, with the lines of where they stand.
	docs []node
	// at is the entry itself, and owned is set where it is the author's.
	at    node
	owned bool
}

func (m *model) patchOf(dir string, entry node) []patch {
	p := patch{kind: entry.get("target", "kind").text(), name: entry.get("target", "name").text(), at: entry, owned: entry.src.Owner == artifact.Seeded}
	if inline := entry.get("patch"); inline.ok() {
		s := parse([]byte(inline.text())).source(artifact.File{}, "")
		for _, d := range s.docs {
			// The text of a block begins below its key. Lines of another text cannot be told.
			d.src, d.line = entry.src, inline.line
			if strings.Contains(inline.text(), "\n") {
				shift(d.y, inline.line)
				d.line = d.y.Line
			}
			p.docs = append(p.docs, d)
		}
		return []patch{p}
	}
	file := m.file(artifact.GitOps, path.Join(dir, entry.get("path").text()))
	if file == nil {
		return nil
	}
	p.docs, p.owned = file.docs, file.Owner == artifact.Seeded
	return []patch{p}
}

// shift moves the lines of a tree down to where its text stands in another file.
func shift(y *yaml.Node, by int) {
	y.Line += by
	for _, c := range y.Content {
		shift(c, by)
	}
}

// find is the place in a patch that speaks of a field of an object, and how much of
// the way to the field the patch names.
func (p patch) find(o *object, fields []string) (place, int) {
	best, depth := place{}, 0
	for _, d := range p.docs {
		if d.isList() {
			if p.kind != "" && p.kind != o.kind || p.name != "" && p.name != o.ident {
				continue
			}
			for _, op := range d.items() {
				if n := common(op.get("path").text(), fields); n > depth {
					best, depth = op.at(), n
				}
			}
			continue
		}
		kind, name := d.get("kind").text(), d.get("metadata", "name").text()
		if p.kind != "" {
			kind = p.kind
		}
		if p.name != "" || p.kind != "" {
			name = p.name
		}
		if kind != o.kind || name != "" && name != o.ident {
			continue
		}
		if at, n := walk(o.node, d, fields); n > depth {
			best, depth = at, n
		}
	}
	return best, depth
}

// common is how far a JSON pointer and a way to a field go together, one more than the
// names they share; 0 where one leads elsewhere.
func common(pointer string, fields []string) int {
	tokens := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	n := 1
	for i, t := range tokens {
		if i == len(fields) {
			break
		}
		t = strings.ReplaceAll(strings.ReplaceAll(t, "~1", "/"), "~0", "~")
		if _, err := strconv.Atoi(t); err == nil || t == "-" {
			t = "[" + t + "]"
		}
		if t != fields[i] && t != "[-]" {
			return 0
		}
		n++
	}
	return n
}
