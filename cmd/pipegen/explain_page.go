package main

import (
	"fmt"
	"io"

	"github.com/pipegen/pipegen/internal/report"
)

// explainPage prints what is known of an id without a spec. Kind is what the id is, in words.
func explainPage(o explainOptions, id, kind, markdown string, d report.Document, s streams) error {
	switch {
	case o.gates:
		return exitError{exitUsage, fmt.Errorf("--gates lists the gates of a spec: leave out %s", id)}
	case o.format == "mermaid":
		return exitError{exitUsage, fmt.Errorf("%s is %s, which has no drawing: --format takes text, json or markdown", id, kind)}
	case o.format == "markdown":
		_, err := io.WriteString(s.out, markdown)
		return failed(err)
	}
	return failed(show(s, o.format, d))
}
