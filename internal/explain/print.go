package explain

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/pipegen/pipegen/generate"
)

// Printers writes a trace in each format. Gates asks for the reverse: each gate and
// the criteria that it serves.
var Printers = map[string]func(w io.Writer, t Trace, gates bool) error{
	"text": text, "json": asJSON, "markdown": markdown, "mermaid": mermaid,
}

const servesNone = "serves no criterion"

func (p Place) at() string { return fmt.Sprintf("%s:%s:%d", p.Root, p.Path, p.Line) }

func (g Gate) serves() string {
	if len(g.Criteria) == 0 {
		return servesNone
	}
	return strings.Join(g.Criteria, ", ")
}

func guardOf(n NonGoal) string {
	if n.Guard == "" {
		return "not guarded"
	}
	return "guard " + n.Guard
}

func text(w io.Writer, t Trace, gates bool) error {
	b := bufio.NewWriter(w)
	if gates {
		table := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
		for _, g := range t.Gates {
			fmt.Fprintf(table, "%s\t%s\t%s\n", g.at(), g.What, g.serves())
		}
		if err := table.Flush(); err != nil {
			return err
		}
		return b.Flush()
	}
	for i, c := range t.Criteria {
		if i > 0 {
			fmt.Fprintln(b)
		}
		fmt.Fprintf(b, "%s (%s, %s)\n  %s\n", c.ID, c.Kind, c.Mode, c.Statement)
		for _, row := range [][2]string{{"how", c.How}, {"gate", c.Gate}, {"fails", c.Fails}, {"measured by", c.Measure}, {"rules", strings.Join(c.Rules, ", ")}} {
			if row[1] != "" {
				fmt.Fprintf(b, "  %-12s %s\n", row[0]+":", row[1])
			}
		}
		places(b, "places", c.Places)
		places(b, "measurements", c.Measured)
	}
	if len(t.NonGoals) > 0 {
		fmt.Fprintln(b, "\nNon-goals")
		for _, n := range t.NonGoals {
			fmt.Fprintf(b, "  %s: %s (%s)\n    %s\n", n.ID, n.Statement, guardOf(n), n.Reason)
		}
	}
	return b.Flush()
}

func places(w io.Writer, title string, all []Place) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(w, "  %s:\n", title)
	for _, p := range all {
		fmt.Fprintf(w, "    %s: %s\n      %s\n", p.at(), p.What, p.Text)
	}
}

// jsonVersion is raised when a field changes its meaning or goes away.
const jsonVersion = 1

type jsonTrace struct {
	Version  int             `json:"version"`
	Criteria []jsonCriterion `json:"criteria"`
	Gates    []jsonGate      `json:"gates"`
	NonGoals []jsonNonGoal   `json:"nonGoals"`
}

type jsonCriterion struct {
	ID           string      `json:"id"`
	Statement    string      `json:"statement"`
	Kind         string      `json:"kind"`
	Mode         string      `json:"mode"`
	How          string      `json:"how"`
	Gate         string      `json:"gate"`
	Fails        string      `json:"fails"`
	Measure      string      `json:"measure"`
	Rules        []string    `json:"rules"`
	Places       []jsonPlace `json:"places"`
	Measurements []jsonPlace `json:"measurements"`
}

type jsonPlace struct {
	Repository string `json:"repository"`
	Path       string `json:"path"`
	Line       int    `json:"line"`
	Text       string `json:"text"`
	What       string `json:"what"`
}

type jsonGate struct {
	jsonPlace
	Criteria []string `json:"criteria"`
}

type jsonNonGoal struct {
	ID        string `json:"id"`
	Statement string `json:"statement"`
	Guard     string `json:"guard"`
	Reason    string `json:"reason"`
}

