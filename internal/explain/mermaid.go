package explain

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
)

// At is the place as a report names it.
func (p Place) At() string { return fmt.Sprintf("%s:%s:%d", p.Root, p.Path, p.Line) }

// Mermaid draws an arrow from each criterion to its places, or the reverse with
// the gates that serve none as well.
func Mermaid(t Trace, gates bool) string {
	var b strings.Builder
	esc := plan.MermaidText
	ids := map[string]string{}
	b.WriteString("flowchart LR\n")
	for i, c := range t.Criteria {
		ids[c.ID] = fmt.Sprintf("c%d", i+1)
		fmt.Fprintf(&b, "  %s[\"%s<br/>%s\"]\n", ids[c.ID], esc(c.ID), c.Mode)
	}
	for i, g := range t.Gates {
		if len(g.Criteria) == 0 && !gates {
			continue
		}
		fmt.Fprintf(&b, "  g%d([\"%s<br/>%s\"])\n", i+1, esc(g.What), esc(g.At()))
		for _, id := range g.Criteria {
			if ids[id] == "" {
				continue
			}
			if gates {
				fmt.Fprintf(&b, "  g%d --> %s\n", i+1, ids[id])
			} else {
				fmt.Fprintf(&b, "  %s --> g%d\n", ids[id], i+1)
			}
		}
	}
	n := 0
	for _, c := range t.Criteria {
		for _, p := range c.Measured {
			n++
			fmt.Fprintf(&b, "  m%d([\"%s<br/>%s\"])\n  %s -.-> m%d\n", n, esc(p.What), esc(p.At()), ids[c.ID], n)
		}
	}
	return b.String()
}
