// Package schema turns the bytes of a spec into a Spec, or into diagnostics at the author's own lines.
package schema

import (
	"cmp"
	_ "embed"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"

	"github.com/pipegen/pipegen/internal/diag"
)

//go:embed pipeline.cue
var constraints []byte

//go:embed defaults.cue
var defaults []byte

var pipeline = cue.ParsePath("#Pipeline")

// MaxSize is the largest spec that is read, in bytes. A real one has a few kilobytes; the bound keeps a file given by
// mistake from filling the memory.
const MaxSize = 1 << 20

// Loaded is a spec together with the positions of its parts.
type Loaded struct {
	Spec Spec
	file string
	at   index
	// versions are the releases that the spec is meant for.
	versions string
}

// Load reads a spec. Diagnostics use the name. Nothing but src is read: a spec can neither import nor embed. When the
// list has errors, the Spec is the zero value.
func Load(name string, src []byte) (*Loaded, diag.List) {
	l := &Loaded{file: name}
	if bad := precheck(name, src); len(bad) > 0 {
		return l, bad
	}
	file, err := parser.ParseFile(name, src, parser.ParseComments)
	if err != nil {
		return l, syntaxErrors(name, src, err)
	}
	// This comes first, because the checks below walk the file and CUE evaluates it.
	if bad := refuseExplosion(name, file); len(bad) > 0 {
		return l, bad
	}
	if bad := append(refuseActions(name, file), refuseMarkers(name, file)...); len(bad) > 0 {
		return l, bad.Sorted()
	}
	l.at = indexOf(name, file)
	if len(file.Decls) == 0 || onlyComments(file) {
		return l, diag.List{{Code: diag.EmptySpec, Pos: diag.Position{File: name, Line: 1, Column: 1},
			Message: "the spec is empty", Help: "run 'pipegen init' to write one that you can start from"}}
	}

	return l, withLanguage(func(by *language) diag.List { return l.read(name, file, by) })
}

// read fills in the Spec, or says why there is none.
func (l *Loaded) read(name string, file *ast.File, by *language) diag.List {
	user := by.ctx.BuildFile(file)
	l.versions = versionRange(user)
	filled := by.defaults.Unify(user)
	whole := by.pipeline.Unify(filled)
	// The spec without defaults must be concrete too: a default must not replace a constraint that its author wrote
	// instead of a value.
	if err := cmp.Or(user.Validate(cue.Concrete(true)), whole.Validate(cue.Concrete(true), cue.Final())); err != nil {
		bad := explain(by, name, user)
		if len(bad) == 0 {
			bad = rest(err)
		}
		return l.Place(bad)
	}
	if bad := choices(by, user); len(bad) > 0 {
		return l.Place(bad)
	}
	spec, err := decode(whole)
	if err != nil {
		return l.Place(rest(err))
	}
	if bad := chooseOne(spec); len(bad) > 0 {
		return l.Place(bad)
	}
	l.Spec = spec
	return nil
}

// explain says what is wrong with an invalid spec. The spec's own conflicts and loops come first, without mention of
// the schema; then each field is compared with its constraint, without defaults.
func explain(by *language, name string, user cue.Value) diag.List {
	if bad := ownErrors(name, user); len(bad) > 0 {
		return bad
	}
	return walk(by, user)
}

func onlyComments(f *ast.File) bool {
	for _, d := range f.Decls {
		switch d.(type) {
		case *ast.CommentGroup, *ast.Package:
		default:
			return false
		}
	}
	return true
}

// Place sets the position of each diagnostic that names a path in the spec, and returns the list sorted.
func (l *Loaded) Place(list diag.List) diag.List {
	out := make(diag.List, len(list))
	for i, d := range list {
		if d.Pos.File == "" {
			d.Pos = l.at.inside(l.file, d.Path, d.Offset)
		}
		for n, note := range d.Notes {
			if note.Path != "" {
				d.Notes[n].Pos = l.at.nearest(l.file, note.Path)
			}
		}
		out[i] = d
	}
	return out.Sorted()
}

// Locate returns the position of a path such as deploy.replicas or test.steps[1].run: that of its key, or of the
// nearest ancestor that the author wrote.
func (l *Loaded) Locate(path string) diag.Position {
	return l.at.nearest(l.file, path)
}
