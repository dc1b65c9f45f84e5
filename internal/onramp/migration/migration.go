// Package migration says what becomes of the objects in the cluster when a pipeline that people wrote by hand is replaced by
// the one that a draft gives, or a spec changes.
package migration

import (
	"cmp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
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
	// Selected are the pods of today that a Service no longer finds, by their workload.
	Selected string `json:"selected,omitempty"`
	// Keep says what to write in the spec so that an object stays what it is, "" where nobody knows.
	Keep string `json:"keep,omitempty"`
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

// Side are the objects of an environment. Those that name no namespace are in this one.
type Side struct {
	Objects   []*pipeline.Object
	Namespace string
}

func (s Side) namespaceOf(o *pipeline.Object) string {
	return cmp.Or(o.Get("metadata", "namespace").Text(), s.Namespace)
}

// Twin is the object of the side that is the same one in the cluster as one of another side, nil for none.
func (s Side) Twin(o *pipeline.Object, from Side) *pipeline.Object {
	for _, x := range s.Objects {
		if alike(o, x) && from.namespaceOf(o) == s.namespaceOf(x) {
			return x
		}
	}
	return nil
}

// Compare says what becomes of each object of an environment, the worst first.
func Compare(today, then Side) []Object {
	var out []Object
	left := Side{slices.Clone(then.Objects), then.Namespace}
	for _, o := range today.Objects {
		twin := left.Twin(o, today)
		if twin == nil {
			out = append(out, Object{Fate: Pruned, Kind: o.Kind, Name: o.Name, To: then.anew(o), Fatal: keepsData(o) && !then.hashed(o), At: o.Written()})
			continue
		}
		c := compare(o, twin)
		c.Selected = unselected(o, twin, today.Objects)
		out = append(out, c)
		left.Objects = slices.DeleteFunc(left.Objects, func(x *pipeline.Object) bool { return x == twin })
	}
	for _, o := range left.Objects {
		out = append(out, Object{Fate: Added, Kind: o.Kind, Name: o.Name})
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := &out[i], &out[j]
		return cmp.Or(cmp.Compare(slices.Index(order, a.Fate), slices.Index(order, b.Fate)), strings.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name)) < 0
	})
	return out
}

func alike(a, b *pipeline.Object) bool {
	return a.Kind == b.Kind && a.Group == b.Group && a.Name == b.Name
}

// anew is the namespace in which an object of the same name is made, "" for none.
func (s Side) anew(o *pipeline.Object) string {
	for _, x := range s.Objects {
		if alike(o, x) {
			return s.namespaceOf(x)
		}
	}
	return ""
}

var hash = lazy.Regexp(`-[a-z0-9]{10}$`)

// hashed reports an object whose name ends with the hash of what is in it, and that is there with another one: what it says
// is in git.
func (s Side) hashed(o *pipeline.Object) bool {
	stem := hash().ReplaceAllString(o.Name, "")
	return stem != o.Name && slices.ContainsFunc(s.Objects, func(x *pipeline.Object) bool {
		return x.Kind == o.Kind && x.Name != o.Name && hash().ReplaceAllString(x.Name, "") == stem
	})
}

// keepsData reports an object without which data is gone, or out of reach.
func keepsData(o *pipeline.Object) bool {
	return o.Kind == "PersistentVolumeClaim" || o.Kind == "PersistentVolume" || o.Kind == "Namespace" || o.Kind == "Secret" || len((pipeline.Workload{Object: o}).Templates()) > 0
}

