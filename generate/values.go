package generate

import (
	"maps"
	"slices"
	"strconv"

	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// entries turns a map of the spec into a mapping sorted by name, each entry with
// its own place in the spec.
func (r *renderer) entries(origin string, vars map[string]string) yamldoc.Map {
	var out yamldoc.Map
	for _, name := range sorted(vars) {
		out = append(out, yamldoc.Entry{Key: name, Value: r.own(schema.Join(origin, name), vars[name])})
	}
	return out
}

// mapping is a mapping, or nothing.
func mapping(m yamldoc.Map) yamldoc.Value {
	if len(m) == 0 {
		return yamldoc.Omit
	}
	return yamldoc.Of(m)
}

// sorted are the keys of a map.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// list is a block list of docs, or nothing.
func list(docs ...yamldoc.Doc) yamldoc.Value {
	d := yamldoc.Join(docs...)
	if d.Empty() {
		return yamldoc.Omit
	}
	return yamldoc.Block(d)
}

func number(n int) string { return strconv.Itoa(n) }
