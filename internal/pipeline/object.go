package pipeline

import (
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Object is one rendered object.
type Object struct {
	Node
	Target *Target
	// Group is the group of its API, "" for the core; Name is its own.
	Group, Kind, Name string
	// source is the manifest itself, where nothing was rendered.
	source Node
}

func newObject(t *Target, y *yaml.Node) *Object {
	o := &Object{Target: t}
	o.Node = Node{y: y, obj: o}
	o.Group = GroupOf(o.Get("apiVersion").Text())
	o.Kind, o.Name = o.Get("kind").Text(), o.Get("metadata", "name").Text()
	return o
}

// Added reports an object that files of the author's own bring, and none that pipegen writes.
func (o *Object) Added() bool {
	if o.source.OK() && o.source.At().Custom() {
		return true
	}
	added := false
	for _, f := range o.Target.Folders {
		own := f.Kust.At().Custom()
		added = added || own
		for _, g := range f.Kust.Get("configMapGenerator").Items() {
			if name := g.Get("name").Text(); !own && o.Kind == "ConfigMap" && strings.HasPrefix(o.Name, name+"-") {
				return false
			}
		}
		for _, s := range f.Files {
			for _, d := range s.Docs {
				if s.Owner != artifact.Seeded && d.Get("kind").Text() == o.Kind && d.Get("metadata", "name").Text() == o.Name {
					return false
				}
			}
		}
	}
	return added
}

// GroupOf is the group of an apiVersion, "" for the core.
func GroupOf(apiVersion string) string {
	group, _, grouped := strings.Cut(apiVersion, "/")
	if !grouped {
		return ""
	}
	return group
}

// Label names the object in a sentence.
func (o *Object) Label() string { return o.Kind + " " + o.Name }

// locate finds where a field of a rendered object was written. The target's own folders come first, since they change
// what the base says, and in each its patches.
func (o *Object) locate(steps []string) Place {
	if o.source.OK() {
		at, _ := follow(o.Node, o.source, steps)
		return at
	}
	if at := o.Target.transformed(o, steps); at.Known() {
		return at
	}
	best := found{at: o.Target.At(), whole: len(steps) + 1}
	for _, f := range o.Target.Folders {
		for _, p := range f.patches {
			at, met := p.find(o, steps)
			best.take(at, met, p.owned)
		}
		for _, s := range f.Files {
			for _, d := range s.Docs {
				if d.Get("kind").Text() == o.Kind && d.Get("metadata", "name").Text() == o.Name {
					at, met := follow(o.Node, d, steps)
					best.take(at, met, s.Owner == artifact.Seeded)
				}
			}
		}
	}
	return best.at
}

// Written is the document that becomes the object, whose name a kustomization may lengthen; where the object itself is for
// one that nobody has written.
func (o *Object) Written() Place {
	if o.source.OK() {
		return o.At()
	}
	for _, f := range o.Target.Folders {
		for _, name := range f.Kust.Get("resources").List() {
			i := slices.IndexFunc(f.Files, func(s *File) bool { return s.Path == path.Join(f.Dir, name) })
			if i < 0 {
				continue
			}
			for _, d := range f.Files[i].Docs {
				if d.Get("kind").Text() == o.Kind && o.Target.renames(d.Get("metadata", "name").Text(), o.Name) {
					return d.At()
				}
			}
		}
	}
	return o.At()
}

// renames reports whether a name becomes another one by the prefixes and suffixes of the target's folders, the outer ones
// first.
func (t *Target) renames(name, to string) bool {
	for _, f := range t.Folders {
		if name == to {
			return true
		}
		to = strings.TrimSuffix(strings.TrimPrefix(to, f.Kust.Get("namePrefix").Text()), f.Kust.Get("nameSuffix").Text())
	}
	return name == to
}

// found is the best place for a field so far.
type found struct {
	at    Place
	met   int // how much of the way to the field is written there
	owned bool
	whole int
}

func (f *found) take(at Place, met int, owned bool) {
	switch {
	case met > f.met:
	case met < f.met || met == 0:
		return
	case owned != f.owned:
		// What the author changes comes after what pipegen writes.
		if f.owned {
			return
		}
	case met == f.whole && f.whole > 1:
		return
	}
	// What is written nowhere is missing in the base, which comes last.
	f.at, f.met, f.owned = at, met, owned
}

// transformed is where a kustomization sets a field of all objects, or the number of a workload's pods.
func (t *Target) transformed(o *Object, steps []string) Place {
	if len(steps) != 2 {
		return Place{}
	}
	for _, f := range t.Folders {
		switch {
		case steps[0] == "metadata" && steps[1] == "namespace":
			if n := f.Kust.Get("namespace"); n.OK() {
				return n.At()
			}
		case steps[0] == "spec" && steps[1] == "replicas":
			for _, r := range f.Kust.Get("replicas").Items() {
				if r.Get("name").Text() == o.Name {
					return r.Get("count").At()
				}
			}
		}
	}
	return Place{}
}

// follow walks a rendered object and a source side by side, as far as the source goes, and says how far that was.
func follow(rendered, source Node, steps []string) (Place, int) {
	line, n := walk(rendered.y, source.y, source.line, steps)
	return Place{File: source.file, Line: line}, n
}
