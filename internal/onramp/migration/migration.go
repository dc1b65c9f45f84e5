// Package migration says what becomes of the objects in the cluster when a pipeline that people wrote by hand is replaced
// by the one that a draft gives.
package migration

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// Fate is what becomes of an object.
type Fate string

// The fates, the worst first.
const (
	// Immutable means that a field changes which Kubernetes never changes: the sync fails.
	Immutable Fate = "immutable"
	// Pruned means that the draft does not have it.
	Pruned  Fate = "pruned"
	Changed Fate = "changed"
	Added   Fate = "added"
	Kept    Fate = "kept"
)

var order = []Fate{Immutable, Pruned, Changed, Added, Kept}

// Object is an object with what becomes of it.
type Object struct {
	Fate Fate   `json:"fate"`
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Fields are those that differ or get lost, with both values where they have one; New is how many it gets.
	Fields []Field `json:"fields"`
	New    int     `json:"new"`
	// To is the namespace in which the draft makes such an object anew, where that is another one.
	To string `json:"to,omitempty"`
	// Fatal is set where data is lost or the sync fails.
	Fatal bool `json:"fatal"`
	// At is where it is written today, or nowhere.
	At pipeline.Place `json:"-"`
}

// Field is a value that differs.
type Field struct {
	Path string `json:"path"`
	// Today and Then are the values, "" where it has none.
	Today string `json:"today"`
	Then  string `json:"then"`
}

// ID names the object as --accept does.
func (o Object) ID() string { return o.Kind + "/" + o.Name }

// Compare says what becomes of each object of an environment, the worst first.
func Compare(today, then []*pipeline.Object) []Object {
	var out []Object
	left := slices.Clone(then)
	for _, o := range today {
		i := slices.IndexFunc(left, func(x *pipeline.Object) bool { return same(o, x) })
		if i < 0 {
			out = append(out, Object{Fate: Pruned, Kind: o.Kind, Name: o.Name, To: anew(o, then), Fatal: keepsData(o), At: o.At()})
			continue
		}
		out = append(out, compare(o, left[i]))
		left = slices.Delete(left, i, i+1)
	}
	for _, o := range left {
		out = append(out, Object{Fate: Added, Kind: o.Kind, Name: o.Name})
	}
	slices.SortStableFunc(out, func(a, b Object) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Fate), slices.Index(order, b.Fate)), strings.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name))
	})
	return out
}

func same(a, b *pipeline.Object) bool {
	x, y := namespaceOf(a), namespaceOf(b)
	return alike(a, b) && (x == y || x == "" || y == "")
}

func alike(a, b *pipeline.Object) bool {
	return a.Kind == b.Kind && a.Group == b.Group && a.Name == b.Name
}

func namespaceOf(o *pipeline.Object) string { return o.Get("metadata", "namespace").Text() }

// anew is the namespace in which an object of the same name is made, "" for none.
func anew(o *pipeline.Object, then []*pipeline.Object) string {
	for _, x := range then {
		if alike(o, x) {
			return namespaceOf(x)
		}
	}
	return ""
}

// keepsData reports an object without which data is gone, or out of reach.
func keepsData(o *pipeline.Object) bool {
	return o.Kind == "PersistentVolumeClaim" || o.Kind == "PersistentVolume" || o.Kind == "Namespace" || o.Kind == "Secret" || len((pipeline.Workload{Object: o}).Templates()) > 0
}

func compare(today, then *pipeline.Object) Object {
	out := Object{Fate: Kept, Kind: today.Kind, Name: today.Name, At: today.At()}
	a, b := flat(today.Node), flat(then.Node)
	for _, f := range a {
		value, there := b.get(f.path)
		switch {
		case f.path == "metadata.namespace" || there && (value == f.value || sameImage(f.path, f.value, value)):
			continue
		case !there:
			value = ""
		}
		out.Fields = append(out.Fields, Field{f.path, f.value, value})
	}
	for _, f := range b {
		if _, there := a.get(f.path); !there && f.path != "metadata.namespace" {
			out.New++
			if fixed(today.Kind, f.path) {
				out.Fields = append(out.Fields, Field{f.path, "", f.value})
			}
		}
	}
	if len(out.Fields)+out.New > 0 {
		out.Fate = Changed
	}
	slices.SortStableFunc(out.Fields, func(x, y Field) int {
		return cmp.Compare(number(!fixed(today.Kind, x.Path)), number(!fixed(today.Kind, y.Path)))
	})
	if len(out.Fields) > 0 && fixed(today.Kind, out.Fields[0].Path) {
		out.Fate, out.Fatal = Immutable, true
	}
	return out
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// sameImage reports two references to one image: its tag is of the next deploy.
func sameImage(path, a, b string) bool {
	return strings.HasSuffix(path, ".image") && pipeline.ParseImage(a).Name == pipeline.ParseImage(b).Name
}

// fixedFields are those that Kubernetes never changes, with all below them.
var fixedFields = map[string][]string{
	"Deployment":            {"spec.selector"},
	"DaemonSet":             {"spec.selector"},
	"StatefulSet":           {"spec.selector", "spec.serviceName", "spec.volumeClaimTemplates", "spec.podManagementPolicy"},
	"Job":                   {"spec.selector", "spec.template", "spec.completionMode"},
	"PersistentVolumeClaim": {"spec.accessModes", "spec.storageClassName", "spec.volumeName", "spec.selector", "spec.dataSource"},
	"Service":               {"spec.clusterIP"},
	"RoleBinding":           {"roleRef"},
	"ClusterRoleBinding":    {"roleRef"},
}

func fixed(kind, path string) bool {
	return slices.ContainsFunc(fixedFields[kind], func(f string) bool {
		return path == f || strings.HasPrefix(path, f+".") || strings.HasPrefix(path, f+"[")
	})
}

// scalar is a value of an object by its path, in which elements of lists are called by their names.
type scalar struct{ path, value string }

type scalars []scalar

func (s scalars) get(path string) (string, bool) {
	i := slices.IndexFunc(s, func(x scalar) bool { return x.path == path })
	if i < 0 {
		return "", false
	}
	return s[i].value, true
}

// mostScalars bounds what is compared of one object.
const mostScalars = 5000

func flat(n pipeline.Node) scalars {
	var out scalars
	var visit func(path string, n pipeline.Node)
	visit = func(path string, n pipeline.Node) {
		switch {
		case len(out) >= mostScalars:
		case n.IsMap():
			for key, v := range n.Pairs() {
				visit(strings.TrimPrefix(path+"."+key, "."), v)
			}
		case n.IsList():
			for i, v := range n.Items() {
				key := cmp.Or(v.Get("mountPath").Text(), v.Get("containerPort").Text(), v.Get("port").Text(), v.Get("name").Text(), v.Get("key").Text(), strconv.Itoa(i))
				visit(path+"["+key+"]", v)
			}
		case n.OK():
			out = append(out, scalar{path, n.Text()})
		}
	}
	visit("", n)
	return out
}
