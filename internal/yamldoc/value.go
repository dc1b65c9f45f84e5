package yamldoc

// Value is what fills a hole.
type Value struct {
	data    any
	origin  string
	comment string
	// anchor is the name that Once may give to the value.
	anchor string
	kind   kind
	doc    Doc
}

type kind int

const (
	encoded kind = iota
	nested
	omitted
	flow
)

// Of is a constant of pipegen's own: a scalar, a string of several lines, a Map, or a slice or map of such.
func Of(v any) Value { return Value{data: v} }

// From is a value that comes from a path of the spec.
func From(origin string, v any) Value { return Value{data: v, origin: origin} }

// Flow returns a list or map that is written in one line: [a, b].
func (v Value) Flow() Value {
	v.kind = flow
	return v
}

// Comment adds a comment after a value of one line.
func (v Value) Comment(text string) Value {
	v.comment = text
	return v
}

// Named gives a value of several lines the name by which Once refers to it.
func (v Value) Named(anchor string) Value {
	v.anchor = anchor
	return v
}

// Block puts a whole document at the hole, below its key.
func Block(d Doc) Value { return Value{kind: nested, doc: d} }

// Omit removes the entry that has the hole, with the comments right above it.
var Omit = Value{kind: omitted}

// Values gives each hole of a fragment its value, by name.
type Values map[string]Value

// Entry is a key with its value.
type Entry struct {
	Key   string
	Value Value
}

// Map is a mapping in a given order.
type Map []Entry

// Under puts a document below a key of its own.
func Under(key string, d Doc) (Doc, error) {
	text, err := encode(key, false, Compact)
	if err != nil {
		return Doc{}, err
	}
	return Join(Text(text[0]+":"), d.Indent(2)), nil
}

// Entries returns a document of the entries of a map, for keys that no fragment knows.
func Entries(m Map) (Doc, error) {
	_, lines, err := Value{}.mapping(m, -2, Compact)
	return Doc{lines: lines}, err
}
