package change

import (
	"slices"
	"sort"
	"strings"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/build"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// maxTrials bounds how many changes are tried one by one. A review that has more reads the files.
const maxTrials = 300

// trial finds out what each change means: it makes that one alone and looks at what comes out. So a rule needs to know
// no path of the spec, and an effect is found that comes through a default, a promise or a patch.
type trial struct {
	before, after Side
	a, b          *view
	render        Render
}

func (t trial) changes(all []leaf) []Change {
	whole := apply(t.a, t.b)
	taken := map[string]bool{}
	var out []Change
	var together []int
	for i, l := range all {
		c := Change{Path: l.path, Old: shown(l.old), New: shown(l.new), Removed: !l.new.IsValid(), Anchor: t.after.Locate(l.path)}
		c.Pos = c.Anchor
		if c.Removed || c.New == "" && c.Anchor == t.after.Locate("") {
			c.Pos = t.before.Locate(l.path)
		}
		effect := true
		if i < maxTrials {
			if from, to, ok := t.alone(l); ok {
				c.Files = filesBetween(from, to)
				effect = matters(from, to, c.Files)
				c.Reasons = reasons(whole, apply(from, to), taken)
			} else {
				together = append(together, i)
			}
		}
		c.Reasons = append(c.Reasons, plain(l, effect)...)
		out = append(out, c)
	}
	t.joint(out, all, together, whole, taken)
	out = t.owned(out, whole, taken)
	for i := range out {
		out[i].Reasons = ordered(out[i].Reasons)
	}
	return out
}

// reasons are those of the whole comparison that a trial shows too.
func reasons(whole, shown []found, taken map[string]bool) []Reason {
	var out []Reason
	for _, w := range whole {
		if slices.ContainsFunc(shown, w.same) {
			taken[w.id()] = true
			out = append(out, w.Reason)
		}
	}
	return out
}

// joint makes the changes together that are no valid spec each by itself, such as an entry that goes under one name and
// comes under another. What they mean is reported at the one whose place a rule names, and else at the first.
func (t trial) joint(out []Change, all []leaf, which []int, whole []found, taken map[string]bool) {
	if len(which) < 2 {
		return
	}
	s := t.before.Spec
	// What goes from a list goes from its end, so that the rest keeps its place.
	for _, i := range slices.Backward(which) {
		if out[i].Removed {
			s = mixed(s, all[i], all[i].new)
		}
	}
	for _, i := range which {
		if !out[i].Removed {
			s = mixed(s, all[i], all[i].new)
		}
	}
	v := t.compiled(s, t.before.Plan, t.a)
	if v == nil {
		return
	}
	files := filesBetween(t.a, v)
	for _, i := range which {
		out[i].Files = files
	}
	known := apply(t.a, v)
	for _, w := range whole {
		if taken[w.id()] || !slices.ContainsFunc(known, w.same) {
			continue
		}
		taken[w.id()] = true
		at := max(slices.IndexFunc(which, func(i int) bool { return w.at != "" && related(out[i].Path, w.at) }), 0)
		out[which[at]].Reasons = append(out[which[at]].Reasons, w.Reason)
	}
}

// owned gives what no change means by itself to the one whose place it names, and makes a change of its own of the
// rest.
func (t trial) owned(out []Change, whole []found, taken map[string]bool) []Change {
	for _, f := range whole {
		if taken[f.id()] {
			continue
		}
		at := slices.IndexFunc(out, func(c Change) bool { return f.at != "" && related(c.Path, f.at) })
		if at < 0 {
			at = len(out)
			out = append(out, Change{Anchor: t.after.Locate(""), Pos: t.after.Locate("")})
		}
		out[at].Reasons = append(out[at].Reasons, f.Reason)
	}
	if len(out) == 0 {
		if files := filesBetween(t.a, t.b); len(files) > 0 {
			r := Reason{Class: Changed, Code: "output", Sentence: "The output changes, though no field of the spec does."}
			out = append(out, Change{Anchor: t.after.Locate(""), Pos: t.after.Locate(""), Reasons: []Reason{r}, Files: files})
		}
	}
	return out
}

// related reports whether one path is the other, or lies in it.
func related(a, b string) bool {
	inside := func(a, b string) bool {
		rest, ok := strings.CutPrefix(a, b)
		return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
	}
	return inside(a, b) || inside(b, a)
}

// ordered puts the worst first, each once, and leaves out the one that says nothing where another says something.
func ordered(all []Reason) []Reason {
	sort.SliceStable(all, func(i, j int) bool { return all[j].Class < all[i].Class })
	var out []Reason
	for _, r := range all {
		if !slices.Contains(out, r) && (r.Sentence != "" || len(all) == 1) {
			out = append(out, r)
		}
	}
	return out
}

// plain is what is said of a change that no rule knows.
func plain(l leaf, effect bool) []Reason {
	switch {
	case effect:
		return []Reason{{Class: Changed, Code: "value"}}
	case l.order:
		return []Reason{{Class: Cosmetic, Code: "order"}}
	}
	return []Reason{{Class: Cosmetic, Code: "documentation"}}
}

// alone makes one change by itself, on the old spec or, where the others belong to it, all but this one on the way to
// the new. It is false where neither is a valid spec.
func (t trial) alone(l leaf) (from, to *view, ok bool) {
	if v := t.compiled(mixed(t.before.Spec, l, l.new), t.before.Plan, t.a); v != nil {
		return t.a, v, true
	}
	if v := t.compiled(mixed(t.after.Spec, l, l.old), t.after.Plan, t.b); v != nil {
		return v, t.b, true
	}
	return nil, nil, false
}

// compiled is what a mixture of two specs gives, nil where it is no valid spec.
func (t trial) compiled(s schema.Spec, like plan.Plan, near *view) (v *view) {
	defer func() {
		// The schema has not seen a mixture: a combination that it refuses may reach code which relies on that.
		if recover() != nil {
			v = nil
		}
	}()
	built, _, err := build.Spec(s, generate.Options{SpecFile: like.SpecFile, Pins: like.Pins})
	if built == nil || err != nil {
		return nil
	}
	v, err = viewOf(built.Plan, built.Set.Files(), t.render, near)
	if err != nil {
		return nil
	}
	return v
}
