package judge

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// difference is what the author changed in one place: a value, or all that is below a key.
type difference struct {
	how how
	// key is the way to it without the places in lists, such as spec.template.spec.containers.image, and label the way as a
	// reader would write it. Where something is in another order, key leads to the list.
	key, label string
	// before is what pipegen wrote, and after what is there. What is not there is at its nearest ancestor.
	before, after pipeline.Node
	// step is the one of a job that it is in, as pipegen wrote it.
	step pipeline.Node
	// pointer is where it is in what pipegen wrote, as the names and indices of a JSON pointer.
	pointer []string
}

// how is what was done to a place.
type how int

const (
	changed how = iota
	added
	removed
	// moved: the entries of a list are in another order.
	moved
)

// comparison collects the differences of two trees.
type comparison struct {
	found []difference
	step  pipeline.Node
}

// compare finds the smallest places in which two trees differ.
func compare(before, after pipeline.Node) []difference {
	var c comparison
	c.values(difference{before: before, after: after})
	return c.found
}

func (d difference) below(key, label string, before, after pipeline.Node, at string) difference {
	out := d
	out.key = strings.TrimPrefix(d.key+"."+key, ".")
	if key == "" {
		out.key = d.key
	}
	out.label = strings.TrimPrefix(d.label+label, ".")
	out.before, out.after = before, after
	out.pointer = append(d.pointer[:len(d.pointer):len(d.pointer)], at)
	return out
}

func (c *comparison) report(d difference, how how) {
	d.how, d.step = how, c.step
	c.found = append(c.found, d)
}

func (c *comparison) values(d difference) {
	a, b := d.before, d.after
	switch {
	case !a.OK() && !b.OK():
	case !a.OK():
		c.report(d, added)
	case !b.OK() && !marks(last(d.key), a):
		c.report(d, removed)
	case a.IsMap() && (b.IsMap() || !b.OK()):
		c.maps(d)
	case a.IsList() && b.IsList():
		c.lists(d)
	case a.IsMap() || b.IsMap() || a.IsList() || b.IsList() || a.Text() != b.Text():
		c.report(d, changed)
	}
}

func (c *comparison) maps(d difference) {
	in := func(key string, n pipeline.Node) bool {
		for k := range n.Pairs() {
			if k == key {
				return true
			}
		}
		return false
	}
	for key, a := range d.before.Pairs() {
		next := d.below(key, "."+key, a, d.after.Get(key), key)
		if !in(key, d.after) && !marks(key, a) {
			c.report(next, removed)
			continue
		}
		c.values(next)
	}
	for key, b := range d.after.Pairs() {
		switch next := d.below(key, "."+key, d.before.Get(key), b, key); {
		case in(key, d.before):
		case marks(key, b):
			c.maps(next)
		default:
			c.report(next, added)
		}
	}
}

// marks reports labels or annotations, each of which is looked at by itself, also where all are new.
func marks(key string, n pipeline.Node) bool {
	return n.IsMap() && (key == "labels" || key == "annotations")
}

// lists compares lists of mappings entry by entry, by what names an entry, and others as a whole.
func (c *comparison) lists(d difference) {
	before, after := d.before.Items(), d.after.Items()
	mapping := func(n pipeline.Node) bool { return n.IsMap() }
	if !slices.ContainsFunc(slices.Concat(before, after), mapping) {
		c.texts(d, before, after)
		return
	}
	pairs := match(before, after)
	last, inOrder := -1, true
	for i, a := range before {
		j := pairs[i]
		next := d.below("", "["+title(a, i)+"]", a, pipeline.Node{}, fmt.Sprint(i))
		outer := c.step
		if strings.HasSuffix(d.key, ".steps") {
			c.step = a
		}
		if j < 0 {
			next.after = d.after
			c.report(next, removed)
		} else {
			next.after = after[j]
			inOrder, last = inOrder && j > last, j
			c.values(next)
		}
		c.step = outer
	}
	for j, b := range after {
		if !slices.Contains(pairs, j) {
			c.report(d.below("", "["+title(b, j)+"]", d.before, b, "-"), added)
		}
	}
	if !inOrder {
		c.report(d, moved)
	}
}

func (c *comparison) texts(d difference, before, after []pipeline.Node) {
	holds := func(all, some []pipeline.Node) bool {
		return !slices.ContainsFunc(some, func(n pipeline.Node) bool {
			return !slices.ContainsFunc(all, func(m pipeline.Node) bool { return m.Text() == n.Text() })
		})
	}
	same := slices.EqualFunc(before, after, func(a, b pipeline.Node) bool { return a.Text() == b.Text() })
	switch {
	case same:
	case len(after) > len(before) && holds(after, before):
		c.report(d, added)
	case len(before) > len(after) && holds(before, after):
		c.report(d, removed)
	default:
		c.report(d, changed)
	}
}

// match finds for each entry the one of another list that is meant to be the same: by the name, or by the place where as
// many of both are left. It is -1 for none.
func match(before, after []pipeline.Node) []int {
	out := make([]int, len(before))
	taken := make([]bool, len(after))
	var left []int
	for i, a := range before {
		out[i] = slices.IndexFunc(after, func(b pipeline.Node) bool { return name(a) == name(b) })
		for out[i] >= 0 && taken[out[i]] {
			next := slices.IndexFunc(after[out[i]+1:], func(b pipeline.Node) bool { return name(a) == name(b) })
			if next < 0 {
				out[i] = -1
				break
			}
			out[i] += 1 + next
		}
		if out[i] < 0 {
			left = append(left, i)
			continue
		}
		taken[out[i]] = true
	}
	free := 0
	for _, t := range taken {
		if !t {
			free++
		}
	}
	if free != len(left) {
		return out
	}
	for _, i := range left {
		out[i] = slices.Index(taken, false)
		taken[out[i]] = true
	}
	return out
}

// name is what tells an entry of a list from others.
func name(n pipeline.Node) string {
	for _, field := range []string{"id", "name", "mountPath", "containerPort", "port"} {
		if v := n.Get(field); v.OK() && v.Text() != "" {
			return field + "=" + v.Text()
		}
	}
	out := ""
	for _, field := range []string{"group", "kind", "server", "namespace", "uses"} {
		out += n.Get(field).Text() + " "
	}
	if strings.TrimSpace(out) == "" {
		n.Scalars(func(s pipeline.Node) { out += s.Text() + " " })
	}
	return out
}

// title is an entry of a list in a sentence.
func title(n pipeline.Node, i int) string {
	return cmp.Or(n.Get("name").Text(), n.Get("id").Text(), n.Get("kind").Text(), n.Get("uses").Text(), fmt.Sprint(i))
}

// in says what was done, in a file or an object.
func (d difference) in(whole string) string {
	where := d.label + " in " + whole
	if d.label == "" {
		where = whole
	}
	switch {
	case d.how == moved:
		return "brings " + where + " into another order"
	case d.how == removed:
		return "removes " + where
	case d.how == added:
		return "adds " + where
	case d.before.IsMap() || d.before.IsList() || d.after.IsMap() || d.after.IsList():
		return "changes " + where
	}
	return fmt.Sprintf("changes %s from %s to %s in %s", d.label, short(d.before), short(d.after), whole)
}

// last is the last part of a key.
func last(key string) string { return key[strings.LastIndex(key, ".")+1:] }

func short(n pipeline.Node) string {
	text, more, _ := strings.Cut(n.Text(), "\n")
	if r := []rune(text); len(r) > 60 || more != "" {
		text = string(r[:min(len(r), 59)]) + "…"
	}
	return fmt.Sprintf("%q", text)
}
