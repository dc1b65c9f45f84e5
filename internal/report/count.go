package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
)

// head is the line that sums up a document.
func (d Document) head() string { return cmp.Or(d.Summary, tally(d.marks().Findings)) }

// tally says how many findings of each severity there are, or that there are none.
func tally(l diag.List) string {
	n := map[diag.Severity]int{}
	for _, d := range l {
		n[d.Severity]++
	}
	var parts []string
	for _, s := range []diag.Severity{diag.Error, diag.Warning} {
		if n[s] > 0 {
			parts = append(parts, Count(n[s], s.String()))
		}
	}
	return cmp.Or(strings.Join(parts, ", "), "nothing found")
}

// counted says how often each value occurs, in the given order or, without one, in the order in which they occur first.
func counted[T comparable](all []T, order ...T) string {
	n := map[T]int{}
	for _, w := range all {
		if n[w]++; n[w] == 1 && !slices.Contains(order, w) {
			order = append(order, w)
		}
	}
	var parts []string
	for _, w := range order {
		if n[w] > 0 {
			parts = append(parts, fmt.Sprintf("%d %v", n[w], w))
		}
	}
	return strings.Join(parts, ", ")
}

// Count is a number of things, in words.
func Count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
