package explain

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
)

// The measures of the picture, in pixels.
const (
	margin     = 28
	boxWidth   = 160
	boxHeight  = 72
	gapAcross  = 168
	gapStacked = 20
	gapLanes   = 84
	// bus is how far beside the boxes a shared line runs.
	bus        = 18
	lineHeight = 15
	// widest is how many characters fit into a box or on an edge.
	widest = 23
)

const style = `
text { font: 12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #57606a }
.page { fill: #ffffff }
.box { fill: #f6f8fa; stroke: #8c959f; stroke-width: 1.2 }
.cluster { fill: #ddf4ff; stroke: #54aeff }
.end { fill: #dafbe1; stroke: #4ac26b }
.side { fill: #fff8c5; stroke: #d4a72c; stroke-dasharray: 5 3 }
.title { font-size: 13px; font-weight: 600; fill: #1f2328 }
.promise { fill: #0550ae; font-weight: 600 }
.measured { fill: #57606a; font-style: italic }
.line { fill: none; stroke: #6e7781; stroke-width: 1.4 }
.back { stroke: #9a6700; stroke-dasharray: 5 3 }
.head { fill: #6e7781 }
.backhead { fill: #9a6700 }
`

// dark is what changes on a dark screen.
const dark = `
text { fill: #9ea7b3 }
.page { fill: #0d1117 }
.box { fill: #161b22; stroke: #6e7681 }
.cluster { fill: #0c2d6b55; stroke: #388bfd }
.end { fill: #033a1666; stroke: #2ea043 }
.side { fill: #3b230055; stroke: #bb8009 }
.title { fill: #f0f6fc }
.promise { fill: #79c0ff }
.measured { fill: #9ea7b3 }
.line { stroke: #8b949e }
.back { stroke: #d29922 }
.head { fill: #8b949e }
.backhead { fill: #d29922 }
`

