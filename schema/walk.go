package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/errors"

	"github.com/pipegen/pipegen/internal/diag"
)

// walker compares a spec with the constraints, field by field. CUE finds in one step that the two do not unify, but its
// errors are of no use to the author: one wrong value comes back as several conflicts, with lines of the schema.
type walker struct {
	*language
	found diag.List
	// meant are the fields that an unknown one was probably meant for.
	meant []string
}

func walk(by *language, user cue.Value) diag.List {
	w := &walker{language: by}
	w.value(w.definitions().LookupPath(pipeline), user, "")
	w.imageName(user)
	w.forms(user)
	return w.found
}

// choices finds in a spec that fits the constraints what they leave open: fields that depend on others.
func choices(by *language, user cue.Value) diag.List {
	w := &walker{language: by}
	w.forms(user)
	return w.found
}

func (w *walker) report(code diag.Code, path, help, format string, args ...any) {
	w.found = append(w.found, diag.Diagnostic{Code: code, Path: path, Help: help, Message: fmt.Sprintf(format, args...)})
}

func (w *walker) value(want, got cue.Value, path string) {
	got, _ = got.Default()
	want = alternative(want, got)
	if err := got.Err(); err != nil && got.IncompleteKind() == cue.BottomKind {
		// For example a selector of a missing field, which CUE takes for a field that may still come.
		w.report(diag.Reference, path, "", "%s: %s", subject(path), sentence(errors.Errors(err)[0]))
		return
	}
	if scalar := got.IncompleteKind() &^ (cue.StructKind | cue.ListKind); scalar != 0 && !got.IsConcrete() {
		w.report(diag.NoValue, path, forExample("", want), "%s has no value: the spec gives only a constraint, or a reference to a field without a value; it must be %s", subject(path), w.allowed(want))
		return
	}
	if want.IncompleteKind() == cue.TopKind {
		return
	}
	if got.IncompleteKind()&want.IncompleteKind() == 0 {
		w.report(diag.WrongType, path, cmp.Or(w.unquoted(want, got), w.meantBy(want, got), forExample("", want)), "%s; it must be %s", describe(path, got), w.allowed(want))
		return
	}
	switch {
	case got.IncompleteKind() == cue.StructKind:
		w.fields(want, got, path)
	case got.IncompleteKind() == cue.ListKind:
		w.items(want, got, path)
	case w.hidden(got, path):
	case want.Unify(got).Err() != nil:
		w.report(diag.BadValue, path, cmp.Or(w.meantBy(want, got), forExample("", want)), "%s; it must be %s", describe(path, got), w.allowed(want))
	}
}

// unquoted says how a number or a truth value is written that was put in quotes, as YAML needs some.
func (w *walker) unquoted(want, got cue.Value) string {
	text, err := got.String()
	if err != nil || !slices.Contains([]string{"true", "false"}, text) && !onlyDigits(text) || want.Unify(w.ctx.CompileString(text)).Err() != nil {
		return ""
	}
	return "write it without quotes: " + text
}

func onlyDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == "" && (text == "0" || text[0] != '0')
}

// alternative is the struct of a choice between text and a struct, where a struct was written; else the constraint itself.
func alternative(want, got cue.Value) cue.Value {
	if op, args := want.Expr(); op == cue.OrOp && got.IncompleteKind() == cue.StructKind {
		for _, a := range args {
			if a.IncompleteKind() == cue.StructKind {
				return a
			}
		}
	}
	return want
}

func (w *walker) fields(want, got cue.Value, path string) {
	if keys := want.Attribute("keys"); keys.Err() == nil {
		w.entries(got, path, keys)
		return
	}
	known, required := fieldsOf(want)
	seen, meant := map[string]bool{}, map[string]bool{}
	for it, _ := got.Fields(); it.Next(); {
		name := it.Selector().Unquoted()
		seen[name] = true
		if field, ok := known[name]; ok {
			w.value(field, it.Value(), join(path, name))
		} else {
			meant[w.unknown(want, name, known, path)] = true
		}
	}
	for _, name := range required {
		if !seen[name] && !meant[name] {
			w.report(diag.MissingField, join(path, name), forExample(name+": ", known[name]), "%s is missing; it must be %s", subject(join(path, name)), w.allowed(known[name]))
		}
	}
}

// entries walks a map whose keys the author chooses.
func (w *walker) entries(got cue.Value, path string, keys cue.Attribute) {
	rule, element := w.definition(keys, 0), w.definition(keys, 1)
	for it, _ := got.Fields(); it.Next(); {
		key := it.Selector().Unquoted()
		at := join(path, key)
		if rule.Unify(w.ctx.Encode(key)).Err() != nil {
			help := ""
			if s := w.repairedName(rule, key); s != "" {
				help = "write " + join(path, s)
			}
			w.report(diag.BadName, at, help, "%s has a bad name: it must be %s", at, w.allowed(rule))
			continue
		}
		w.value(element, it.Value(), at)
	}
}

// definition is the one that an attribute names: CUE keeps the constraints of a map to itself.
func (w *walker) definition(a cue.Attribute, i int) cue.Value {
	name, _ := a.String(i)
	return w.definitions().LookupPath(cue.ParsePath("#" + name))
}

func (w *walker) items(want, got cue.Value, path string) {
	element := want.LookupPath(cue.MakePath(cue.AnyIndex))
	it, _ := got.List()
	n := 0
	for ; it.Next(); n++ {
		w.value(element, it.Value(), item(path, n))
	}
	if n == 0 && want.Unify(got).Validate() != nil {
		w.report(diag.BadValue, path, forExample("", want), "%s is empty; give at least one", subject(path))
	}
}

// unknown reports a field that the constraint does not have and returns the one that was probably meant, or "".
func (w *walker) unknown(want cue.Value, name string, known map[string]cue.Value, path string) string {
	names := make([]string, 0, len(known))
	for n := range known {
		names = append(names, n)
	}
	slices.Sort(names)
	where := "the spec"
	if path != "" {
		where = path
	}
	message := fmt.Sprintf("unknown field %s in %s", quote(name), where)
	if way := around(want, name); way != "" {
		w.report(diag.UnknownField, join(path, name), way, "%s", message)
		return ""
	}
	near := cmp.Or(diag.Closest(name, names), diag.Begun(name, names))
	if near != "" {
		message += fmt.Sprintf("; did you mean %s?", quote(near))
	}
	w.report(diag.UnknownField, join(path, name), "allowed here: "+list(names), "%s", message)
	w.meant = append(w.meant, join(path, near))
	return near
}

func fieldsOf(want cue.Value) (known map[string]cue.Value, required []string) {
	known = map[string]cue.Value{}
	for it, _ := want.Fields(cue.Optional(true)); it.Next(); {
		name := it.Selector().Unquoted()
		known[name] = it.Value()
		if it.FieldType()&cue.RequiredConstraint != 0 {
			required = append(required, name)
		}
	}
	return known, required
}
