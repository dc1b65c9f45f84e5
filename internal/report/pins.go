package report

import (
	"cmp"
	"fmt"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pinning"
)

// Pins are the actions and tools that files name, with the lines that do.
func Pins(l pinning.List) Document {
	var actions, tools Part
	var notices []string
	for _, a := range l.Actions {
		actions.Entries = append(actions.Entries, Entry{Line: cells(a.Name, a.Version, a.SHA, a.From), Below: files(a.Places)})
		if a.Newer != "" {
			notices = append(notices, fmt.Sprintf("a bot has bumped %s from %s to %s", a.Name, a.Version, a.Newer))
		}
	}
	if len(l.Tools) > 0 {
		tools = Part{Apart: true, Entries: []Entry{Line("tools: %s", l.Movers)}}
	}
	for _, t := range l.Tools {
		tools.Entries = append(tools.Entries, Entry{Line: cells(t.Name, t.Version, cmp.Or(t.Digest, "("+t.Checked+")")+"  "+t.From), Below: files(t.Places)})
	}
	return Document{Parts: []Part{actions, tools}, Notices: append(notices, l.Notices...), Data: struct {
		Version int `json:"version"`
		pinning.List
	}{jsonVersion, l}}
}

// files is one line a file, with the numbers of its lines.
func files(places []diag.Position) []Cell {
	var out []Cell
	for i, p := range places {
		if i > 0 && p.File == places[i-1].File {
			last := out[len(out)-1]
			last[0].Text += fmt.Sprintf(", %d", p.Line)
			continue
		}
		out = append(out, Say("%s:%d", p.File, p.Line))
	}
	return out
}
