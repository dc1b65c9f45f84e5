package yamldoc

import (
	"strconv"
	"strings"
)

// named is a text with a name, under which Once can refer to it.
type named struct {
	anchor, value string
	// inline is the end of its first line, and below is how many lines follow.
	inline string
	below  int
}

// Once writes a named text that occurs several times only at its first occurrence, with an anchor of its name, and an
// alias at all others. A text that occurs once stays as it is: actionlint refuses an anchor that nothing refers to.
func (d Doc) Once() Doc {
	anchors := d.anchors()
	var out Doc
	written := map[string]bool{}
	for i := 0; i < len(d.lines); i++ {
		l := d.lines[i]
		if l.named != nil && anchors[l.named.value] != "" {
			n, anchor := l.named, anchors[l.named.value]
			l.text, l.named = strings.TrimSuffix(l.text, n.inline), nil
			if written[n.value] {
				l.text += "*" + anchor
				i += n.below
			} else {
				l.text += "&" + anchor + " " + n.inline
				written[n.value] = true
			}
		}
		out.lines = append(out.lines, l)
	}
	return out
}

// anchors returns the names of the texts that occur more than once. Where two of them have the same name, all but the
// first get a number.
func (d Doc) anchors() map[string]string {
	occurs := map[string]int{}
	for _, l := range d.lines {
		if l.named != nil {
			occurs[l.named.value]++
		}
	}
	out, taken := map[string]string{}, map[string]int{}
	for _, l := range d.lines {
		if l.named == nil || occurs[l.named.value] < 2 || out[l.named.value] != "" {
			continue
		}
		name := l.named.anchor
		if taken[name]++; taken[name] > 1 {
			name += "-" + strconv.Itoa(taken[name])
		}
		out[l.named.value] = name
	}
	return out
}
