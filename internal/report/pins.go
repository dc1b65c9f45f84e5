package report

import (
	"bufio"
	"fmt"
	"io"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pinning"
)

// PinsText writes the list for people.
func PinsText(w io.Writer, l pinning.List) error {
	p := bufio.NewWriter(w)
	name, version := 0, 0
	for _, a := range l.Actions {
		name, version = max(name, len(a.Name)), max(version, len(a.Version))
	}
	for _, a := range l.Actions {
		fmt.Fprintf(p, "%-*s  %-*s  %-40s  %s\n", name, a.Name, version, a.Version, a.SHA, a.From)
		writePlaces(p, a.Places)
	}
	writeTools(p, l)
	for _, a := range l.Actions {
		if a.Newer != "" {
			fmt.Fprintf(p, "notice: a bot has bumped %s from %s to %s\n", a.Name, a.Version, a.Newer)
		}
	}
	for _, n := range l.Notices {
		fmt.Fprintf(p, "notice: %s\n", n)
	}
	return p.Flush()
}

// writeTools writes the tools below the actions, with the sentence on who moves them.
func writeTools(w io.Writer, l pinning.List) {
	if len(l.Tools) == 0 {
		return
	}
	fmt.Fprintf(w, "\ntools: %s\n", l.Movers)
	name, version := 0, 0
	for _, t := range l.Tools {
		name, version = max(name, len(t.Name)), max(version, len(t.Version))
	}
	for _, t := range l.Tools {
		digest := t.Digest
		if digest == "" {
			digest = "(" + t.Checked + ")"
		}
		fmt.Fprintf(w, "%-*s  %-*s  %s  %s\n", name, t.Name, version, t.Version, digest, t.From)
		writePlaces(w, t.Places)
	}
}

// writePlaces writes one line a file, with the numbers of its lines.
func writePlaces(w io.Writer, places []diag.Position) {
	for i, place := range places {
		switch {
		case i > 0 && place.File == places[i-1].File:
			fmt.Fprintf(w, ", %d", place.Line)
		case i > 0:
			fmt.Fprintf(w, "\n  %s:%d", place.File, place.Line)
		default:
			fmt.Fprintf(w, "  %s:%d", place.File, place.Line)
		}
	}
	fmt.Fprintln(w)
}

type jsonPins struct {
	Version int       `json:"version"`
	Style   string    `json:"style"`
	Actions []jsonPin `json:"actions"`
	// Tools come with ToolsMoved, which says who brings newer ones.
	Tools      []jsonTool `json:"tools"`
	ToolsMoved string     `json:"toolsMoved"`
	Notices    []string   `json:"notices"`
}

type jsonTool struct {
	Name    string      `json:"name"`
	Version string      `json:"version"`
	Digest  string      `json:"digest"`
	Checked string      `json:"checked"`
	From    string      `json:"from"`
	Places  []jsonPlace `json:"places"`
}

type jsonPin struct {
	Name    string      `json:"name"`
	Version string      `json:"version"`
	SHA     string      `json:"sha"`
	From    string      `json:"from"`
	Newer   string      `json:"newer"`
	Places  []jsonPlace `json:"places"`
}

// PinsJSON writes the list for programs. No array in it is ever null.
func PinsJSON(w io.Writer, l pinning.List) error {
	out := jsonPins{Version: jsonVersion, Style: l.Style, Actions: []jsonPin{}, Tools: []jsonTool{}, ToolsMoved: l.Movers, Notices: append([]string{}, l.Notices...)}
	for _, a := range l.Actions {
		p := jsonPin{Name: a.Name, Version: a.Version, SHA: a.SHA, From: a.From, Newer: a.Newer, Places: jsonPlaces(a.Places)}
		out.Actions = append(out.Actions, p)
	}
	for _, t := range l.Tools {
		out.Tools = append(out.Tools, jsonTool{t.Name, t.Version, t.Digest, t.Checked, t.From, jsonPlaces(t.Places)})
	}
	return encode(w, out)
}

func jsonPlaces(places []diag.Position) []jsonPlace {
	out := []jsonPlace{}
	for _, p := range places {
		out = append(out, jsonPlaceOf(p))
	}
	return out
}
