package rules

import "strings"

// Harm is what a broken rule means for a pipeline that people wrote by hand.
type Harm int

const (
	// Broken means that something does not happen, or fails, today.
	Broken Harm = iota
	// Dangerous means that it will, or that somebody else decides over it.
	Dangerous
	// Hardening makes it last, and safer.
	Hardening
)

// String is the harm in a word of the report.
func (h Harm) String() string { return [...]string{"broken now", "dangerous", "hardening"}[h] }

// MarshalText makes a harm the same words in reports for programs.
func (h Harm) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// harms are the rules whose breach is more than something to harden.
var harms = map[string]Harm{}

func init() {
	for harm, ids := range map[Harm]string{
		Broken:    "A03 A13 K45 W10 W20 W58 X01 X03 X06 X08 X13 X14 X15 X16 X17 X19 X20 X23 X24",
		Dangerous: "A09 A10 A22 A23 A24 K05 K09 K23 K27 K32 K33 K34 K37 K38 K44 T02 W05 W19 W22 W23 W26 W28 W29 W34 W38 W39 W47 W49 W50 X02 X07 X10 X11 X12 X18 X22",
	} {
		for id := range strings.FieldsSeq(ids) {
			harms[id] = harm
		}
	}
}

// HarmOf is the harm of a breach of a rule.
func HarmOf(id string) Harm {
	if h, ok := harms[id]; ok {
		return h
	}
	return Hardening
}

// Says is what holds where a rule is kept in a pipeline written by hand.
func (r Rule) Says() string {
	if r.Found != "" {
		return r.Found
	}
	return r.Title
}
