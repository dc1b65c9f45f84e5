package rules

import (
	"slices"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// accepts reports whether the author answers for a breach of the rule that is held, or of the criterion that is proven,
// at one of two places.
func (c *Case) accepts(places ...pipeline.Place) bool {
	meant := func(a Accepted) bool {
		if c.promise != "" || a.Criterion != "" {
			return a.Criterion == c.promise
		}
		return slices.ContainsFunc(places, func(p pipeline.Place) bool { return a.covers(c.rule.ID, p) })
	}
	i := slices.IndexFunc(c.Facts.Accepted, meant)
	if i >= 0 {
		c.needed[c.Facts.Accepted[i].Path] = true
	}
	return i >= 0
}

// covers reports whether the author answers for what breaks a rule at a place.
func (a Accepted) covers(rule string, p pipeline.Place) bool {
	return a.Rule == rule && p.Known() && (a.File != "" && a.File == p.File.Path || a.Object != "" && p.IsOf(a.Object))
}

// Needed reports whether something is broken for which the author answers. Path is its place in the spec.
func (c *Case) Needed(path string) bool { return c.needed[path] }
