package report

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/explain"
)

// Explain is where each criterion is held or measured. Gates asks for the reverse: each
// gate and the criteria that it serves. Notices are what is not on disk as the trace says.
func Explain(t explain.Trace, gates bool, notices []string) Document {
	parts := []Part{promises(t.Criteria), nonGoals(t.NonGoals)}
	if gates {
		p := Part{Columns: []string{"place", "gate", "criteria"}, Rows: "gates"}
		for _, g := range t.Gates {
			what := cells(g.What, cmp.Or(strings.Join(g.Criteria, ", "), "serves no criterion"))
			p.Entries = append(p.Entries, Entry{Line: append(cells(g.At()), what...), Row: append([]Cell{code(g.At())}, what...)})
		}
		parts = []Part{p}
	}
	return Document{Parts: parts, Notices: notices, Data: struct {
		Version int `json:"version"`
		explain.Trace
		Notices []string `json:"notices,omitempty"`
	}{jsonVersion, t, notices}}
}

func promises(all []explain.Criterion) Part {
	p := Part{Spread: true, Columns: []string{"criterion", "kind", "mode", "how", "places", "when it fails", "measured by"}, Rows: "criteria"}
	for _, c := range all {
		e := Entry{Line: cells(fmt.Sprintf("%s (%s, %s)", c.ID, c.Kind, c.Mode)), Below: cells(c.Statement)}
		for _, row := range [][2]string{{"how", c.How}, {"gate", c.Gate}, {"fails", c.Fails}, {"measured by", c.Measure}, {"rules", strings.Join(c.Rules, ", ")}} {
			if row[1] != "" {
				e.Below = append(e.Below, Say("%-12s %s", row[0]+":", row[1]))
			}
		}
		for _, own := range c.Beside {
			e.Below = append(e.Below, Say("%-12s %s", "beside it:", own))
		}
		var where Cell
		for _, list := range []struct {
			title  string
			places []explain.Place
		}{{"places:", c.Places}, {"measurements:", c.Measured}} {
			for i, at := range list.places {
				if i == 0 {
					e.Below = append(e.Below, Say("%s", list.title))
				}
				e.Below = append(e.Below, Say("  %s: %s", at.At(), at.What), Say("    %s", at.Text))
				if len(where) > 0 {
					where = append(where, Span{Text: "\n"})
				}
				where = append(where, Span{Text: at.At(), Style: Code}, Span{Text: " " + at.What})
			}
		}
		e.Row = []Cell{stated(c.ID, c.Statement), code(c.Kind), Say("%s", c.Mode), Say("%s", c.How), where, Say("%s", c.Fails), Say("%s", c.Measure)}
		p.Entries = append(p.Entries, e)
	}
	return p
}

func nonGoals(all []explain.NonGoal) Part {
	p := Part{Title: "Non-goals", Apart: true, Columns: []string{"non-goal", "reason", "guard"}, Rows: "non-goals"}
	for _, n := range all {
		guard := "not guarded"
		if n.Guard != "" {
			guard = "guard " + n.Guard
		}
		p.Entries = append(p.Entries, Entry{Line: cells(fmt.Sprintf("%s: %s (%s)", n.ID, n.Statement, guard)), Below: cells(n.Reason),
			Row: []Cell{stated(n.ID, n.Statement), Say("%s", n.Reason), Say("%s", guard)}})
	}
	return p
}

func stated(id, statement string) Cell {
	return Cell{{Text: id, Style: Strong}, {Text: ": " + statement}}
}