// asJSON always has both directions. No array in it is ever null.
func asJSON(w io.Writer, t Trace, _ bool) error {
	out := jsonTrace{Version: jsonVersion, Criteria: []jsonCriterion{}, Gates: []jsonGate{}, NonGoals: []jsonNonGoal{}}
	for _, c := range t.Criteria {
		out.Criteria = append(out.Criteria, jsonCriterion{c.ID, c.Statement, c.Kind, c.Mode, c.How, c.Gate, c.Fails, c.Measure,
			append([]string{}, c.Rules...), jsonPlaces(c.Places), jsonPlaces(c.Measured)})
	}
	for _, g := range t.Gates {
		out.Gates = append(out.Gates, jsonGate{jsonPlaceOf(g.Place), append([]string{}, g.Criteria...)})
	}
	for _, n := range t.NonGoals {
		out.NonGoals = append(out.NonGoals, jsonNonGoal(n))
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}

func jsonPlaces(all []Place) []jsonPlace {
	out := []jsonPlace{}
	for _, p := range all {
		out = append(out, jsonPlaceOf(p))
	}
	return out
}

func jsonPlaceOf(p Place) jsonPlace { return jsonPlace{string(p.Root), p.Path, p.Line, p.Text, p.What} }

func markdown(w io.Writer, t Trace, gates bool) error {
	b := bufio.NewWriter(w)
	md := generate.Markdown
	if gates {
		fmt.Fprint(b, "| place | gate | criteria |\n|---|---|---|\n")
		for _, g := range t.Gates {
			fmt.Fprintf(b, "| `%s` | %s | %s |\n", g.at(), md(g.What), md(g.serves()))
		}
		return b.Flush()
	}
	fmt.Fprint(b, "| criterion | kind | mode | how | places | when it fails | measured by |\n|---|---|---|---|---|---|---|\n")
	for _, c := range t.Criteria {
		var where []string
		for _, p := range append(append([]Place{}, c.Places...), c.Measured...) {
			where = append(where, "`"+p.at()+"` "+md(p.What))
		}
		fmt.Fprintf(b, "| **%s**: %s | `%s` | %s | %s | %s | %s | %s |\n", md(c.ID), md(c.Statement), c.Kind, c.Mode, md(c.How),
			strings.Join(where, "<br>"), md(c.Fails), md(c.Measure))
	}
	if len(t.NonGoals) > 0 {
		fmt.Fprint(b, "\n| non-goal | reason | guard |\n|---|---|---|\n")
		for _, n := range t.NonGoals {
			fmt.Fprintf(b, "| **%s**: %s | %s | %s |\n", md(n.ID), md(n.Statement), md(n.Reason), md(guardOf(n)))
		}
	}
	return b.Flush()
}

// mermaid draws an arrow from each criterion to its places, or the reverse with
// the gates that serve none as well.
func mermaid(w io.Writer, t Trace, gates bool) error {
	b := bufio.NewWriter(w)
	esc := generate.MermaidText
	ids := map[string]string{}
	fmt.Fprintln(b, "flowchart LR")
	for i, c := range t.Criteria {
		ids[c.ID] = fmt.Sprintf("c%d", i+1)
		fmt.Fprintf(b, "  %s[\"%s<br/>%s\"]\n", ids[c.ID], esc(c.ID), c.Mode)
	}
	for i, g := range t.Gates {
		if len(g.Criteria) == 0 && !gates {
			continue
		}
		fmt.Fprintf(b, "  g%d([\"%s<br/>%s\"])\n", i+1, esc(g.What), esc(g.at()))
		for _, id := range g.Criteria {
			if ids[id] == "" {
				continue
			}
			if gates {
				fmt.Fprintf(b, "  g%d --> %s\n", i+1, ids[id])
			} else {
				fmt.Fprintf(b, "  %s --> g%d\n", ids[id], i+1)
			}
		}
	}
	n := 0
	for _, c := range t.Criteria {
		for _, p := range c.Measured {
			n++
			fmt.Fprintf(b, "  m%d([\"%s<br/>%s\"])\n  %s -.-> m%d\n", n, esc(p.What), esc(p.at()), ids[c.ID], n)
		}
	}
	return b.Flush()
}
