package migration

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
)

// GivenTwice reports the objects that manifests of the author's have and that something else gives as well: what is
// generated, or other manifests of the author's. kustomize refuses them, or Argo CD applies one over the other. Ours has
// the overlays of the plan without those manifests, and theirs has the manifests alone.
func GivenTwice(p plan.Plan, ours, theirs *pipeline.Model) diag.List {
	var met twins
	for _, e := range p.Running() {
		var given []givenObject
		if t := ours.Target(e.Overlay); t != nil {
			for _, o := range t.Objects {
				given = append(given, givenObject{o, giver(p, o, e)})
			}
		}
		for _, w := range p.In(e) {
			at := w.Path + ".own"
			own := Side{Namespace: e.Namespace}
			switch t := theirs.Target(ownFolder(w, e)); {
			case w.Own == nil:
				continue
			case w.Own.Chart != nil:
				for _, g := range given {
					if g.by == at {
						own.Objects = append(own.Objects, g.Object)
					}
				}
			case t != nil:
				own.Objects = t.Objects
			}
			for _, g := range given {
				if twin := own.Twin(g.Object, own); twin != nil && g.by != at {
					met.add(g, at, twin, e.Namespace)
				}
			}
			if w.Overlaid() {
				for _, o := range own.Objects {
					given = append(given, givenObject{o, at})
				}
			}
		}
	}
	return met.findings()
}

func ownFolder(w plan.Workload, e plan.Environment) string {
	if !w.Overlaid() {
		return ""
	}
	return w.Own.In(e.Name)
}

// giver is the place in the spec that an object of an overlay comes from.
func giver(p plan.Plan, o *pipeline.Object, e plan.Environment) string {
	at := o.Get("metadata", "name").At()
	if !at.Known() {
		return ""
	}
	from := at.File.Origin(at.Line)
	for _, w := range p.In(e) {
		switch {
		case from == w.Path, strings.HasPrefix(from, w.Path+"."):
			return w.Path
		case w.Own != nil && w.Own.Chart != nil && from == "" && strings.HasPrefix(at.File.Path, w.Own.Chart.In(e.Name).Folder+"/"):
			return w.Path + ".own"
		}
	}
	return from
}

// givenObject is an object with the place in the spec that gives it.
type givenObject struct {
	*pipeline.Object
	by string
}

// twins are objects that two places of the spec give, each pair of places once.
type twins []*twinned

type twinned struct {
	by, own    string
	objects    []*pipeline.Object
	namespaces []string
}

func (t *twins) add(g givenObject, own string, twin *pipeline.Object, namespace string) {
	i := slices.IndexFunc(*t, func(x *twinned) bool { return x.by == g.by && x.own == own })
	if i < 0 {
		i, *t = len(*t), append(*t, &twinned{by: g.by, own: own})
	}
	x := (*t)[i]
	if !slices.ContainsFunc(x.objects, func(o *pipeline.Object) bool { return o.Label() == twin.Label() }) {
		x.objects = append(x.objects, twin)
	}
	if !slices.Contains(x.namespaces, namespace) {
		x.namespaces = append(x.namespaces, namespace)
	}
}

func (t twins) findings() diag.List {
	var out diag.List
	for _, x := range t {
		var labels []string
		d := diag.Diagnostic{Code: diag.Duplicate, Path: x.by}
		for _, o := range x.objects {
			labels = append(labels, o.Label())
			if at := o.Written(); at.Known() {
				d.Notes = append(d.Notes, diag.Note{Pos: diag.Position{File: at.File.Place, Line: at.Line}, Message: o.Label() + " of your manifests"})
			}
		}
		where := "namespace " + x.namespaces[0]
		if len(x.namespaces) > 1 {
			where = "namespaces " + plan.And(x.namespaces)
		}
		d.Message = fmt.Sprintf("%s gives %s in the %s, and so do the manifests of %s", x.by, plan.And(labels), where, x.own)
		d.Help = "take what is there twice out of your manifests, in the commit that lets pipegen write it"
		if strings.HasSuffix(x.by, ".own") {
			d.Help = "let one of the two have it"
		}
		out = append(out, d)
	}
	return out
}
