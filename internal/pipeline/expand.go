package pipeline

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// SetApp is an Application that comes out.
type SetApp struct {
	// Object is the Application. Each value has the line on which it is written: a value that comes from an element
	// alone has the element's line.
	Object *yaml.Node
	// Element is the entry of the list that it was made from.
	Element *yaml.Node
	// Line is the line of the element.
	Line int
}

// SetFault is why no Application comes out, or fewer than could.
type SetFault struct {
	Line int
	// Other is the line that it does not fit, 0 where there is none.
	Other   int
	Message string
}

// Expand makes the Applications of an ApplicationSet. Without goTemplate, places such as {{name}} are filled, as the
// controller does where the ApplicationSet does not ask for Go's templates. With pulls, a generator of pull requests gives
// the Application of one, as SampleNumber and SampleCommit have it. A generator of git finds what it looks for among files.
func Expand(set *yaml.Node, goTemplate, pulls bool, files ...*File) ([]SetApp, []SetFault) {
	e := &expansion{set: set, fill: fillPlain, pulls: pulls, deep: goTemplate, files: files}
	if goTemplate {
		e.fill = fillTemplate
	}
	spec := entry(set, "spec", set.Line)
	e.template = entry(spec.Value, "template", spec.Line)
	if patch := entry(spec.Value, "templatePatch", spec.Line); patch.Value != nil {
		e.fault(patch.Line, "a templatePatch changes what the template gives")
		return nil, e.faults
	}
	if !isMap(e.template.Value) {
		e.fault(e.template.Line, "there is no template")
		return nil, e.faults
	}
	generators := entry(spec.Value, "generators", spec.Line)
	for g := range itemsOf(generators.Value) {
		e.generator(g)
	}
	if len(e.apps) == 0 && len(e.faults) == 0 {
		e.fault(generators.Line, "no generator gives an element")
	}
	return e.apps, e.faults
}

type expansion struct {
	set      *yaml.Node
	template child
	fill     func(text string, element map[string]any) (string, error)
	pulls    bool
	deep     bool // elements have fields below fields
	files    []*File
	size     int
	apps     []SetApp
	faults   []SetFault
}

func (e *expansion) fault(line int, format string, args ...any) {
	e.faults = append(e.faults, SetFault{Line: line, Message: fmt.Sprintf(format, args...)})
}

func (e *expansion) generator(g child) {
	for kind := range pairsOf(g.Value) {
		if kind.Step == pullRequests && e.pulls {
			e.element(child{Value: samplePull(kind.Line), Line: kind.Line})
			continue
		}
		if kind.Step == "matrix" {
			e.matrix(kind)
			continue
		}
		for _, item := range e.elements(kind) {
			e.element(item)
		}
	}
}

// elements are those of a list, or what a generator of git finds.
func (e *expansion) elements(kind child) []child {
	if kind.Step == "git" && len(e.files) > 0 && (entry(kind.Value, "directories", 0).Value != nil || entry(kind.Value, "files", 0).Value != nil) {
		return e.git(kind)
	}
	if kind.Step == clustersOf {
		return []child{e.sampleCluster(kind)}
	}
	if kind.Step != "list" {
		e.fault(kind.Line, "the generator has %s: only a list of elements can be followed", kind.Step)
		return nil
	}
	for field := range pairsOf(kind.Value) {
		if field.Step != "elements" {
			e.fault(field.Line, "the list has %s: only its elements can be followed", field.Step)
		}
	}
	return slices.Collect(itemsOf(entry(kind.Value, "elements", kind.Line).Value))
}

// matrix is each element of one list with each of another, such as environments with clusters.
// https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-Matrix/
func (e *expansion) matrix(m child) {
	var lists [][]child
	for g := range itemsOf(entry(m.Value, "generators", m.Line).Value) {
		for kind := range pairsOf(g.Value) {
			lists = append(lists, e.elements(kind))
		}
	}
	if len(lists) != 2 {
		e.fault(m.Line, "the matrix has %d generators: it takes two", len(lists))
		return
	}
	for _, a := range lists[0] {
		for _, b := range lists[1] {
			if len(e.faults) > 0 {
				return
			}
			e.combined(a, b)
		}
	}
}

// combined makes the Application of two elements of a matrix.
func (e *expansion) combined(a, b child) {
	both := mapping(a.Line)
	for _, from := range []child{a, b} {
		for field := range pairsOf(from.Value) {
			switch {
			case entry(both, field.Step, 0).Value != nil:
				e.fault(field.Line, "both lists of the matrix have %s", field.Step)
				return
			case strings.Contains(textOf(field.Value), "{{"):
				e.fault(field.Line, "an element of the matrix is filled from another one, which is not followed")
				return
			}
			put(both, field.Step, field.Value, field.Line)
		}
	}
	e.element(child{Value: both, Line: a.Line})
}