// SVG draws a flow. The picture needs nothing from outside.
func SVG(f plan.Flow, title string) string {
	d := drawing{flow: f, boxes: map[string]box{}}
	d.layOut()
	for _, e := range f.Edges {
		d.edge(e)
	}
	for _, n := range f.Nodes {
		d.node(n)
	}
	d.legend()
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-labelledby="title">`+"\n",
		d.width, d.height, d.width, d.height)
	fmt.Fprintf(&out, "<title id=\"title\">%s</title>\n", escaped(title))
	fmt.Fprintf(&out, "<style>%s@media (prefers-color-scheme: dark) {%s}\n</style>\n", style, dark)
	for _, m := range []string{"head", "backhead"} {
		fmt.Fprintf(&out, `<marker id="%s" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="%s" d="M0 0L8 4L0 8z"/></marker>`+"\n", m, m)
	}
	fmt.Fprintf(&out, "<rect class=\"page\" width=\"%d\" height=\"%d\" rx=\"8\"/>\n%s</svg>\n", d.width, d.height, d.body.String())
	return out.String()
}

type box struct{ x, y, width, height int }

func (b box) right() int   { return b.x + b.width }
func (b box) bottom() int  { return b.y + b.height }
func (b box) centerX() int { return b.x + b.width/2 }
func (b box) centerY() int { return b.y + b.height/2 }

type drawing struct {
	flow          plan.Flow
	boxes         map[string]box
	nodes         map[string]plan.FlowNode
	width, height int
	body          strings.Builder
	// skips counts the lines that run past a lane on the left.
	skips int
}

// layOut gives every box its place: a row for each lane, platforms stacked in their
// column, and a rollback below its lane.
func (d *drawing) layOut() {
	d.nodes = map[string]plan.FlowNode{}
	lanes := 0
	stacked := map[[2]int]int{}
	for _, n := range d.flow.Nodes {
		d.nodes[n.ID] = n
		lanes = max(lanes, n.Lane+1)
		if !n.Side {
			stacked[[2]int{n.Lane, n.Column}]++
		}
	}
	left := margin + 2*bus
	y := margin + lineHeight
	for lane := range lanes {
		height, side := boxHeight, 0
		for at, n := range stacked {
			if at[0] == lane {
				height = max(height, n*(boxHeight+gapStacked)-gapStacked)
			}
		}
		placed := map[int]int{}
		for _, n := range d.flow.Nodes {
			if n.Lane != lane {
				continue
			}
			b := box{x: left + n.Column*(boxWidth+gapAcross), width: boxWidth, height: boxHeight}
			if n.Side {
				b.y = y + height + 2*gapStacked
				side = boxHeight + 2*gapStacked
			} else {
				all := stacked[[2]int{lane, n.Column}]*(boxHeight+gapStacked) - gapStacked
				b.y = y + (height-all)/2 + placed[n.Column]*(boxHeight+gapStacked)
				placed[n.Column]++
			}
			d.boxes[n.ID] = b
			d.width = max(d.width, b.right()+margin+bus)
		}
		y += height + side + gapLanes
	}
	d.height = y - gapLanes + 2*margin + lineHeight
}

func (d *drawing) edge(e plan.FlowEdge) {
	from, to := d.boxes[e.From], d.boxes[e.To]
	a, b := d.nodes[e.From], d.nodes[e.To]
	switch {
	case e.Back && b.Side:
		// Down from the rollout, and into the rollback from the right.
		d.line(e, from.centerX(), from.bottom(), from.centerX(), to.centerY(), to.right(), to.centerY())
		d.labels(e.Labels, to.right()+8, to.centerY()-8)
	case e.Back:
		d.line(e, from.centerX(), from.y, to.centerX(), to.bottom())
	case a.Lane == b.Lane:
		d.across(e, from, to)
	case a.Lane == 0:
		// From the last box of the build round to the left of an environment.
		turn, x := from.bottom()+gapLanes/2, d.left()-bus
		for _, n := range d.flow.Nodes {
			if n.Lane == 0 {
				turn = max(turn, d.boxes[n.ID].bottom()+gapLanes/2)
			}
		}
		d.line(e, from.centerX(), from.bottom(), from.centerX(), turn, x, turn, x, to.centerY(), to.x, to.centerY())
		d.labels(e.Labels, to.right()+8, turn-6)
	case b.Lane == a.Lane+1:
		d.line(e, from.centerX(), from.bottom(), to.centerX(), to.y)
		d.labels(e.Labels, from.centerX()+8, to.y-10)
	default:
		d.skips++
		x := d.left() - bus - 7*d.skips
		d.line(e, from.x, from.bottom()-14, x, from.bottom()-14, x, to.bottom()-14, to.x, to.bottom()-14)
		d.labels(e.Labels, to.x, to.y-8)
	}
}

func (d *drawing) left() int { return margin + 2*bus }

// across leads to the next box of the lane. Lines that part or meet share a way in
// the middle of the row, and there is the room for the labels.
func (d *drawing) across(e plan.FlowEdge, from, to box) {
	switch {
	case d.beside(e.From) > 1:
		x := from.right() + bus
		d.line(e, from.right(), from.centerY(), x, from.centerY(), x, to.centerY(), to.x, to.centerY())
		d.labels(e.Labels, x+6, to.centerY()-8)
	case d.beside(e.To) > 1:
		x := to.x - bus
		d.line(e, from.right(), from.centerY(), x, from.centerY(), x, to.centerY(), to.x, to.centerY())
		d.labels(e.Labels, from.right()+6, from.centerY()-8)
	default:
		d.line(e, from.right(), from.centerY(), to.x, to.centerY())
		d.labels(e.Labels, from.right()+6, from.centerY()-8)
	}
}

// beside is how many boxes are stacked where a box is.
func (d *drawing) beside(id string) int {
	n, all := d.nodes[id], 0
	for _, o := range d.flow.Nodes {
		if o.Lane == n.Lane && o.Column == n.Column && !o.Side {
			all++
		}
	}
	return all
}

func (d *drawing) line(e plan.FlowEdge, points ...int) {
	class, head := "line", "head"
	if e.Back {
		class, head = "line back", "backhead"
	}
	path := fmt.Sprintf("M%d %d", points[0], points[1])
	for p := range slices.Chunk(points[2:], 2) {
		path += fmt.Sprintf("L%d %d", p[0], p[1])
	}
	fmt.Fprintf(&d.body, "<path class=\"%s\" d=\"%s\" marker-end=\"url(#%s)\"/>\n", class, path, head)
}

// labels are stacked, the last at y.
func (d *drawing) labels(labels []plan.Label, x, y int) {
	type text struct{ class, text string }
	var lines []text
	for _, l := range labels {
		class := "promise"
		if l.Measured {
			class = "measured"
		}
		// Figures after a colon have a line of their own.
		head, figures, found := strings.Cut(l.Text, ": ")
		lines = append(lines, text{class, head})
		if found {
			lines = append(lines, text{class, figures + " min"})
		}
	}
	for i, l := range lines {
		d.text(l.class, "start", x, y-(len(lines)-1-i)*lineHeight, l.text)
	}
}

func (d *drawing) node(n plan.FlowNode) {
	b := d.boxes[n.ID]
	class, radius := "box", 8
	switch {
	case n.Side:
		class += " side"
	case n.Title == "Rollout healthy":
		class += " end"
		radius = 20
	case n.Lane > 0 && n.Column > 0:
		class += " cluster"
	}
	fmt.Fprintf(&d.body, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\"/>\n", class, b.x, b.y, b.width, b.height, radius)
	lines := []string{n.Title}
	for _, more := range []string{n.Detail, n.Limit} {
		if more != "" {
			lines = append(lines, more)
		}
	}
	y := b.centerY() - (len(lines)-1)*(lineHeight+2)/2 + 4
	for i, l := range lines {
		class := "detail"
		if i == 0 {
			class = "title"
		}
		d.text(class, "middle", b.centerX(), y+i*(lineHeight+2), l)
	}
}

func (d *drawing) legend() {
	y := d.height - margin + 6
	x := d.left()
	d.text("promise", "start", x, y, "promise: enforced")
	d.text("measured", "start", x+160, y, "promise: measured only")
	fmt.Fprintf(&d.body, "<path class=\"line back\" d=\"M%d %dh30\"/>\n", x+330, y-4)
	d.text("detail", "start", x+368, y, "the way back")
}

func (d *drawing) text(class, anchor string, x, y int, s string) {
	whole := ""
	if shown := []rune(s); len(shown) > widest {
		// The pointer shows all of it.
		whole = "<title>" + escaped(s) + "</title>"
		s = string(shown[:widest-1]) + "…"
	}
	fmt.Fprintf(&d.body, "<text class=\"%s\" x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s%s</text>\n", class, x, y, anchor, whole, escaped(s))
}

func escaped(s string) string {
	var b strings.Builder
	// A strings.Builder refuses nothing.
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}
