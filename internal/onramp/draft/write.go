package draft

import (
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

// writer writes fields and records the field of each line.
type writer struct {
	lines []string
	// fields has the field of each line, from 1.
	fields map[int]*Field
}

func (w *writer) line(f *Field, text string) {
	w.lines = append(w.lines, text)
	w.fields[len(w.lines)] = f
}

func (w *writer) field(f *Field, prefix string) {
	switch {
	case f.leaf != nil:
		w.leaf(f, prefix)
	case f.list:
		w.line(f, prefix+"[")
		for _, k := range f.kids {
			w.field(k, "")
			w.lines[len(w.lines)-1] += ","
		}
		w.line(f, "]")
	default:
		w.line(f, prefix+"{")
		for _, k := range f.kids {
			w.field(k, Label(k.key)+": ")
		}
		w.line(f, "}")
	}
}

func (w *writer) leaf(f *Field, prefix string) {
	comment := ""
	if f.leaf.Note != "" {
		comment = " // " + Plain(f.leaf.Note)
	}
	text, ok := f.leaf.Value.(string)
	if !ok || !strings.Contains(strings.TrimSuffix(text, "\n"), "\n") || strings.ContainsAny(text, "\r\x00") {
		w.line(f, prefix+Literal(f.leaf.Value)+comment)
		return
	}
	if comment != "" {
		w.line(f, strings.TrimPrefix(comment, " "))
	}
	w.line(f, prefix+`"""`)
	escape := strings.NewReplacer(`\`, `\\`, `"""`, `\"""`)
	if f.key == "run" { // a script ends with its last line
		text = strings.TrimRight(text, "\n")
	}
	for _, l := range strings.Split(text, "\n") {
		if l != "" {
			l = "\t" + escape.Replace(l)
		}
		w.line(f, l)
	}
	w.line(f, "\t"+`"""`)
}

var bareKey = lazy.Regexp(`^[a-zA-Z][a-zA-Z0-9_]*$`)

// Label writes the name of a field in CUE.
func Label(key string) string {
	if bareKey().MatchString(key) {
		return key
	}
	return Literal(key)
}
