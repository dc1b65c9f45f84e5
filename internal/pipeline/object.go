package pipeline

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// Object is one rendered object.
type Object struct {
	Node
	Target *Target
	// Group is that of its API, "" for the core; Name is its own.
	Group, Kind, Name string
	// source is the manifest itself, where nothing was rendered.
	source Node
}

func newObject(t *Target, y *yaml.Node) *Object {
	o := &Object{Target: t}
	o.Node = Node{y: y, obj: o}
	if group, _, grouped := strings.Cut(o.Get("apiVersion").Text(), "/"); grouped {
		o.Group = group
	}
	o.Kind, o.Name = o.Get("kind").Text(), o.Get("metadata", "name").Text()
	return o
}

// Label names the object in a sentence.
func (o *Object) Label() string { return o.Kind + " " + o.Name }

// locate finds where a field of a rendered object was written. The target's own
// folders come first, since they change what the base says.
func (o *Object) locate(steps []string) Place {
	if o.source.OK() {
		at, _ := follow(o.Node, o.source, steps)
		return at
	}
	if len(steps) == 2 && steps[0] == "spec" && steps[1] == "replicas" {
		if at := o.Target.replicas(o.Name); at.Known() {
			return at
		}
	}
	best, depth := o.Target.At(), 0
	for _, f := range o.Target.Folders {
		if depth <= len(steps) && len(steps) > 0 {
			if at := f.patched(o, steps); at.Known() {
				return at
			}
		}
		for _, s := range f.Files {
			for _, d := range s.Docs {
				if d.Get("kind").Text() != o.Kind || d.Get("metadata", "name").Text() != o.Name {
					continue
				}
				// What is written nowhere is missing in the base, which comes last.
				if at, n := follow(o.Node, d, steps); n > depth || n == depth && (n <= len(steps) || len(steps) == 0) {
					best, depth = at, n
				}
			}
		}
	}
	return best
}

// replicas is where a kustomization sets the number of a workload's pods.
func (t *Target) replicas(name string) Place {
	for _, f := range t.Folders {
		for _, r := range f.Kust.Get("replicas").Items() {
			if r.Get("name").Text() == name {
				return r.Get("count").At()
			}
		}
	}
	return Place{}
}

// follow walks a rendered object and a source side by side, as far as the source
// goes, and says how far that was.
func follow(rendered, source Node, steps []string) (Place, int) {
	line, n := walk(rendered.y, source.y, source.line, steps)
	return Place{source.file, line}, n
}

// Workload is an object that makes pods.
type Workload struct {
	*Object
	// Template is the pod's template; metadata and spec stand in it.
	Template Node
}

// Pod is the pod's own specification.
func (w Workload) Pod() Node { return w.Template.Get("spec") }

// Labels are those of the pods.
func (w Workload) Labels() map[string]string {
	out := map[string]string{}
	for k, v := range w.Template.Get("metadata", "labels").Pairs() {
		out[k] = v.Text()
	}
	return out
}

// LongRunning reports a workload that serves, and does not end by itself.
func (w Workload) LongRunning() bool { return w.Kind != "Job" && w.Kind != "CronJob" }

// Hook reports a workload that Argo CD runs beside a sync.
func (w Workload) Hook() bool {
	return w.Get("metadata", "annotations", "argocd.argoproj.io/hook").OK()
}

// Workloads are the objects of the target that make pods.
func (t *Target) Workloads() []Workload {
	var out []Workload
	for _, o := range t.Objects {
		template := o.Get("spec", "template")
		switch o.Kind {
		case "Pod":
			template = o.Node
		case "CronJob":
			template = o.Get("spec", "jobTemplate", "spec", "template")
		}
		if template.Get("spec", "containers").OK() {
			out = append(out, Workload{o, template})
		}
	}
	return out
}
