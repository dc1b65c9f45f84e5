package report

import (
	"bufio"
	"fmt"
	"io"

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
		for i, place := range a.Places {
			switch {
			case i > 0 && place.File == a.Places[i-1].File:
				fmt.Fprintf(p, ", %d", place.Line)
			case i > 0:
				fmt.Fprintf(p, "\n  %s:%d", place.File, place.Line)
			default:
				fmt.Fprintf(p, "  %s:%d", place.File, place.Line)
			}
		}
		fmt.Fprintln(p)
	}
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

type jsonPins struct {
	Version int       `json:"version"`
	Style   string    `json:"style"`
	Actions []jsonPin `json:"actions"`
	Notices []string  `json:"notices"`
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
	out := jsonPins{Version: jsonVersion, Style: l.Style, Actions: []jsonPin{}, Notices: append([]string{}, l.Notices...)}
	for _, a := range l.Actions {
		p := jsonPin{Name: a.Name, Version: a.Version, SHA: a.SHA, From: a.From, Newer: a.Newer, Places: []jsonPlace{}}
		for _, place := range a.Places {
			p.Places = append(p.Places, jsonPlaceOf(place))
		}
		out.Actions = append(out.Actions, p)
	}
	return encode(w, out)
}
