package objects

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/lazy"
)

// Mistake is something in an object that its kind does not allow.
type Mistake struct {
	// Steps lead to the value at fault, or to the field that is missing: names, and the numbers of elements in brackets.
	Steps []string
	Help  string
	// before and after are the message around what is at fault: the value, or what has a field too many or too few.
	before, after    string
	unknown, missing bool
}

// Message says what is wrong in an object, which has a name.
func (m Mistake) Message(object string) string {
	at := m.Steps
	if m.unknown || m.missing {
		at = at[:len(at)-1]
	}
	if len(at) > 0 {
		object = strings.ReplaceAll(strings.Join(at, "."), ".[", "[") + " of " + object
	}
	return m.before + object + m.after
}

// visit is a value that was held against a field.
type visit struct {
	value *yaml.Node
	field *field
}

// Check holds an object against its kind; of a kind that is not known, only its metadata. What several objects have in
// common, as the same nodes, is looked at once.
func (k *Kinds) Check(apiVersion, kind string, object *yaml.Node) []Mistake {
	return k.check(object, k.kindOrMetadata(apiVersion, kind), maxDepth)
}

// CheckPart is Check for a part of an object, which is merged with the rest: it finds unknown fields only.
func (k *Kinds) CheckPart(apiVersion, kind string, part *yaml.Node) []Mistake {
	return slices.DeleteFunc(k.Check(apiVersion, kind, part), func(m Mistake) bool {
		return !m.unknown || strings.HasPrefix(m.Steps[len(m.Steps)-1], "$") // an instruction, such as $patch
	})
}

func (k *Kinds) kindOrMetadata(apiVersion, kind string) *field {
	if f := k.kind(apiVersion, kind); f != nil {
		return f
	}
	return &field{is: "object", open: true, fields: map[string]*field{"metadata": metadata}}
}

func (k *Kinds) check(value *yaml.Node, f *field, depth int) []Mistake {
	for value.Kind == yaml.AliasNode {
		value = value.Alias
	}
	f = k.resolved(f)
	if f == anything || depth == 0 || value.ShortTag() == "!!null" {
		return nil
	}
	if value.Kind == yaml.ScalarNode {
		return scalar(value, f)
	}
	here := visit{value, f}
	if k.met[here] {
		return nil
	}
	k.met[here] = true
	if value.Kind == yaml.MappingNode {
		if f.is != "" && f.is != "object" {
			return wrongType("a mapping", f)
		}
		return k.mapping(value, f, depth)
	}
	if f.is != "" && f.is != "array" {
		return wrongType("a list", f)
	}
	var out []Mistake
	if f.items != nil {
		for i, c := range value.Content {
			out = append(out, below("["+strconv.Itoa(i)+"]", k.check(c, f.items, depth-1))...)
		}
	}
	return out
}

func below(step string, mistakes []Mistake) []Mistake {
	for i, m := range mistakes {
		mistakes[i].Steps = append([]string{step}, m.Steps...)
	}
	return mistakes
}

func (k *Kinds) mapping(value *yaml.Node, f *field, depth int) []Mistake {
	var out []Mistake
	given, merged := map[string]bool{}, false
	for i := 0; i+1 < len(value.Content); i += 2 {
		name, v := value.Content[i].Value, value.Content[i+1]
		if value.Content[i].ShortTag() == "!!merge" {
			merged = true
			continue
		}
		given[name] = v.ShortTag() != "!!null"
		switch of := f.fields[name]; {
		case of != nil:
			out = append(out, below(name, k.check(v, of, depth-1))...)
		case f.values != nil:
			out = append(out, below(name, k.check(v, f.values, depth-1))...)
		case f.fields != nil && !f.open:
			out = append(out, tooMany(name, f))
		}
	}
	for _, name := range f.required {
		// A name with a slip is one mistake.
		slip := func(m Mistake) bool { return strings.HasSuffix(m.after, strconv.Quote(name)+"?") }
		if !given[name] && !merged && !slices.ContainsFunc(out, slip) {
			out = append(out, Mistake{Steps: []string{name}, before: fmt.Sprintf("field %q is missing in ", name), missing: true,
				Help: "add it; allowed here: " + allowed(f)})
		}
	}
	return out
}

func tooMany(name string, f *field) Mistake {
	return Mistake{Steps: []string{name}, before: fmt.Sprintf("unknown field %q in ", name), unknown: true,
		after: diag.Meant(name, slices.Sorted(maps.Keys(f.fields))), Help: "allowed here: " + allowed(f)}
}

func allowed(f *field) string { return strings.Join(slices.Sorted(maps.Keys(f.fields)), ", ") }

// amount is how Kubernetes writes a quantity.
var amount = lazy.Regexp(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$`)

func scalar(value *yaml.Node, f *field) []Mistake {
	tag := value.ShortTag()
	number := tag == "!!int" || tag == "!!float"
	fits := true
	switch f.is {
	case "object", "array":
		fits = false
	case "string":
		fits = !number && tag != "!!bool"
	case "integer":
		fits = tag == "!!int" || tag == "!!float" && regexp.MustCompile(`^[+-]?[0-9]+\.0*$`).MatchString(value.Value)
	case "number":
		fits = number
	case "boolean":
		fits = tag == "!!bool"
	case intOrString:
		fits = tag != "!!bool" && tag != "!!float"
	case quantity:
		fits = number || tag == "!!str" && amount().MatchString(value.Value)
	}
	if !fits {
		return wrongType(shown(value), f)
	}
	// An empty text counts as a field that is not there.
	if len(f.enum) == 0 || value.Value == "" || slices.Contains(f.enum, value.Value) {
		return nil
	}
	return []Mistake{{after: " is " + shown(value) + "; it must be " + oneOf(f.enum) + diag.Meant(value.Value, f.enum), Help: "write one of these words, in this spelling"}}
}

var types = map[string]string{
	"object": "a mapping", "array": "a list", "string": "a text", "integer": "a whole number", "number": "a number",
	"boolean": "true or false", intOrString: "a whole number or a text", quantity: `a quantity such as 100m, 2 or "64Mi"`,
}

func wrongType(got string, f *field) []Mistake {
	help := "write " + types[f.is]
	switch {
	case f.is == "string" && !strings.HasPrefix(got, "a "):
		help = fmt.Sprintf("write %q, with the quotes", got)
	case f.fields != nil:
		help = "its fields are " + allowed(f)
	case strings.HasPrefix(got, `"`) && (f.is == "integer" || f.is == "number" || f.is == "boolean"):
		help += ", without quotes"
	}
	return []Mistake{{after: " is " + got + "; it must be " + types[f.is], Help: help}}
}

// shown is a scalar as it is written: a text in quotes, all else without.
func shown(value *yaml.Node) string {
	s := value.Value
	if r := []rune(s); len(r) > 60 {
		s = string(r[:59]) + "…"
	}
	switch value.ShortTag() {
	case "!!int", "!!float", "!!bool":
		return s
	}
	return strconv.Quote(s)
}

func oneOf(all []string) string {
	quoted := make([]string, len(all))
	for i, w := range all {
		quoted[i] = strconv.Quote(w)
	}
	if len(quoted) == 1 {
		return quoted[0]
	}
	return strings.Join(quoted[:len(quoted)-1], ", ") + " or " + quoted[len(quoted)-1]
}
