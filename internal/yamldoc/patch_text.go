package yamldoc

import (
	"bytes"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// editor changes a text by the positions of its nodes. It parses the text again after each change.
type editor struct {
	*Patcher
	lines  []line
	lists  Lists
	root   *yaml.Node
	origin string
	// stale says that the text has changed since root was read from it. Then it had size bytes, and at first before.
	stale        bool
	before, size int
	// tooLarge says that a value was too large to be written.
	tooLarge bool
}

func (e *editor) parse() *PatchError {
	if !e.stale {
		return nil
	}
	text := Doc{lines: e.lines}.Bytes()
	e.size = len(text)
	e.read += len(text)
	switch {
	case e.tooLarge || e.grown+e.size-e.before > maxGrowth:
		return tooMuch("with this operation, patches have added more than %d KiB to the files", maxGrowth>>10)
	case e.read > maxRead:
		return tooMuch("with this operation, patches have read more than %d MiB: a file is read again after each change", maxRead>>20)
	}
	e.stale = false
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return &PatchError{Field: "path", Message: "the file is no YAML any more: " + strings.TrimPrefix(err.Error(), "yaml: ")}
	}
	if len(doc.Content) != 1 {
		return &PatchError{Field: "path", Message: "the file holds no document"}
	}
	e.root = doc.Content[0]
	return nil
}

// replace writes another value in place of a node.
func (e *editor) replace(at spot, value *yaml.Node) {
	if flow, ok := outermostFlow(at.parent()); ok {
		at.parent().node().Content[at.place()] = value
		e.rewrite(flow)
		return
	}
	if len(at) == 1 {
		first := at.node().Line - 1
		e.splice(first, len(e.lines), e.written(value, 0, ""))
		return
	}
	parent, place := at.parent().node(), at.place()
	r := e.region(parent, place)
	e.splice(r.first, r.last+1, e.entry(parent, place, value, r))
}

// rewrite writes a changed flow collection again.
func (e *editor) rewrite(flow spot) {
	value := plain(flow.node())
	flowing(value)
	if len(value.Content) == 0 {
		value.Style = 0
	}
	e.replace(flow, value)
}

// insert puts a value into a collection, at a position of its content; the key is nil in a list.
func (e *editor) insert(at spot, place int, key, value *yaml.Node) {
	container := at.node()
	if flow, ok := outermostFlow(at); ok || len(container.Content) == 0 {
		wasEmpty := len(container.Content) == 0
		add := []*yaml.Node{value}
		if key != nil {
			add = []*yaml.Node{key, value}
		}
		container.Content = slices.Insert(container.Content, place, add...)
		if wasEmpty && (!ok || len(flow) == len(at)) {
			e.replace(at, plain(container))
			return
		}
		e.rewrite(flow)
		return
	}
	step := stepOf(container)
	blank := e.separated(container)
	doc := &yaml.Node{Kind: container.Kind, Content: []*yaml.Node{value}}
	if key != nil {
		doc.Content = []*yaml.Node{key, value}
	}
	indent := container.Column - 1
	if place > 0 {
		r := e.region(container, place-step)
		added := e.written(doc, indent, "")
		if blank {
			added = append([]line{{}}, added...)
		}
		e.splice(r.last+1, r.last+1, added)
		return
	}
	r := e.region(container, 0)
	first := e.lines[r.first].text
	added := e.written(doc, indent, first[:indent])
	if strings.TrimSpace(first[:indent]) != "" {
		e.lines[r.first].text = strings.Repeat(" ", indent) + first[indent:]
		e.splice(r.first, r.first, added)
		return
	}
	if blank {
		added = append(added, line{})
	}
	e.splice(r.head, r.head, added)
}

// remove deletes a node, with its key and its comments.
func (e *editor) remove(at spot) *PatchError {
	if len(at) == 1 {
		return &PatchError{Field: "path", Message: "the whole document cannot be removed"}
	}
	parent, place := at.parent(), at.place()
	container, step := parent.node(), stepOf(at.parent().node())
	first := place - step + 1
	flow, ok := outermostFlow(parent)
	if len(container.Content) == step && !ok {
		e.replace(parent, &yaml.Node{Kind: container.Kind})
		return nil
	}
	if ok {
		container.Content = slices.Delete(container.Content, first, place+1)
		e.rewrite(flow)
		return nil
	}
	e.own(parent)
	r := e.region(container, first)
	indent := container.Column - 1
	if prefix := e.lines[r.first].text[:indent]; strings.TrimSpace(prefix) != "" {
		e.moveUp(r, container, place+1, prefix)
		return nil
	}
	// Where there were blank lines on both sides, one of them is removed.
	if r.head > 0 && e.lines[r.head-1].text == "" && (r.last+1 == len(e.lines) || e.lines[r.last+1].text == "") {
		r.head--
	}
	e.splice(r.head, r.last+1, nil)
	return nil
}

// moveUp removes the first entry of a collection that begins after the dash of an outer list: the next entry moves to
// the dash.
func (e *editor) moveUp(r region, container *yaml.Node, next int, prefix string) {
	n := e.region(container, next)
	for i := r.last + 1; i < n.first; i++ {
		if text := strings.TrimLeft(e.lines[i].text, " "); text != "" {
			e.lines[i].text = prefix[:len(prefix)-len(strings.TrimLeft(prefix, " "))] + text
		}
	}
	e.lines[n.first].text = prefix + e.lines[n.first].text[len(prefix):]
	e.splice(r.first, r.last+1, nil)
}

// own sets the origin of the line of a collection that has lost an entry.
func (e *editor) own(at spot) {
	if len(at) > 1 {
		r := e.region(at.parent().node(), at.place())
		e.lines[r.first].origin = e.origin
	}
}

// splice replaces the lines from first up to, and without, end.
func (e *editor) splice(first, end int, with []line) {
	for i := range with {
		with[i].origin = e.origin
	}
	e.lines = slices.Replace(e.lines, first, end, with...)
	e.stale = true
}

// entry returns the text of one entry of a block collection with another value.
func (e *editor) entry(container *yaml.Node, place int, value *yaml.Node, r region) []line {
	doc := &yaml.Node{Kind: container.Kind, Content: []*yaml.Node{value}}
	if container.Kind == yaml.MappingNode {
		key := container.Content[place-1]
		doc.Content = []*yaml.Node{{Kind: yaml.ScalarNode, Tag: key.Tag, Value: key.Value, Style: key.Style}, value}
	}
	indent := container.Column - 1
	return e.written(doc, indent, e.lines[r.first].text[:indent])
}

// written returns a tree as text at a column. The prefix replaces the indentation of its first line.
func (e *editor) written(n *yaml.Node, indent int, prefix string) []line {
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if e.lists == Compact {
		enc.CompactSeqIndent()
	}
	// A tree of scalars, mappings and lists can always be encoded.
	_ = enc.Encode(n)
	// Each line may be indented further than the whole value is long.
	if b.Len()+indent*bytes.Count(b.Bytes(), []byte("\n")) > maxValue {
		e.tooLarge = true
		return nil
	}
	var out []line
	for i, text := range strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n") {
		switch {
		case i == 0 && prefix != "":
			text = prefix + text
		case text != "":
			text = strings.Repeat(" ", indent) + text
		}
		out = append(out, line{text: text})
	}
	return out
}