func compare(today, then *pipeline.Object) Object {
	out := Object{Fate: Kept, Kind: today.Kind, Name: today.Name, At: today.Written()}
	// There, nothing means everything.
	nothing := today.Kind == "NetworkPolicy"
	a, b := flat(today.Node, nothing), flat(then.Node, nothing)
	if x, y := only(today), only(then); x != "" && y != "" {
		// A program is the same one by another name.
		for i := range b {
			b[i].path = strings.Replace(b[i].path, ".containers["+y+"]", ".containers["+x+"]", 1)
		}
	}
	for _, f := range a {
		value, there := b.get(f.path)
		switch {
		case f.path == "metadata.namespace", !there && f == clusterIP, there && (value == f.value || sameImage(f.path, f.value, value)):
			continue
		case !there:
			value = ""
		}
		out.Fields = append(out.Fields, Field{f.path, f.value, value})
	}
	for _, f := range b {
		if _, there := a.get(f.path); !there && f.path != "metadata.namespace" {
			out.New++
			if fixed(today.Kind, f.path) && !slices.ContainsFunc(completed, func(c scalar) bool { return strings.HasSuffix(f.path, c.path) && f.value == c.value }) {
				out.Fields = append(out.Fields, Field{f.path, "", f.value})
			}
		}
	}
	if len(out.Fields)+out.New > 0 {
		out.Fate = Changed
	}
	sort.SliceStable(out.Fields, func(i, j int) bool {
		x, y := &out.Fields[i], &out.Fields[j]
		return cmp.Compare(number(!fixed(today.Kind, x.Path)), number(!fixed(today.Kind, y.Path))) < 0
	})
	if len(out.Fields) > 0 && fixed(today.Kind, out.Fields[0].Path) {
		out.Fate, out.Fatal = Immutable, true
	}
	return out
}

// unselected is the workload of today whose pods a Service finds today, and not until all of them are new then.
func unselected(today, then *pipeline.Object, all []*pipeline.Object) string {
	if today.Kind != "Service" {
		return ""
	}
	for _, w := range pipeline.WorkloadsOf(all) {
		if pipeline.Selects(today.Get("spec", "selector"), w.Labels()) && !pipeline.Selects(then.Get("spec", "selector"), w.Labels()) {
			return w.Kind + "/" + w.Name
		}
	}
	return ""
}

// only is the name of the one container of an object's pods, "" where there are several.
func only(o *pipeline.Object) string {
	for _, w := range pipeline.WorkloadsOf([]*pipeline.Object{o}) {
		if containers := w.Pod().Get("containers").Items(); len(containers) == 1 {
			return containers[0].Get("name").Text()
		}
	}
	return ""
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

// completed are values that Kubernetes gives a StatefulSet that says none, by the ends of their paths.
var completed = []scalar{{"].apiVersion", "v1"}, {"].kind", "PersistentVolumeClaim"}, {".volumeMode", "Filesystem"}, {".podManagementPolicy", "OrderedReady"}}

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

func empty(n pipeline.Node) bool {
	for range n.Pairs() {
		return false
	}
	return n.IsMap() || n.IsList() && len(n.Items()) == 0
}

// clusterIP is the type of a Service that says none.
var clusterIP = scalar{"spec.type", "ClusterIP"}

// mostScalars bounds what is compared of one object.
const mostScalars = 5000

// flat are the values of an object, with what is there and has none, where that counts.
func flat(n pipeline.Node, nothing bool) scalars {
	var out scalars
	var visit func(path string, n pipeline.Node)
	visit = func(path string, n pipeline.Node) {
		switch {
		case len(out) >= mostScalars:
		case nothing && empty(n):
			out = append(out, scalar{path, "{}"})
		case n.IsMap():
			for key, v := range n.Pairs() {
				visit(strings.TrimPrefix(path+"."+key, "."), v)
			}
		case n.IsList():
			met := map[string]bool{}
			for i, v := range n.Items() {
				key := cmp.Or(v.Get("mountPath").Text(), v.Get("containerPort").Text(), v.Get("port").Text(), v.Get("name").Text(), v.Get("key").Text(), strconv.Itoa(i))
				if met[key] { // such as a port of two protocols
					key += "#" + strconv.Itoa(i)
				}
				met[key] = true
				visit(path+"["+key+"]", v)
			}
		case n.OK():
			out = append(out, scalar{path, n.Text()})
		}
	}
	visit("", n)
	return out
}
