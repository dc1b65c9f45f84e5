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

// meanings says what a finding with each code is about.
var meanings = map[diag.Code]string{
	diag.TooLarge:           "The spec has more bytes than are read.",
	diag.Encoding:           "The spec holds bytes that are not UTF-8.",
	diag.Hidden:             "The text holds a character that a reader does not see.",
	diag.Syntax:             "The spec is not CUE.",
	diag.EmptySpec:          "The spec says nothing.",
	diag.Import:             "The spec imports a package.",
	diag.Attribute:          "The spec has an attribute that would read a file or act.",
	diag.Version:            "The spec is not meant for this release of pipegen.",
	diag.Conflict:           "The spec gives one field two values.",
	diag.Cycle:              "A value of the spec depends on itself.",
	diag.Reference:          "A value refers to a name that is defined nowhere.",
	diag.NoValue:            "A field has a type or a constraint where a value belongs.",
	diag.UnknownField:       "The spec has a field that pipegen does not know.",
	diag.MissingField:       "A field that every spec needs is not there.",
	diag.WrongType:          "A value is of another type than its field.",
	diag.BadValue:           "A value is not among those that its field allows.",
	diag.BadName:            "A name is not one that its place can hold.",
	diag.ChooseOne:          "Of several fields just one must be set.",
	diag.NotApplicable:      "A field does nothing beside the others.",
	diag.UnknownAction:      "An action is not in the table of pinned actions.",
	diag.Unpinned:           "An action could be moved under the workflow.",
	diag.UnknownInput:       "An action has no such input.",
	diag.UnknownEnvironment: "The spec names an environment that it does not have.",
	diag.EnvironmentLoop:    "Environments wait for one another.",
	diag.UnknownJob:         "The spec names a job that the workflow does not have.",
	diag.JobLoop:            "Jobs wait for one another.",
	diag.Reserved:           "A name or a piece of work is pipegen's own.",
	diag.Duplicate:          "Two things have one name.",
	diag.Contradiction:      "Two parts of the spec cannot both hold.",
	diag.Unmeasured:         "A criterion promises a number that nothing would measure.",
	diag.PromiseTooShort:    "A promise is shorter than what it must contain.",
	diag.Workflow:           "actionlint refuses the workflow.",
	diag.Script:             "shellcheck objects to a script of the spec.",
	diag.Overlay:            "kustomize cannot build an overlay.",
	diag.Internal:           "The output is faulty and no value of the spec caused it: a bug of pipegen.",
	diag.Drift:              "A generated file is not what the spec gives.",
	diag.Missing:            "A file that the spec gives is not there.",
	diag.Orphan:             "pipegen wrote a file that the spec gives no longer.",
	diag.Foreign:            "A file that pipegen did not write stands where it would write one.",
	diag.Blocked:            "A generated file cannot be written where it belongs.",
	diag.Manifest:           "The list of pipegen's files is not that of this spec.",
	diag.Pins:               "An action is pinned to what must not be used.",
	diag.Patch:              "A patch of the spec does not fit the generated file that it names.",
	diag.Flaw:               "A file that was written by hand breaks a rule.",
	diag.Inexpressible:      "A file that was written by hand does what a spec cannot say.",
}

// guarded is the code of a non-goal that the output breaks.
const guarded diag.Code = "non-goal"

// meaning is one sentence on a code, never empty.
func (f Frame) meaning(c diag.Code) string {
	if m := meanings[c]; m != "" {
		return m
	}
	if r, ok := ofChange(c); ok {
		return r.Why
	}
	return cmp.Or(f.Title(c), string(c))
}

// documentation is where a code is explained.
func documentation(c diag.Code) string {
	r, ofDiff := ofChange(c)
	switch {
	case c == guarded:
		return documented + "proofs.md#guards"
	case slices.Contains(diag.All, c):
		return documented + "diagnostics.md#" + string(c)
	case ofDiff:
		return documented + "diff.md#" + r.Class.String()
	}
	return documented + "proofs.md"
}

// ofChange is the rule of diff that has a code.
func ofChange(c diag.Code) (change.Rule, bool) {
	for _, r := range slices.Concat(change.Rules(), change.General()) {
		if r.Code == string(c) {
			return r, true
		}
	}
	return change.Rule{}, false
}
