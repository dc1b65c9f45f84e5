package report

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
)

// findings are a line each for a person, with notes and help below, and a row with the files as paths in the checkout.
func findings(l diag.List, f Frame) Part {
	p := Part{Rows: "findings", Columns: []string{"", "where", "what", "code"}}
	for _, d := range l {
		style, local := Bad, f.local(d)
		if d.Severity == diag.Warning {
			style = Doubtful
		}
		e := Entry{
			Line: []Cell{{{Text: place(d.Pos)}, {Text: d.Severity.String() + ":", Style: style}, {Text: " " + d.Message + " "}, {Text: "[" + label(d, ", ") + "]", URL: documentation(d.Code)}}},
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

// label is the code of a diagnostic with its rule, unless they are one word.
func label(d diag.Diagnostic, sep string) string {
	if d.Rule == "" || strings.EqualFold(string(d.Code), d.Rule) {
		return string(d.Code)
	}
	return string(d.Code) + sep + d.Rule
}

// said is a diagnostic in lines; the first begins with at.
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
