package main

import (
	"fmt"

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
	switch {
	case o.gates:
		return exitError{exitUsage, fmt.Errorf("--gates lists the gates of a spec: leave out %s", code)}
	case o.format == "mermaid":
		return exitError{exitUsage, fmt.Errorf("%s is the code of a finding, which has no drawing: --format takes text, json or markdown", code)}
	}
	section := report.Section(docs.Diagnostics, "### `"+code+"`")
	if o.format == "markdown" {
		_, err := fmt.Fprintf(s.out, "### `%s`\n\n%s\n", code, section)
		return failed(err)
	}
	return failed(show(s, o.format, report.CodePage(code, section)))
}
