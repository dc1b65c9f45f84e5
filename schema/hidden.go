package schema

import (
	"fmt"
	"strings"

	"cuelang.org/go/cue"

	"github.com/pipegen/pipegen/internal/diag"
)

// hidden reports the first character of a text that a reader of the output would not see. In the spec it is an escape:
// precheck has refused the character itself.
func (w *walker) hidden(got cue.Value, path string) bool {
	text, err := got.String()
	if err != nil {
		return false
	}
	d, found := Hidden(path, text)
	if found {
		w.found = append(w.found, d)
	}
	return found
}

// Hidden reports the first hidden character of the text that the spec has at a path.
func Hidden(path, text string) (diag.Diagnostic, bool) {
	f, found := diag.FirstHidden(text)
	line := "the text"
	if strings.Contains(text, "\n") {
		line = fmt.Sprintf("line %d", f.Line)
	}
	return diag.Diagnostic{Code: diag.Hidden, Path: path, Offset: f.Line, Help: diag.HiddenAllowed,
		Message: fmt.Sprintf("%s has %s as character %d of %s, and no reader of the output sees it", path, f, f.Character, line)}, found
}
