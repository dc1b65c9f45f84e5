package yamldoc

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Operation is one step of a JSON Patch, as RFC 6902 defines it.
type Operation struct {
	// Op is add, remove, replace, move, copy or test.
	Op string
	// Path and From are JSON pointers (RFC 6901); From is that of move and copy.
	Path, From string
	// Value is JSON text, or nil where there is none.
	Value []byte
	// Origin is the path in the spec from which the written lines come.
	Origin string
}

// PatchError says why an operation cannot be applied.
type PatchError struct {
	// Index is the index of the operation, counted from 0.
	Index int
	// Field is the member of the operation that is at fault: path, from or value.
	Field string
	// Message is a clause that says what is wrong.
	Message string
	// Line is the line, counted from 1, of the text before the operation where the reader should look, and Found the
	// value there; 0 and "" where there is none.
	Line  int
	Found string
	// TooMuch says that a bound was met, and not that the operation does not fit.
	TooMuch bool
}

// Bounds on all that the patches of a spec do, since a few operations that copy what they have copied fill any memory,
// and each operation that follows a change reads the file again.
const (
	maxGrowth = 512 << 10
	maxValue  = 8 << 20
	maxRead   = 128 << 20
)

// Patcher applies patches, and bounds the work that they cause together: by how much the files grow, and how much of them
// is read.
type Patcher struct{ grown, read int }

// Patch applies operations to a YAML text, one after the other. Lines that no operation touches stay as they are, with
// their comments and origins; values are written as in a fragment, with lists as given. When an operation fails, the
// text must not be used.
func (p *Patcher) Patch(content []byte, origins []string, ops []Operation, lists Lists) ([]byte, []string, *PatchError) {
	e := &editor{Patcher: p, lists: lists, before: len(content), stale: true}
	for i, text := range strings.Split(strings.TrimSuffix(string(content), "\n"), "\n") {
		l := line{text: text}
		if i < len(origins) {
			l.origin = origins[i]
		}
		e.lines = append(e.lines, l)
	}
	for i, op := range ops {
		err := e.apply(op)
		if err == nil {
			err = e.dropAnchors()
		}
		if err != nil {
			err.Index = i
			return nil, nil, err
		}
	}
	p.grown += max(0, e.size-len(content))
	d := Doc{lines: e.lines}
	return d.Bytes(), d.Origins(), nil
}

func tooMuch(format string, args ...any) *PatchError {
	return &PatchError{Field: "path", Message: fmt.Sprintf(format, args...), TooMuch: true}
}

func (e *editor) apply(op Operation) *PatchError {
	if err := e.parse(); err != nil {
		return err
	}
	e.origin = op.Origin
	switch op.Op {
	case "test":
		return e.test(op)
	case "remove":
		at, err := e.freed("path", op.Path)
		if err != nil {
			return err
		}
		return e.remove(at)
	case "replace":
		value, err := valueOf(op)
		if err != nil {
			return err
		}
		return e.change(op.Path, value)
	case "add":
		value, err := valueOf(op)
		if err != nil {
			return err
		}
		return e.add(op.Path, value)
	case "copy", "move":
		return e.transfer(op)
	}
	return &PatchError{Field: "op", Message: fmt.Sprintf("%q is no operation", op.Op)}
}

// change replaces an existing value.
func (e *editor) change(path string, value *yaml.Node) *PatchError {
	at, err := e.freed("path", path)
	if err != nil {
		return err
	}
	e.replace(at, value)
	return nil
}

func (e *editor) test(op Operation) *PatchError {
	at, err := e.existing("path", op.Path)
	if err != nil {
		return err
	}
	want, err := valueOf(op)
	if err != nil {
		return err
	}
	got := at.node()
	if equal(got, want) {
		return nil
	}
	return &PatchError{Field: "value", Line: got.Line, Found: shown(got),
		Message: fmt.Sprintf("%s is not %s", pointed(op.Path), shown(want))}
}

func (e *editor) transfer(op Operation) *PatchError {
	from, err := e.existing("from", op.From)
	if err != nil {
		return err
	}
	value := plain(from.node())
	if op.Op == "move" {
		if op.From == op.Path {
			return nil
		}
		if strings.HasPrefix(op.Path, op.From+"/") {
			return &PatchError{Field: "path", Message: fmt.Sprintf("%s cannot be moved into itself", pointed(op.From))}
		}
		if from, err = e.freed("from", op.From); err != nil {
			return err
		}
		if err := e.remove(from); err != nil {
			return err
		}
		if err := e.parse(); err != nil {
			return err
		}
	}
	return e.add(op.Path, value)
}

func (e *editor) add(path string, value *yaml.Node) *PatchError {
	tokens, err := tokensOf(path)
	if err != nil {
		return &PatchError{Field: "path", Message: err.Error()}
	}
	if len(tokens) == 0 {
		return e.change(path, value)
	}
	last := tokens[len(tokens)-1]
	parent, bad := e.find("path", path, tokens[:len(tokens)-1])
	if bad != nil {
		return bad
	}
	if _, ok := outermostFlow(parent); ok {
		if parent, bad = e.freed("path", up(path)); bad != nil {
			return bad
		}
	}
	container := parent.node()
	switch container.Kind {
	case yaml.MappingNode:
		if member(container, last) >= 0 {
			return e.change(path, value)
		}
		e.insert(parent, len(container.Content), scalar(last), value)
		return nil
	case yaml.SequenceNode:
		i, ok := index(last)
		if last == "-" {
			i, ok = len(container.Content), true
		}
		if !ok || i > len(container.Content) {
			return &PatchError{Field: "path", Line: container.Line, Found: shown(container),
				Message: fmt.Sprintf("%s has no index %s: the list has %d entries, and - means its end", pointed(up(path)), last, len(container.Content))}
		}
		e.insert(parent, i, nil, value)
		return nil
	}
	return &PatchError{Field: "path", Line: container.Line, Found: shown(container),
		Message: fmt.Sprintf("nothing can be added below %s, which is neither a mapping nor a list", pointed(up(path)))}
}
