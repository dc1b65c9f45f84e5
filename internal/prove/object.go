package prove

import (
	"iter"
	"maps"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/shell"
	"github.com/pipegen/pipegen/internal/yamlnode"
)

// object is one rendered object.
type object struct {
	node
	model              *model
	overlay            *overlay
	group, kind, ident string
}

func newObject(m *model, o *overlay, y Object) *object {
	obj := &object{model: m, overlay: o}
	obj.node = node{y: y, obj: obj}
	group, _, grouped := strings.Cut(obj.get("apiVersion").text(), "/")
	if grouped {
		obj.group = group
	}
	obj.kind, obj.ident = obj.get("kind").text(), obj.get("metadata", "name").text()
	return obj
}

func (o *object) label() string { return o.kind + " " + o.ident }

// locate finds the file and line in which a field of a rendered object was
// written: the overlay's own files first, since they change what the base says.
func (o *object) locate(fields []string) place {
	if len(fields) == 2 && fields[0] == "metadata" && fields[1] == "namespace" {
		for _, f := range o.overlay.folders {
			if ns := f.kust.get("namespace"); ns.ok() {
				return ns.at()
			}
		}
	}
	best, depth := o.overlay.at(), 0
	for _, f := range o.overlay.folders {
		for _, s := range f.files {
			for _, d := range s.docs {
				if d.get("kind").text() != o.kind || d.get("metadata", "name").text() != o.ident {
					continue
				}
				at, n := walk(o.node, d, fields)
				// What the author changes comes after what pipegen writes.
				if n > depth || n == depth && s.Owner == artifact.Seeded {
					best, depth = at, n
				}
			}
		}
	}
	for _, f := range o.overlay.folders {
		for _, p := range f.patches {
			if at, n := p.find(o, fields); n > 0 && (n > depth || n == depth && p.owned) {
				best, depth = at, n
			}
		}
	}
	return best
}

// walk follows the path in a rendered object and in a source side by side, as far as
// the source goes.
func walk(rendered, source node, fields []string) (place, int) {
	line, n := yamlnode.Follow(rendered.y, source.y, source.line, fields)
	return place{source.src, line}, n
}

// workload is an object that makes pods.
type workload struct {
	*object
	// template is the pod's template; metadata and spec stand in it.
	template node
}

func (w workload) pod() node { return w.template.get("spec") }

// containers are those that start with the pod and those that run before.
func (w workload) containers() []node {
	return append(w.pod().get("containers").items(), w.pod().get("initContainers").items()...)
}

// workloads are the objects of an overlay that make pods.
func (o *overlay) workloads() []workload {
	var out []workload
	for _, obj := range o.objects {
		template := obj.get("spec", "template")
		switch obj.kind {
		case "Pod":
			template = obj.node
		case "CronJob":
			template = obj.get("spec", "jobTemplate", "spec", "template")
		}
		if template.get("spec", "containers").ok() {
			out = append(out, workload{obj, template})
		}
	}
	return out
}

// app is the workload that runs the application, and its container: the one whose
// image CI replaces. A workload that only tries the application is none.
func (o *overlay) app(m *model) (workload, node, bool) {
	for _, w := range o.workloads() {
		if w.kind == "Job" || w.kind == "CronJob" || w.ident != m.facts.Application {
			continue
		}
		for _, c := range w.pod().get("containers").items() {
			if c.get("name").text() == m.facts.Application {
				return w, c, true
			}
		}
		if c := w.pod().get("containers").items(); len(c) > 0 {
			return w, c[0], true
		}
	}
	return workload{}, node{}, false
}

// kinds are the objects of one kind.
func (o *overlay) kind(kind string) iter.Seq[*object] {
	return func(yield func(*object) bool) {
		for _, obj := range o.objects {
			if obj.kind == kind && !yield(obj) {
				return
			}
		}
	}
}

func keys[K comparable, V any](m map[K]V) iter.Seq[K] { return maps.Keys(m) }

var inMessage = strings.NewReplacer(shell.Unknown, "…", "\n", "; ")

// quoted shows a value in a message, which is one line; what only a run knows is an
// ellipsis.
func quoted(s string) string {
	if s == "" {
		return "nothing"
	}
	return inMessage.Replace(s)
}
