package judge

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// culprit is where the author made a change: a path in the spec, or a line of a file.
type culprit struct {
	path string
	pos  diag.Position
}

// nobody is where a change is that no patch and no file of the author's made by itself.
var nobody = culprit{path: "patches"}

// blame finds where a change was made. What is there says it; what is not there any longer was taken out by a patch of its
// file, or by a folder of the author's own.
func (s *session) blame(at side, d difference) culprit {
	here := d.after.At()
	if here.Known() {
		origin := here.File.Origin(here.Line)
		switch {
		case here.Custom() || here.File.Owner == artifact.Unmanaged:
			return culprit{pos: diag.Position{File: here.File.Place, Line: here.Line}}
		case operation(origin) != "":
			return culprit{path: operation(origin)}
		}
	}
	if path := s.patched(at, d); path != "" {
		return culprit{path: path}
	}
	if at.target != nil {
		if k := folder(at.target, at.object); k.Known() {
			return culprit{pos: diag.Position{File: k.File.Place, Line: k.Line}}
		}
	}
	if of := s.Output.File(at.source.Root, at.source.Path); of != nil && of.Owner == artifact.Unmanaged {
		return culprit{pos: diag.Position{File: of.Place, Line: max(here.Line, 1)}}
	}
	return nobody
}

// folder is the place in the author's folders that most likely changed an object: patches that name it, else any.
func folder(t *pipeline.Target, object string) (best pipeline.Place) {
	for _, f := range t.Folders {
		k := f.Kust.At()
		if !k.Custom() {
			continue
		}
		if p := f.Kust.Get("patches"); p.OK() {
			k = p.At()
		}
		if anyText(f.Kust, func(text string) bool { return strings.Contains(text, object) }) || slices.ContainsFunc(f.Files, func(file *pipeline.File) bool {
			return slices.ContainsFunc(file.Docs, func(d pipeline.Node) bool { return d.Get("metadata", "name").Text() == object })
		}) {
			return k
		}
		if !best.Known() {
			best = k
		}
	}
	return best
}

var ofOperation = lazy.Regexp(`^patches\[\d+\]\.ops\[\d+\]`)

// operation is the operation of a patch that a path of the spec is, or lies below; "" for any other path.
func operation(path string) string { return ofOperation().FindString(path) }

// patched is the operation whose place is nearest to that of a change, among the patches of the files in which pipegen
// wrote it; "" for none.
func (s *session) patched(at side, d difference) string {
	files := []string{at.source.Path}
	if at.target != nil {
		for _, f := range at.target.Folders {
			files = append(files, f.Kust.At().File.Path)
			for _, file := range f.Files {
				files = append(files, file.Path)
			}
		}
	}
	best, shared := "", -1
	for _, p := range s.Plan.Patches {
		if !slices.Contains(files, p.File) {
			continue
		}
		for _, op := range p.Ops {
			n := common(op.At, d.pointer)
			if p.File == at.source.Path {
				n++
			}
			if op.Op != "test" && n > shared {
				best, shared = op.Path, n
			}
		}
	}
	return best
}

// common is how many names a JSON pointer and a way share at their beginning.
func common(pointer string, way []string) int {
	n := 0
	for i, name := range pipeline.Pointer(pointer) {
		if i == len(way) || name != way[i] {
			break
		}
		n++
	}
	return n
}

// anyText reports whether some text below a node is as asked.
func anyText(n pipeline.Node, is func(string) bool) bool {
	found := false
	n.Scalars(func(s pipeline.Node) { found = found || is(s.Text()) })
	return found
}
