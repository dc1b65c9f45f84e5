package yamldoc

import (
	"fmt"
	"slices"
	"strings"
)

// Fill replaces each hole by its value. Every hole must have a value and every value a hole: otherwise pipegen has a
// bug.
func (f *Fragment) Fill(values Values) (Doc, error) {
	if err := f.match(values); err != nil {
		return Doc{}, err
	}
	out := Doc{lines: make([]line, 0, len(f.lines))}
	for i := 0; i < len(f.lines); i++ {
		if h, ok := f.omittedAt(i, values); ok {
			i = h.last
			continue
		}
		head, tail, err := f.fillLine(i, values)
		if err != nil {
			return Doc{}, err
		}
		out.lines = append(append(out.lines, head), tail...)
	}
	return out, nil
}

func (f *Fragment) match(values Values) error {
	names := f.Holes()
	for _, n := range names {
		if _, ok := values[n]; !ok {
			return fmt.Errorf("%s: no value for the hole %s", f.name, n)
		}
	}
	for n := range values {
		if !slices.Contains(names, n) {
			return fmt.Errorf("%s: no hole for the value %s", f.name, n)
		}
	}
	return nil
}

func (f *Fragment) omittedAt(i int, values Values) (hole, bool) {
	for _, h := range f.holes {
		if h.first == i && values[h.name].kind == omitted {
			return h, true
		}
	}
	return hole{}, false
}

// fillLine fills the holes of one line, from the last to the first so that the columns of the others stay true.
func (f *Fragment) fillLine(i int, values Values) (head line, tail []line, err error) {
	head = line{text: f.lines[i]}
	for n := len(f.holes) - 1; n >= 0; n-- {
		h := f.holes[n]
		if h.line != i {
			continue
		}
		v := values[h.name]
		inline, below, err := v.render(h.indent, f.lists)
		if err != nil {
			return line{}, nil, fmt.Errorf("%s: hole %s: %w", f.name, h.name, err)
		}
		rest := head.text[h.end:]
		if len(below) > 0 && strings.TrimSpace(rest) != "" {
			return line{}, nil, fmt.Errorf("%s: hole %s: text follows a value of several lines", f.name, h.name)
		}
		head.text = strings.TrimRight(head.text[:h.col]+inline, " ") + rest
		if v.origin != "" {
			head.origin = v.origin
		}
		if text, ok := v.data.(string); ok && v.anchor != "" && len(below) > 0 {
			head.named = &named{anchor: v.anchor, value: text, inline: inline, below: len(below)}
		}
		if len(tail) == 0 {
			tail = below
		} else {
			tail = slices.Concat(below, tail)
		}
	}
	return head, tail, nil
}
