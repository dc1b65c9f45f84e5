package yamldoc

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// region is the lines of an entry of a block collection, counted from 0.
type region struct {
	// head is the first of the comments right above, or the entry's own first line.
	head, first, last int
}

// region finds the entry to which a position in the content of a block collection belongs.
func (e *editor) region(container *yaml.Node, place int) region {
	at := place - place%stepOf(container)
	isList := container.Kind == yaml.SequenceNode
	r := region{first: e.first(container, at)}
	r.last = e.end(r.first, container.Column-1, isList)
	above := 0
	switch {
	case at > 0:
		// A text of the entry before may have lines that look like comments.
		above = e.end(e.first(container, at-stepOf(container)), container.Column-1, isList) + 1
	case container.Column == 1:
		// The comments above the first entry of the document are the head of the file.
		above = r.first
	}
	for r.head = r.first; r.head > above && strings.HasPrefix(strings.TrimLeft(e.lines[r.head-1].text, " "), "#"); {
		r.head--
	}
	return r
}

// first returns the line in which an entry begins. In a list that is the line of its dash.
func (e *editor) first(container *yaml.Node, at int) int {
	i := container.Content[at].Line - 1
	for container.Kind == yaml.SequenceNode && i > container.Line-1 && !e.dashAt(i, container.Column-1) {
		i--
	}
	return i
}

func (e *editor) dashAt(i, column int) bool {
	text := e.lines[i].text
	return len(text) > column && text[column] == '-'
}

// end returns the last line of an entry that begins in line first at a column. All lines that are indented further
// belong to it, and so does a list in the column of its key. Blank lines and comments after it belong to what follows.
func (e *editor) end(first, column int, isItem bool) int {
	last := first
	for i := first + 1; i < len(e.lines); i++ {
		text := strings.TrimLeft(e.lines[i].text, " ")
		indent := len(e.lines[i].text) - len(text)
		switch {
		case text == "":
		case indent > column:
			last = i
		case strings.HasPrefix(text, "#"):
		case !isItem && indent == column && (text == "-" || strings.HasPrefix(text, "- ")):
			last = i
		default:
			return last
		}
	}
	return last
}

// separated reports whether blank lines separate the entries of a collection.
func (e *editor) separated(container *yaml.Node) bool {
	step := stepOf(container)
	if len(container.Content) < 2*step {
		return false
	}
	r := e.region(container, step)
	return r.head > 0 && e.lines[r.head-1].text == ""
}

// stepOf returns how many nodes an entry has.
func stepOf(container *yaml.Node) int {
	if container.Kind == yaml.MappingNode {
		return 2
	}
	return 1
}

// outermostFlow returns the first collection on the way to a node that is written in one line, [a, b].
func outermostFlow(at spot) (spot, bool) {
	for i, n := range at {
		if n.Style&yaml.FlowStyle != 0 && n.Kind != yaml.ScalarNode {
			return at[:i+1], true
		}
	}
	return nil, false
}
