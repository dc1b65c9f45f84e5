package schema

import (
	"fmt"
	"strconv"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"
)

// Field is the documentation of one field of a spec.
type Field struct {
	// Path is the path of the field, such as deploy.replicas. An element of a list ends in [], and a key that the
	// author chooses is NAME or ID.
	Path string
	// Doc says what the field means, and for a struct also what holds for all of its fields.
	Doc string
	// Type is the kind of value in words.
	Type string
	// Allowed says what the value may be; "" for a struct, whose fields say it.
	Allowed  string
	Required bool
	// Default is the value that a spec without the field gets, in CUE; "" when there is none. When other fields decide
	// it, Derived is set and Default is what the examples give.
	Default string
	Derived bool
	// Example is a value in CUE, or "".
	Example string
	// Fields are those of a struct, and of the elements of a list or map of structs.
	Fields []Field
	// Same is the path of the field that has the same fields, which are not repeated then: one at the top, or one beside it;
	// "" for none.
	Same string

	shape string // the definition that Fields come from, or ""
}

// Reference returns the whole schema as a tree, in the order of pipeline.cue. The root is the spec itself.
func Reference() (Field, error) {
	file, err := parser.ParseFile("pipeline.cue", constraints, parser.ParseComments)
	if err != nil {
		return Field{}, err
	}
	ctx := cuecontext.New()
	m := &manual{
		ctx:         ctx,
		shapes:      map[string]*ast.Field{},
		tops:        map[string]string{},
		definitions: ctx.CompileBytes(constraints),
	}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.Field); ok {
			name, _, _ := ast.LabelName(f.Label)
			m.shapes[name] = f
		}
	}
	const short = "test: {}, image: {}, deploy: {}"
	all := ctx.CompileBytes(defaults).LookupPath(cue.ParsePath("#Defaults"))
	m.defaults = all.Unify(ctx.CompileString(`name: "fastapi-agent", source: repository: "org/repo", ` + short))
	m.others = all.Unify(ctx.CompileString(`name: "other", source: {repository: "other/other", branch: "other"}, ` + short))
	root := Field{}
	m.describe(&root, ast.NewIdent(pipeline.String()))
	return root, m.defaults.Err()
}

// manual reads the schema as it is written: the evaluated form no longer knows which fields are maps, nor the names of
// definitions.
type manual struct {
	ctx    *cue.Context
	shapes map[string]*ast.Field
	// tops are the fields at the top that have the fields of a definition, by its name.
	tops        map[string]string
	definitions cue.Value
	// defaults and others are the defaults for two specs that have nothing in common: what differs between them is
	// decided by other fields.
	defaults, others cue.Value
}

// few fields are repeated where they are used again.
const few = 3

func (m *manual) fields(parent string, decls []ast.Decl) []Field {
	var out []Field
	beside := map[string]string{}
	for _, d := range decls {
		f, ok := d.(*ast.Field)
		if !ok {
			continue
		}
		name, _, _ := ast.LabelName(f.Label)
		field := Field{
			Path:     join(parent, name),
			Doc:      docOf(f),
			Allowed:  attributeOf(f, "allow"),
			Required: f.Constraint == token.NOT,
			Example:  attributeOf(f, "example"),
		}
		m.describe(&field, f.Value)
		if first := beside[field.shape]; first != "" {
			field.Fields, field.Same = nil, first
		} else if field.shape != "" && field.Type == "struct" && len(field.Fields) > few {
			beside[field.shape] = field.Path
		}
		if field.Example != "" && field.Type == "text" {
			field.Example = strconv.Quote(field.Example)
		}
		if !field.Required && len(field.Fields) == 0 {
			field.Default, field.Derived = m.defaultOf(field.Path)
		}
		out = append(out, field)
	}
	return out
}

// describe fills in a field from its constraint.
func (m *manual) describe(f *Field, e ast.Expr) {
	switch e := e.(type) {
	case *ast.Ident:
		m.named(f, e.Name)
	case *ast.ParenExpr:
		m.describe(f, e.X)
	case *ast.BasicLit, *ast.BinaryExpr:
		if choice, ok := e.(*ast.BinaryExpr); ok {
			if long, ok := choice.Y.(*ast.Ident); ok && m.shapes[long.Name] != nil {
				m.named(f, long.Name) // the other choice is text, and the field says which
				f.Type = "text or struct"
				return
			}
		}
		f.Type = kindOf(m.ctx.BuildExpr(e))
		if values := alternatives(e); len(values) > 0 {
			f.Allowed = oneOf(values)
		}
	case *ast.ListLit:
		var element Field
		m.describe(&element, elementOf(e))
		f.Type, f.Allowed = "list", "a list: "+element.Allowed
		if _, open := e.Elts[0].(*ast.Ellipsis); !open {
			f.Allowed = "a list of one or more: " + element.Allowed
		}
		if element.shape != "" {
			f.Allowed, f.shape = "", element.shape
			f.Fields = m.fields(f.Path+"[]", m.shape(element.shape))
		}
	case *ast.StructLit:
		m.structure(f, e)
	}
}

