package main

import (
	"github.com/pipegen/pipegen/docs"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/report"
)

// codes are the codes of findings that the page of diagnostics explains.
func codes() []string {
	var out []string
	for _, c := range diag.All {
		out = append(out, string(c.Code))
	}
	return out
}

// explainCode prints what the page of diagnostics says of a code.
func explainCode(o explainOptions, code string, s streams) error {
	heading := "### `" + code + "`"
	section := report.Section(docs.Diagnostics, heading)
	return explainPage(o, code, "the code of a finding", heading+"\n\n"+section+"\n", report.CodePage(code, section), s)
}
