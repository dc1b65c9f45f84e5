package objects

import (
	"fmt"
	"slices"
)

// field is what the value of a field may be.
type field struct {
	// ref is the name of another one in the table that says so, or "".
	ref string
	// is the type, as JSON Schema calls it, or intOrString or quantity; "" for any.
	is string
	// fields are those of an object, nil for one that may have any. If open is set it may have others as well.
	fields map[string]*field
	open   bool
	// values are the values of the fields of other names, items those of a list; nil for any.
	values, items *field
	required      []string
	enum          []string
}

const (
	intOrString = "int-or-string"
	quantity    = "quantity"
)

var (
	anything = &field{}
	text     = &field{is: "string"}
	metadata = &field{ref: "apis.meta.v1.ObjectMeta"}
)

// maxDepth bounds how deep a schema is read; below that everything is allowed.
const maxDepth = 100

// fieldOf reads a schema in the words that JSON Schema, OpenAPI and CRDs share. What else binds a value, such as
// patterns and alternatives, is left out: the cluster says it.
func fieldOf(schema any, depth int) *field {
	s, ok := schema.(map[string]any)
	if !ok || depth == 0 {
		return anything
	}
	if ref, ok := s["$ref"].(string); ok {
		return &field{ref: ref}
	}
	f := &field{is: typeOf(s), enum: words(s["enum"]), required: words(s["required"])}
	f.open, _ = s["x-kubernetes-preserve-unknown-fields"].(bool)
	if items, ok := s["items"]; ok {
		f.items = fieldOf(items, depth-1)
	}
	switch more := s["additionalProperties"].(type) {
	case map[string]any:
		f.values = fieldOf(more, depth-1)
	case bool:
		f.open = f.open || more
	}
	if properties, ok := s["properties"].(map[string]any); ok {
		f.fields = make(map[string]*field, len(properties)+3)
		for name, p := range properties {
			f.fields[name] = fieldOf(p, depth-1)
		}
		f.alternatives(s, depth)
	}
	return f
}

func typeOf(s map[string]any) string {
	if both, _ := s["x-kubernetes-int-or-string"].(bool); both || s["format"] == intOrString {
		return intOrString
	}
	if s["format"] == quantity {
		return quantity
	}
	switch is := s["type"].(type) {
	case string:
		return is
	case []any:
		// null is always allowed: the cluster takes it for a field that is not there.
		if one := slices.DeleteFunc(words(is), func(t string) bool { return t == "null" }); len(one) == 1 {
			return one[0]
		}
	}
	if _, ok := s["properties"]; ok {
		return "object"
	}
	return ""
}

// alternatives adds the fields that a schema names beside its properties, without what they may be.
func (f *field) alternatives(s map[string]any, depth int) {
	for _, word := range []string{"allOf", "anyOf", "oneOf", "not", "if", "then", "else"} {
		parts, _ := s[word].([]any)
		for _, part := range append(parts, s[word]) {
			p, ok := part.(map[string]any)
			if !ok || depth == 0 {
				continue
			}
			properties, _ := p["properties"].(map[string]any)
			for name := range properties {
				if f.fields[name] == nil {
					f.fields[name] = anything
				}
			}
			f.alternatives(p, depth-1)
		}
	}
	if _, ok := s["patternProperties"]; ok {
		f.open = true
	}
}

// words are the scalars of a list, as texts.
func words(list any) []string {
	all, _ := list.([]any)
	var out []string
	for _, w := range all {
		switch w.(type) {
		case nil, map[string]any, []any:
		default:
			out = append(out, fmt.Sprint(w))
		}
	}
	return out
}
