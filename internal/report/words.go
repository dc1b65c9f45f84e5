package report

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
)

// tally says how many findings of each severity there are, or that there are none.
func tally(l diag.List) string {
	n := map[diag.Severity]int{}
	for _, d := range l {
		n[d.Severity]++
	}
	var parts []string
	for _, s := range []diag.Severity{diag.Error, diag.Warning} {
		switch {
		case n[s] == 1:
			parts = append(parts, "1 "+s.String())
		case n[s] > 1:
			parts = append(parts, fmt.Sprintf("%d %ss", n[s], s))
		}
	}
	if len(parts) == 0 {
		return "nothing found"
	}
	return strings.Join(parts, ", ")
}

// label is the code of a diagnostic with its rule, unless they are one word.
func label(d diag.Diagnostic, sep string) string {
	if d.Rule == "" || strings.EqualFold(string(d.Code), d.Rule) {
		return string(d.Code)
	}
	return string(d.Code) + sep + d.Rule
}