// named follows a reference to a definition, or takes one of CUE's own kinds.
func (m *manual) named(f *Field, name string) {
	shape, ok := m.shapes[name]
	if !ok {
		f.Type = kindOf(m.ctx.BuildExpr(ast.NewIdent(name)))
		f.Allowed = f.Type
		return
	}
	if s, ok := shape.Value.(*ast.StructLit); ok {
		f.Type, f.shape = "struct", name
		f.Doc = strings.TrimSpace(f.Doc + " " + docOf(shape))
		if f.Same = m.tops[name]; f.Same != "" {
			return
		}
		if !strings.Contains(f.Path, ".") {
			m.tops[name] = f.Path
		}
		f.Fields = m.fields(f.Path, s.Elts)
		return
	}
	f.Allowed = attributeOf(shape, "allow")
	f.Type = kindOf(m.definitions.LookupPath(cue.ParsePath(name)))
}

func kindOf(v cue.Value) string {
	switch v.IncompleteKind() {
	case cue.StringKind:
		return "text"
	case cue.IntKind:
		return "whole number"
	case cue.NumberKind:
		return "number"
	case cue.BoolKind:
		return "true or false"
	case cue.TopKind:
		return "any value"
	}
	return "text, whole number, true or false"
}

// structure describes fields that are written where they are used, or a map whose keys the author chooses.
func (m *manual) structure(f *Field, s *ast.StructLit) {
	f.Type = "struct"
	pattern, ok := s.Elts[0].(*ast.Field)
	if !ok {
		return
	}
	keys, ok := pattern.Label.(*ast.ListLit)
	if !ok {
		f.Fields = m.fields(f.Path, s.Elts)
		return
	}
	var key, entry Field
	m.describe(&key, keys.Elts[0])
	f.Type = "map"
	word := "NAME"
	if keys.Elts[0].(*ast.Ident).Name == "#ID" {
		word = "ID"
	}
	entry.Path = f.Path + "." + word
	m.describe(&entry, pattern.Value)
	f.Allowed = word + ": " + key.Allowed
	if entry.Allowed != "" {
		f.Allowed += "; its value: " + entry.Allowed
	}
	f.shape, f.Fields, f.Same = entry.shape, entry.Fields, entry.Same
	f.Doc = strings.TrimSpace(f.Doc + " " + entry.Doc)
}

func (m *manual) shape(name string) []ast.Decl {
	s, _ := m.shapes[name].Value.(*ast.StructLit)
	return s.Elts
}

func (m *manual) defaultOf(path string) (value string, derived bool) {
	at := cue.ParsePath(path)
	v, ok := m.defaults.LookupPath(at).Default()
	if at.Err() != nil || !ok || !v.IsConcrete() {
		return "", false
	}
	// Where the other spec sets the field itself there is no default to compare.
	w, ok := m.others.LookupPath(at).Default()
	return fmt.Sprint(v), ok && !v.Equals(w)
}

func docOf(f *ast.Field) string {
	var words []string
	for _, g := range ast.Comments(f) {
		if g.Doc {
			words = append(words, strings.Fields(g.Text())...)
		}
	}
	return strings.Join(words, " ")
}

func attributeOf(f *ast.Field, name string) string {
	for _, a := range f.Attrs {
		if key, body := a.Split(); key == name {
			s, err := strconv.Unquote(body)
			if err == nil {
				return s
			}
		}
	}
	return ""
}

// alternatives returns the texts of "a" | "b", or nil for any other constraint.
func alternatives(e ast.Expr) []string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if s, err := strconv.Unquote(e.Value); err == nil {
			return []string{s}
		}
	case *ast.BinaryExpr:
		x, y := alternatives(e.X), alternatives(e.Y)
		if e.Op == token.OR && x != nil && y != nil {
			return append(x, y...)
		}
	}
	return nil
}

// elementOf returns the constraint on the elements of [...X] and [X, ...X].
func elementOf(l *ast.ListLit) ast.Expr {
	if rest, ok := l.Elts[len(l.Elts)-1].(*ast.Ellipsis); ok {
		return rest.Type
	}
	return l.Elts[0]
}
