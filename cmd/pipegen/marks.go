package main

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/onramp/fromsource"
)

// marked says which lines of a spec a draft has left to be looked at.
func marked(c *compiled, o *specOptions) []string {
	var lines []string
	for _, m := range fromsource.Marks(c.source) {
		lines = append(lines, fmt.Sprint(m.Line))
	}
	switch len(lines) {
	case 0:
		return nil
	case 1:
		return []string{fmt.Sprintf("line %s of %s is marked CHECK: look at it, and remove the mark", lines[0], o.spec)}
	}
	return []string{fmt.Sprintf("lines %s of %s are marked CHECK: look at them, and remove the marks", strings.Join(lines, ", "), o.spec)}
}
