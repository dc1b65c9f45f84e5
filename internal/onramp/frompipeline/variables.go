package frompipeline

import (
	"maps"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/kubevar"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// environment reads the variables of the container.
func (d *drafter) environment(p *program) {
	c, under := p.last().container, strings.Join(p.at, ".")
	for _, e := range c.Get("env").Items() {
		if p.isRepeated("env", e) {
			continue
		}
		name, value, from := e.Get("name").Text(), e.Get("value"), e.Get("valueFrom")
		switch {
		case from.Get("secretKeyRef").OK():
			d.key(from.Get("secretKeyRef"), p.field("secrets", name))
		case from.Get("configMapKeyRef").OK() && p.last().configMap(from.Get("configMapKeyRef", "name").Text()) != nil:
		case from.Get("configMapKeyRef").OK():
			d.key(from.Get("configMapKeyRef"), p.field("configMaps", name))
		case from.Get("fieldRef", "fieldPath").OK():
			d.addText(from.Get("fieldRef", "fieldPath"), p.field("fields", name)...)
		case from.Get("resourceFieldRef", "resource").OK() && wholeUnits(from.Get("resourceFieldRef")):
			d.addText(from.Get("resourceFieldRef", "resource"), p.field("fields", name)...)
		case from.OK():
			d.leave(from.At(), "write its value under "+under+".env", "the variable %s, which has its value from elsewhere", name)
		default:
			if kubevar.Refers(value.Text()) {
				d.leave(value.At(), "add it behind the others by a JSON patch, as docs/limits.md does", "the variable %s, whose value refers to another one", name)
				continue
			}
			d.add(kubevar.Expand(value.Text(), kubevar.None), value.At(), p.field("env", name)...)
		}
	}
	texts := p.last().variables()
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		if !d.tree.Root.Has(p.field("env", name)...) {
			d.add(texts[name].Text(), texts[name].At(), p.field("env", name)...)
		}
	}
	for _, from := range c.Get("envFrom").Items() {
		if ref := from.Get("configMapRef", "name"); p.isRepeated("envFrom", from) || ref.OK() && p.last().configMap(ref.Text()) != nil {
			continue
		}
		item := d.tree.Root.Append(p.field("envFrom")...)
		for _, kind := range []struct{ kubernetes, ours string }{{"secretRef", "secret"}, {"configMapRef", "configMap"}} {
			object := from.Get(kind.kubernetes)
			if !object.OK() {
				continue
			}
			item.Put(read(object.Get("name")), kind.ours)
			if optional := object.Get("optional"); optional.True() {
				item.Put(draft.Read(true, sourceLine(optional.At())), "optional")
			}
		}
		if prefix := from.Get("prefix"); prefix.Text() != "" {
			item.Put(read(prefix), "prefix")
		}
	}
}

// key reads a reference to a key of a Secret or of a ConfigMap.
func (d *drafter) key(ref pipeline.Node, at []string) {
	under := below(at...)
	d.addText(ref.Get("name"), under("name")...)
	d.addText(ref.Get("key"), under("key")...)
	if optional := ref.Get("optional"); optional.True() {
		d.add(true, optional.At(), under("optional")...)
	}
}

// wholeUnits reports whether a number of the container's resources is in bytes or cores.
func wholeUnits(ref pipeline.Node) bool {
	divisor := ref.Get("divisor").Text()
	return divisor == "" || divisor == "0" || divisor == "1"
}

// read is the text of a field.
func read(n pipeline.Node) draft.Setting { return draft.Read(n.Text(), sourceLine(n.At())) }

// putText puts the text of a field into an element of a list, if the field is there.
func putText(out *draft.Field, n pipeline.Node, path ...string) {
	if n.OK() {
		out.Put(read(n), path...)
	}
}

// configMap is the one of a name in the tree, nil for none.
func (r run) configMap(name string) *pipeline.Object { return r.object("ConfigMap", name) }

// variables are those whose values are in ConfigMaps of the tree: a spec has them as texts.
func (r run) variables() map[string]pipeline.Node {
	out := map[string]pipeline.Node{}
	for _, from := range r.container.Get("envFrom").Items() {
		if o := r.configMap(from.Get("configMapRef", "name").Text()); o != nil {
			for key, value := range o.Get("data").Pairs() {
				out[from.Get("prefix").Text()+key] = value
			}
		}
	}
	for _, e := range r.container.Get("env").Items() {
		ref := e.Get("valueFrom", "configMapKeyRef")
		if o := r.configMap(ref.Get("name").Text()); o != nil && o.Get("data", ref.Get("key").Text()).OK() {
			out[e.Get("name").Text()] = o.Get("data", ref.Get("key").Text())
		} else {
			delete(out, e.Get("name").Text()) // it wins
		}
	}
	return out
}

// readsVariables reports whether the program has variables from a ConfigMap of the tree.
func (r run) readsVariables(configMap string) bool {
	for _, from := range r.container.Get("envFrom").Items() {
		if from.Get("configMapRef", "name").Text() == configMap {
			return true
		}
	}
	return slices.ContainsFunc(r.container.Get("env").Items(), func(e pipeline.Node) bool {
		return e.Get("valueFrom", "configMapKeyRef", "name").Text() == configMap
	})
}

// wholeObjects are the Secrets and ConfigMaps of the cluster that give a variable for each of their keys.
func (r run) wholeObjects() string {
	var out []string
	for _, from := range r.container.Get("envFrom").Items() {
		if r.configMap(from.Get("configMapRef", "name").Text()) == nil {
			out = append(out, scalars(from))
		}
	}
	return strings.Join(out, " ")
}
