package yamldoc

import (
	"slices"
	"strings"
)

// Doc is YAML text with the origin of the values in each line.
type Doc struct {
	lines []line
}

type line struct {
	// indent is how many blanks are before the text, unless that is empty: what is moved right often is not copied often.
	indent int
	text   string
	origin string
	// named is the named value that begins in this line, or nil.
	named *named
}

// Text returns a document of the given lines, such as a comment.
func Text(lines ...string) Doc {
	var d Doc
	for _, s := range lines {
		d.lines = append(d.lines, line{text: s})
	}
	return d
}

// Join concatenates documents.
func Join(docs ...Doc) Doc { return join(docs, false) }

// Spaced concatenates documents with a blank line between them.
func Spaced(docs ...Doc) Doc { return join(docs, true) }

func join(docs []Doc, spaced bool) Doc {
	size := len(docs)
	for _, d := range docs {
		size += len(d.lines)
	}
	out := Doc{lines: make([]line, 0, size)}
	for _, d := range docs {
		if len(d.lines) == 0 {
			continue
		}
		if spaced && len(out.lines) > 0 {
			out.lines = append(out.lines, line{})
		}
		out.lines = append(out.lines, d.lines...)
	}
	return out
}

// Empty reports whether the document has no line.
func (d Doc) Empty() bool { return len(d.lines) == 0 }

// isList reports whether the first line that is not a comment begins a list entry.
func (d Doc) isList() bool {
	for _, l := range d.lines {
		if l.indent > 0 || !strings.HasPrefix(l.text, "#") {
			return l.indent == 0 && strings.HasPrefix(l.text, "- ")
		}
	}
	return false
}

// Indent returns the document moved right by n columns.
func (d Doc) Indent(n int) Doc {
	out := Doc{lines: make([]line, len(d.lines))}
	for i, l := range d.lines {
		l.indent += n
		out.lines[i] = l
	}
	return out
}

// From returns the document with an origin for each line that has none.
func (d Doc) From(origin string) Doc {
	out := Doc{lines: slices.Clone(d.lines)}
	for i, l := range out.lines {
		if l.origin == "" && l.text != "" {
			out.lines[i].origin = origin
		}
	}
	return out
}

// Bytes returns the text, ended by a newline.
func (d Doc) Bytes() []byte {
	size := len(d.lines)
	for _, l := range d.lines {
		size += l.indent + len(l.text)
	}
	out := make([]byte, 0, size)
	for _, l := range d.lines {
		for i := 0; i < l.indent && l.text != ""; i++ {
			out = append(out, ' ')
		}
		out = append(append(out, l.text...), '\n')
	}
	return out
}

// Origins returns the spec path that each line comes from, "" where there is none.
func (d Doc) Origins() []string {
	out := make([]string, len(d.lines))
	for i, l := range d.lines {
		out[i] = l.origin
	}
	return out
}
