package judge

import (
	"slices"
	"sync"

	"github.com/pipegen/pipegen/internal/criteria"
)

// parts are those on which each kind of criterion rests.
var parts = sync.OnceValue(func() map[string][]criteria.Pattern {
	out := map[string][]criteria.Pattern{}
	for _, k := range criteria.Kinds() {
		for _, p := range k.Support {
			out[k.Name] = append(out[k.Name], p.Compile())
		}
	}
	return out
})

// touches reports whether a kind rests on something in a file.
func touches(kind, file string) bool {
	return slices.ContainsFunc(parts()[kind], func(p criteria.Pattern) bool { return p.Touches(file) })
}

// meets reports whether what has changed is a part on which a kind rests, and whether its Proof holds every value of it
// against the promise.
func meets(kind, file string, d difference, step string) (met, calculated bool) {
	text := last(d.key) + ": " + d.before.Text()
	for _, p := range parts()[kind] {
		if _, ok := p.Match(file, d.key, step, text); ok {
			met, calculated = true, calculated || p.Figure
		}
	}
	return met, calculated
}