func (e *expansion) element(item child) {
	values, err := valuesOf(item.Value)
	if err != nil {
		e.fault(item.Line, "the element is no mapping of plain values")
		return
	}
	// A template behind many aliases, times many elements, would be without end.
	if e.size += sizeOf(e.template.Value, anyDepth); e.size > maxNodes {
		e.fault(item.Line, "the elements are too many to be followed")
		return
	}
	f := filler{fill: e.fill, values: values, element: item}
	below := func(key string) (*yaml.Node, int) {
		c := entry(e.template.Value, key, e.template.Line)
		return f.node(c.Value), c.Line
	}
	metadata, metadataLine := below("metadata")
	spec, specLine := below("spec")
	e.faults = append(e.faults, f.faults...)
	switch {
	case len(f.faults) > 0:
		return
	case metadata == nil || spec == nil:
		e.fault(e.template.Line, "the template lacks metadata or spec")
		return
	}
	e.place(metadata)
	app := mapping(e.template.Line)
	put(app, "apiVersion", text("argoproj.io/v1alpha1", e.template.Line), e.template.Line)
	put(app, "kind", text("Application", e.template.Line), e.template.Line)
	put(app, "metadata", metadata, metadataLine)
	put(app, "spec", spec, specLine)
	e.apps = append(e.apps, SetApp{Object: app, Element: item.Value, Line: item.Line})
}

// place puts an Application into the namespace of its ApplicationSet, regardless of the template.
func (e *expansion) place(metadata *yaml.Node) {
	own := entry(e.set, "metadata", e.set.Line)
	namespace := entry(own.Value, "namespace", own.Line)
	for i := 0; i+1 < len(metadata.Content); i += 2 {
		if metadata.Content[i].Value == "namespace" {
			metadata.Content = append(metadata.Content[:i:i], metadata.Content[i+2:]...)
			break
		}
	}
	if namespace.Value != nil {
		put(metadata, "namespace", text(textOf(namespace.Value), namespace.Line), namespace.Line)
	}
}

// valuesOf reads an element as the controller does: by way of JSON.
func valuesOf(element *yaml.Node) (values map[string]any, err error) {
	var decoded any
	if err := element.Decode(&decoded); err != nil {
		return nil, err
	}
	encoded, err := json.Marshal(decoded)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(encoded, &values); err != nil {
		return nil, err
	}
	if values == nil {
		return nil, fmt.Errorf("the element is empty")
	}
	return values, nil
}

// filler copies a template, filled with the values of one element.
type filler struct {
	fill    func(string, map[string]any) (string, error)
	values  map[string]any
	element child
	faults  []SetFault
}

func (f *filler) node(y *yaml.Node) *yaml.Node {
	v := valueOf(y)
	if v == nil {
		return nil
	}
	out := &yaml.Node{Kind: v.Kind, Tag: v.Tag, Style: v.Style, Value: v.Value, Line: y.Line, Column: y.Column}
	switch v.Kind {
	case yaml.ScalarNode:
		f.scalar(out)
	case yaml.SequenceNode:
		for _, c := range v.Content {
			if c := f.node(c); c != nil {
				out.Content = append(out.Content, c)
			}
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(v.Content); i += 2 {
			key, value := f.node(v.Content[i]), f.node(v.Content[i+1])
			if key == nil || value == nil {
				continue
			}
			// An entry is looked for at its key.
			if value.Line != v.Content[i+1].Line {
				key.Line = value.Line
			}
			out.Content = append(out.Content, key, value)
		}
	}
	return out
}

// scalar fills a text. Numbers and booleans are no texts, and stay.
func (f *filler) scalar(out *yaml.Node) {
	if out.Tag != "!!str" || !strings.Contains(out.Value, "{{") {
		return
	}
	filled, err := f.fill(out.Value, f.values)
	if err != nil {
		// A missing key is an error wherever it is used; one report is enough.
		if !slices.ContainsFunc(f.faults, func(x SetFault) bool { return strings.HasSuffix(x.Message, ": "+err.Error()) }) {
			f.faults = append(f.faults, SetFault{f.element.Line, out.Line, fmt.Sprintf("%s cannot be filled from the element: %v", out.Value, err)})
		}
		return
	}
	if key := whole(out.Value); key != "" {
		if entry := entry(f.element.Value, key, 0); entry.Value != nil {
			out.Line = entry.Line
		}
	}
	out.Value, out.Style = filled, 0
}

func mapping(line int) *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: line}
}

func text(value string, line int) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value, Line: line}
}

// put adds an entry whose key is in a line.
func put(m *yaml.Node, key string, value *yaml.Node, line int) {
	m.Content = append(m.Content, text(key, line), value)
}
