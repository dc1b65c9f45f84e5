package schema

import (
	"fmt"
	"strconv"
	"strings"

	"cuelang.org/go/cue"
)

// allowed says in words what a constraint accepts: the @allow of the field or of the definition that it refers to, the
// values of an enumeration, or the kind.
func (w *walker) allowed(want cue.Value) string {
	if s := attribute(want, "allow"); s != "" {
		return s
	}
	if s := attribute(w.referenced(want), "allow"); s != "" {
		return s
	}
	if values := enumeration(want); len(values) > 0 {
		return oneOf(values)
	}
	switch want.IncompleteKind() {
	case cue.ListKind:
		return "a list, in [ ]"
	case cue.StructKind:
		return "a struct, in { }"
	case cue.BoolKind:
		return "true or false"
	case cue.IntKind:
		return "a whole number"
	case cue.NumberKind, cue.FloatKind:
		return "a number"
	}
	return "text in quotes"
}

// referenced follows "field: #Definition" to the definition.
func (w *walker) referenced(want cue.Value) cue.Value {
	_, path := want.ReferencePath()
	return w.definitions().LookupPath(path)
}

// exampleOf is what an author could type for the value, or "".
func exampleOf(want cue.Value) string {
	s := attribute(want, "example")
	if s != "" && want.IncompleteKind() == cue.StringKind {
		return strconv.Quote(s)
	}
	return s
}

func forExample(prefix string, want cue.Value) string {
	if s := exampleOf(want); s != "" {
		return "for example " + prefix + s
	}
	return ""
}

func attribute(v cue.Value, name string) string {
	a := v.Attribute(name)
	if a.Err() != nil {
		return ""
	}
	s, err := a.String(0)
	if err != nil {
		return ""
	}
	return s
}

func enumeration(want cue.Value) []string {
	op, args := want.Expr()
	switch {
	case op == cue.OrOp:
	case want.IsConcrete():
		args = []cue.Value{want}
	default:
		return nil
	}
	var out []string
	for _, a := range args {
		s, err := a.String()
		if err != nil {
			return nil
		}
		out = append(out, s)
	}
	return out
}

// describe says what the author wrote and where.
func describe(path string, got cue.Value) string {
	return fmt.Sprintf("%s is %s", subject(path), shown(got))
}

func subject(path string) string {
	if path == "" {
		return "the spec"
	}
	return path
}

func shown(v cue.Value) string {
	switch v.IncompleteKind() {
	case cue.StringKind:
		if s, err := v.String(); err == nil {
			return quote(s)
		}
		return "text"
	case cue.BytesKind:
		return "bytes, in single quotes"
	case cue.ListKind:
		return "a list"
	case cue.StructKind:
		return "a struct"
	case cue.NullKind:
		return "null"
	}
	if s := fmt.Sprint(v); len(s) <= 60 {
		return s
	}
	return "a number with too many digits"
}

// quote writes a value for a message: escaped, and cut where it is too long to read.
func quote(s string) string {
	const most = 80
	if r := []rune(s); len(r) > most {
		return fmt.Sprintf("%q… (%d characters)", string(r[:most]), len(r))
	}
	return fmt.Sprintf("%q", s)
}

func oneOf(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = quote(v)
	}
	if len(quoted) == 1 {
		return quoted[0]
	}
	return strings.Join(quoted[:len(quoted)-1], ", ") + " or " + quoted[len(quoted)-1]
}

func list(names []string) string { return strings.Join(names, ", ") }
