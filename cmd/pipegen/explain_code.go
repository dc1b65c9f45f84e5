package main

import (
	"fmt"
	"slices"

	"github.com/pipegen/pipegen/docs"
	"github.com/pipegen/pipegen/internal/change"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/report"
)

// codes are the codes of findings that the page of diagnostics explains, and those of the changes that diff finds.
func codes() []string {
	var out []string
	for _, c := range diag.All {
		out = append(out, string(c.Code))
	}
	for _, r := range ofChanges() {
		if !slices.Contains(out, r.Code) {
			out = append(out, r.Code)
		}
	}
	return out
}

func ofChanges() []change.Rule { return slices.Concat(change.Rules(), change.General()) }

// explainCode prints what the page of diagnostics says of a code, or the table of changes.
func explainCode(o explainOptions, code string, s streams) error {
	heading, kind := "### `"+code+"`", "the code of a finding"
	section := report.Section(docs.Diagnostics, heading)
	all := ofChanges()
	if i := slices.IndexFunc(all, func(r change.Rule) bool { return r.Code == code }); section == "" && i >= 0 {
		r := all[i]
		kind, section = "the code of a change", fmt.Sprintf("A change that `pipegen diff` calls %s. %s", r.Class, r.Why)
	}
	return explainPage(o, code, kind, heading+"\n\n"+section+"\n", report.CodePage(code, section), s)
}
