package generate

import (
	"maps"
	"slices"

	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// entries turns a map of the spec into a mapping sorted by name, each entry with
// its own place in the spec.
func (r *renderer) entries(origin string, vars map[string]string) yamldoc.Map {
	var out yamldoc.Map
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		out = append(out, yamldoc.Entry{Key: name, Value: r.own(schema.Join(origin, name), vars[name])})
	}
	return out
}

// list is a block list of docs, or nothing.
func list(docs ...yamldoc.Doc) yamldoc.Value {
	d := yamldoc.Join(docs...)
	if d.Empty() {
		return yamldoc.Omit
	}
	return yamldoc.Block(d)
}
