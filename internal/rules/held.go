package rules

import "encoding/json"

// By is a set of ways in which a rule is held.
type By uint8

const (
	// Proof: check proves it of the output, edited files among it.
	Proof By = 1 << iota
	// Refusal: a spec, or a pin, that breaks it is refused.
	Refusal
	// Promise: kinds of criteria are calculated, held or measured by it.
	Promise
	// Import: it is looked for in a pipeline that somebody wrote by hand.
	Import
	// Trial: deliveries in every order are held against it.
	Trial
	// Output: the output is written so, as the golden files show.
	Output
)

var ways = []struct {
	by         By
	name, says string
}{
	{Proof, "proof", "`pipegen check` proves it of the output"},
	{Refusal, "refusal", "`pipegen check` refuses a spec, or a pin, that breaks it"},
	{Promise, "promise", "criteria are calculated, held or measured by it"},
	{Import, "import", "`pipegen import` reports where a pipeline written by hand breaks it"},
	{Trial, "trial", "the tests in `e2e/order` try deliveries in every order against it"},
	{Output, "output", "the output is written so, as the golden files show"},
}

// MarshalJSON writes the names of the ways.
func (b By) MarshalJSON() ([]byte, error) {
	names := []string{}
	for _, w := range ways {
		if b&w.by != 0 {
			names = append(names, w.name)
		}
	}
	return json.Marshal(names)
}

// Held says in one sentence each what holds the rule.
func (r Rule) Held() []string {
	var out []string
	for _, w := range ways {
		switch {
		case r.By&w.by == 0:
		case w.by == Import && r.Found != "":
			out = append(out, "`pipegen import` reports where this does not hold in a pipeline written by hand: "+r.Found)
		default:
			out = append(out, w.says)
		}
	}
	return out
}
