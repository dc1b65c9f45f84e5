package pipeline

import (
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// patched is where a patch of the kustomization sets a field of an object that no
// document of the object's own sets: by a JSON patch, or by one in the kustomization
// itself. Of several the last has the say.
func (f *Folder) patched(o *Object, steps []string) Place {
	var at Place
	for _, field := range []string{"patches", "patchesJson6902"} {
		for _, p := range f.Kust.Get(field).Items() {
			if !aimsAt(p.Get("target"), o) {
				continue
			}
			if text := p.Get("patch"); text.OK() {
				roots, _, _ := Decode([]byte(text.Text()), nil)
				for _, y := range roots {
					if line, ok := sets(o, y, steps); ok {
						at = text.TextLine(line - 1)
					}
				}
				continue
			}
			i := slices.IndexFunc(f.Files, func(file *File) bool { return file.Path == path.Join(f.Dir, p.Get("path").Text()) })
			if i < 0 {
				continue
			}
			for _, d := range f.Files[i].Docs {
				if line, ok := sets(o, d.y, steps); ok {
					at = Place{f.Files[i], line}
				}
			}
		}
	}
	return at
}

// aimsAt reports whether the target of a patch may be the object. A patch without one
// names its object itself.
func aimsAt(target Node, o *Object) bool {
	kind, name := target.Get("kind").Text(), target.Get("name").Text()
	return (kind == "" || kind == o.Kind) && (name == "" || name == o.Name || strings.ContainsAny(name, ".*[(|"))
}

// sets is the line at which a patch sets the field that the steps lead to.
func sets(o *Object, patch *yaml.Node, steps []string) (line int, ok bool) {
	if !isList(patch) {
		kind, name := textOf(entry(patch, "kind", 0).Value), textOf(entry(entry(patch, "metadata", 0).Value, "name", 0).Value)
		if kind != "" && kind != o.Kind || name != "" && name != o.Name {
			return 0, false
		}
		line, met := walk(o.y, patch, patch.Line, steps)
		return line, met == len(steps)+1
	}
	for op := range itemsOf(patch) {
		to := textOf(entry(op.Value, "path", 0).Value)
		if value := entry(op.Value, "value", op.Line); value.Value != nil && strings.HasPrefix(pointer(steps)+"/", to+"/") {
			line, ok = value.Line, true
		}
	}
	return line, ok
}

// pointer is the way of the steps as a JSON patch writes it.
func pointer(steps []string) string {
	var b strings.Builder
	for _, s := range steps {
		if strings.HasPrefix(s, "[") {
			s = strings.Trim(s, "[]")
		}
		b.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(s))
	}
	return b.String()
}
