package draft

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
)

// Mark begins the comment on a line whose value stands in no original.
const Mark = "// " + guessed

const guessed = "guessed: "

// Tree is a draft that is read out of originals.
type Tree struct {
	// Head is the comment above the spec.
	Head string
	Root Field
	// Left is what the draft cannot say, as warnings at the originals.
	Left diag.List

	// fields holds the field of each line of the text that was written last.
	fields map[int]*Field
}

// Read is a value that was read at a place. Without a place, nothing is said of where
// it comes from.
func Read(value any, at Place) Setting {
	s := Setting{Value: value, From: at}
	if at.Known() {
		s.Note = "from " + at.String()
	}
	return s
}

// Guess is a value that the originals do not give, with what to look at.
func Guess(value any, why string) Setting {
	return Setting{Value: value, Note: guessed + why}
}

// Leave notes what the draft cannot say, with what to do instead or "".
func (t *Tree) Leave(at Place, help, format string, args ...any) {
	t.Left = append(t.Left, diag.Diagnostic{Code: diag.Inexpressible, Severity: diag.Warning, Pos: diag.Position{File: at.File, Line: at.Line},
		Message: Plain(fmt.Sprintf(format, args...)), Help: help})
}

// Write gives the text of the draft.
func (t *Tree) Write() ([]byte, error) {
	w := &writer{fields: map[int]*Field{}}
	w.lines = strings.Split(strings.TrimSuffix(t.Head, "\n"), "\n")
	for _, k := range t.Root.kids {
		w.field(k, k.label()+": ")
		if k.leaf == nil {
			w.lines = append(w.lines, "")
		}
	}
	t.fields = w.fields
	return []byte(strings.Join(w.lines, "\n") + "\n"), nil
}
