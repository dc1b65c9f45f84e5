package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
)

// findings are a line each for a person, with notes and help below, and a row in which the
// files are those of the checkout.
func findings(l diag.List, f Frame) Part {
	p := Part{Rows: "findings", Columns: []string{"", "where", "what", "code"}}
	for _, d := range l {
		style, local := Bad, f.local(d)
		if d.Severity == diag.Warning {
			style = Doubtful
		}
		e := Entry{
			Line: []Cell{{{Text: place(d.Pos)}, {Text: d.Severity.String() + ":", Style: style}, {Text: " " + d.Message + " [" + label(d, ", ") + "]"}}},
			Row:  []Cell{Say("%s", d.Severity), code(strings.TrimSuffix(place(local.Pos), ": ")), Say("%s", said(local, "")), code(label(d, " "))},
		}
		for _, n := range d.Notes {
			e.Below = append(e.Below, Say("%s%s", place(n.Pos), n.Message))
		}
		if d.Help != "" {
			e.Below = append(e.Below, Cell{{Text: "help:", Style: Hint}, {Text: " " + d.Help}})
		}
		p.Entries = append(p.Entries, e)
	}
	return p
}

// head is the line that sums a document up, where nothing else does.
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

// counted says how often each of some words comes, in their order or, without one, in
// that of their coming.
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

// label is the code of a diagnostic with its rule, unless they are one word.
func label(d diag.Diagnostic, sep string) string {
	if d.Rule == "" || strings.EqualFold(string(d.Code), d.Rule) {
		return string(d.Code)
	}
	return string(d.Code) + sep + d.Rule
}

// said is a diagnostic in lines, of which the first begins with at.
func said(d diag.Diagnostic, at string) string {
	out := at + d.Message
	for _, n := range d.Notes {
		out += "\n" + place(n.Pos) + n.Message
	}
	if d.Help != "" {
		out += "\nhelp: " + d.Help
	}
	return out
}

// place writes a position the way compilers do, so that editors can jump to it.
func place(pos diag.Position) string {
	switch {
	case pos.File == "":
		return ""
	case pos.Line == 0:
		return pos.File + ": "
	case pos.Column == 0:
		return fmt.Sprintf("%s:%d: ", pos.File, pos.Line)
	}
	return fmt.Sprintf("%s:%d:%d: ", pos.File, pos.Line, pos.Column)
}
