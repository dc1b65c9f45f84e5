package main

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/onramp/fromsource"
)

// marked says which lines of a spec a draft has left to be looked at.
func marked(spec string) []string {
	src, err := readSpec(spec)
	if err != nil {
		return nil
	}
	var lines []string
	for i, line := range strings.Split(string(src), "\n") {
		if strings.Contains(line, fromsource.Mark) {
			lines = append(lines, fmt.Sprint(i+1))
		}
	}
	switch len(lines) {
	case 0:
		return nil
	case 1:
		return []string{fmt.Sprintf("line %s of %s is marked CHECK: look at it, and remove the mark", lines[0], spec)}
	}
	return []string{fmt.Sprintf("lines %s of %s are marked CHECK: look at them, and remove the marks", strings.Join(lines, ", "), spec)}
}
