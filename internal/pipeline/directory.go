package pipeline

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
)

// plain takes the manifests of a folder without a kustomization, as Argo CD does: also those of folders below it, or not
// all of them, where its Applications say so.
func (m *Model) plain(t *Target) {
	for _, f := range m.Files {
		if !t.applies(f) {
			continue
		}
		for _, d := range f.Docs {
			if d.Get("kind").OK() && d.Get("apiVersion").OK() {
				o := newObject(t, d.y)
				o.source = d
				t.Objects = append(t.Objects, o)
			}
		}
	}
}

// applies reports whether one of the target's Applications applies a file of its folder, or would if there were one.
func (t *Target) applies(f *File) bool {
	below, in := strings.CutPrefix(f.Path, t.Dir+"/")
	if f.Root != artifact.GitOps || !in && t.Dir != "." || isKustomization(f.Path) {
		return false
	}
	takes := func(directory Node) bool {
		if path.Dir(below) != "." && !directory.Get("recurse").True() {
			return false
		}
		include, exclude := directory.Get("include").Text(), directory.Get("exclude").Text()
		return (include == "" || globFits(include, below)) && (exclude == "" || !globFits(exclude, below))
	}
	if len(t.Apps) == 0 {
		return takes(Node{})
	}
	return slices.ContainsFunc(t.Apps, func(app Node) bool {
		return slices.ContainsFunc(Sources(app), func(s Node) bool { return path.Clean(s.Get("path").Text()) == t.Dir && takes(s.Get("directory")) })
	})
}

// globFits reports whether a pattern of Argo CD names a file: * is any text, with folders, and {A,B} one of several. A
// pattern that it would refuse names nothing.
func globFits(pattern, name string) bool {
	var b strings.Builder
	depth := 0
	for _, r := range pattern {
		switch {
		case r == '*':
			b.WriteString(".*")
		case r == '?':
			b.WriteString(".")
		case r == '{':
			depth++
			b.WriteString("(?:")
		case r == '}' && depth > 0:
			depth--
			b.WriteString(")")
		case r == ',' && depth > 0:
			b.WriteString("|")
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	re, err := regexp.Compile("^" + b.String() + "$")
	return err == nil && re.MatchString(name)
}
