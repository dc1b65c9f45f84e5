package schema

import (
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/pipegen/pipegen/internal/diag"
)

// index holds the position of each path of the spec, from its syntax alone: unlike the positions in CUE's errors, these
// never point into the schema.
type index struct {
	keys map[string]diag.Position
	// texts holds the first line of each text of several lines: it begins below its opening quotes.
	texts map[string]int
}

func indexOf(name string, file *ast.File) index {
	at := index{map[string]diag.Position{}, map[string]int{}}
	at.decls(name, "", file.Decls)
	return at
}

func (at index) decls(name, parent string, decls []ast.Decl) {
	for _, d := range decls {
		switch d := d.(type) {
		case *ast.Field:
			label, _, err := ast.LabelName(d.Label)
			if err != nil {
				continue
			}
			path := join(parent, label)
			at.set(name, path, d.Label.Pos())
			at.expr(name, path, d.Value)
		case *ast.EmbedDecl:
			at.expr(name, parent, d.Expr)
		}
	}
}

func (at index) expr(name, path string, e ast.Expr) {
	switch e := e.(type) {
	case *ast.StructLit:
		at.decls(name, path, e.Elts)
	case *ast.ListLit:
		for i, elt := range e.Elts {
			at.set(name, item(path, i), elt.Pos())
			at.expr(name, item(path, i), elt)
		}
	case *ast.BasicLit:
		if e.Kind == token.STRING && strings.Contains(e.Value, "\n") {
			at.texts[path] = e.Pos().Line() + 1
		}
	case *ast.BinaryExpr:
		at.expr(name, path, e.X)
		at.expr(name, path, e.Y)
	case *ast.ParenExpr:
		at.expr(name, path, e.X)
	}
}

// set keeps the first position: where a path is written twice, a reader looks there first.
func (at index) set(name, path string, pos token.Pos) {
	if _, seen := at.keys[path]; !seen && pos.IsValid() {
		at.keys[path] = diag.Position{File: name, Line: pos.Line(), Column: pos.Column()}
	}
}

func (at index) nearest(name, path string) diag.Position {
	for path != "" {
		if pos, ok := at.keys[path]; ok {
			return pos
		}
		path = parentOf(path)
	}
	return diag.Position{File: name, Line: 1, Column: 1}
}

// inside is the position of a line, counted from 1, of the text at a path.
func (at index) inside(name, path string, offset int) diag.Position {
	if first, ok := at.texts[path]; ok && offset > 0 {
		return diag.Position{File: name, Line: first + offset - 1}
	}
	return at.nearest(name, path)
}

func parentOf(path string) string {
	if strings.HasSuffix(path, `"`) {
		if i := strings.LastIndex(path[:len(path)-1], `."`); i >= 0 {
			return path[:i]
		}
		return ""
	}
	i := strings.LastIndexAny(path, ".[")
	if i < 0 {
		return ""
	}
	return path[:i]
}

// join appends a field name to a path, quoted where it would read as something else, the way an author would write it
// in CUE.
func join(parent, label string) string {
	if !ast.IsValidIdent(label) {
		label = strconv.Quote(label)
	}
	if parent == "" {
		return label
	}
	return parent + "." + label
}

func item(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// Join returns the path of a field below parent, as an author would write it.
func Join(parent, label string) string { return join(parent, label) }

// Item returns the path of the i-th element, counted from 0, of a list.
func Item(path string, i int) string { return item(path, i) }
