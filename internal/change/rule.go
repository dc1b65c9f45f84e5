package change

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
)

// Rule is a kind of change that a review should know of.
type Rule struct {
	Class Class
	Code  string
	// Why says in a sentence why it matters.
	Why  string
	find comparison
}

// comparison finds the cases of a rule.
type comparison func(a, b *view, add report)

// report adds a case of a rule. The subject tells the cases of one rule apart; at is the place in the spec, where the
// rule reads one, else "".
type report func(subject, at, sentence string, args ...any)

// found is a case with its rule.
type found struct {
	Reason
	subject, at string
}

func (f found) id() string        { return f.Code + "\x00" + f.subject }
func (f found) same(g found) bool { return f.id() == g.id() }

// Rules returns the table, the worst class first.
func Rules() []Rule {
	return slices.Concat(destructive, []Rule{criterionGone, criterionLess}, loosened(), weakened, widened, changed)
}

// General are the codes of changes that no rule of the table knows, with what they say.
func General() []Rule {
	return []Rule{
		{Class: Changed, Code: "value", Why: "A value that the output depends on is another."},
		{Class: Changed, Code: "output", Why: "The output changes, though no field of the spec does."},
		{Class: Cosmetic, Code: "documentation", Why: "Documentation and comments of the output change, or nothing does."},
		{Class: Cosmetic, Code: "order", Why: "The entries stand in another order."},
		{Class: Cosmetic, Code: "layout", Why: "Comments or the layout of the spec differ, and no value does."},
	}
}

func apply(a, b *view) []found {
	var out []found
	a, b = alike(a, b)
	for _, r := range Rules() {
		first := len(out)
		r.find(a, b, func(subject, at, sentence string, args ...any) {
			out = append(out, found{Reason{r.Class, r.Code, fmt.Sprintf(sentence, args...), r.Why}, subject, at})
		})
		// Some rules walk over maps.
		sort.SliceStable(out[first:], func(i, j int) bool {
			x, y := &out[first+i], &out[first+j]
			return cmp.Compare(x.subject, y.subject) < 0
		})
	}
	return out
}
