package report

import (
	"cmp"
	"slices"

	"github.com/pipegen/pipegen/internal/change"
	"github.com/pipegen/pipegen/internal/diag"
)

const (
	home       = "https://github.com/pipegen/pipegen"
	documented = home + "/blob/main/docs/"
)

// guarded is the code of a non-goal that the output breaks.
const guarded diag.Code = "non-goal"

// meaning is one sentence on a code, never empty.
func (f Frame) meaning(c diag.Code) string {
	return cmp.Or(c.About(), ofChange(c).Why, f.Title(c), string(c))
}

// documentation is where a code is explained.
func documentation(c diag.Code) string {
	switch r := ofChange(c); {
	case c == guarded:
		return documented + "proofs.md#guards"
	case c.About() != "":
		return documented + "diagnostics.md#" + string(c)
	case r.Code != "":
		return documented + "diff.md#" + r.Class.String()
	}
	return documented + "proofs.md"
}

// ofChange is the rule of diff that has a code, an empty one where none has.
func ofChange(c diag.Code) change.Rule {
	for _, r := range slices.Concat(change.Rules(), change.General()) {
		if r.Code == string(c) {
			return r
		}
	}
	return change.Rule{}
}
