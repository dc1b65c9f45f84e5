package draft

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
)

// Mark begins the comment on a line whose value is in no original.
const Mark = "// " + guessed

const guessed = "guessed: "

// Tree is a draft that is read from originals.
type Tree struct {
	// Head is the comment above the spec.
	Head string
	Root Field
	// Left is what the draft cannot express, as warnings at the lines of the originals.
	Left diag.List

	// fields has the field of each line of the last written text.
	fields map[int]*Field
}

// Read returns a value that was read from a line, which may be unknown.
func Read(value any, at SourceLine) Setting {
	s := Setting{Value: value, From: at}
	if at.Known() {
		s.Note = "from " + at.String()
	}
	return s
}

// Guess returns a value that the originals do not give, with a note about what to check.
func Guess(value any, why string) Setting {
	return Setting{Value: value, Note: guessed + why}
}

// Leave records what the draft cannot express, with what to do instead or "".
func (t *Tree) Leave(at SourceLine, help, format string, args ...any) {
	t.Left = append(t.Left, diag.Diagnostic{Code: diag.Inexpressible, Severity: diag.Warning, Pos: diag.Position{File: at.File, Line: at.Line},
		Message: Plain(fmt.Sprintf(format, args...)), Help: help})
}

// Write returns the text of the draft.
func (t *Tree) Write() ([]byte, error) {
	w := &writer{fields: map[int]*Field{}}
	w.lines = strings.Split(strings.TrimSuffix(t.Head, "\n"), "\n")
	for _, k := range t.Root.kids {
		w.field(k, Label(k.key)+": ")
		if k.leaf == nil {
			w.lines = append(w.lines, "")
		}
	}
	t.fields = w.fields
	return []byte(strings.Join(w.lines, "\n") + "\n"), nil
}
