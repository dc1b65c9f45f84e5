package change

import (
	"reflect"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/schema"
)

// leaf is one place at which two specs differ, with the value of each: an invalid one where the place is in the other
// spec alone.
type leaf struct {
	path     string
	steps    []any
	old, new reflect.Value
	// order is set where only the order of the entries differs.
	order bool
}

// leaves are the smallest places at which two specs differ.
func leaves(a, b schema.Spec) []leaf {
	d := &differ{}
	d.value("", nil, reflect.ValueOf(a), reflect.ValueOf(b))
	return d.found
}

type differ struct{ found []leaf }

// placeField is the field of a part of a spec that holds its place there, which may have a short form. It is no difference.
const placeField = "At"

// placeOf is where a part is in the newer spec that has it, or else the path to it.
func placeOf(path string, a, b reflect.Value) string {
	for _, v := range []reflect.Value{a, b} {
		if v.IsValid() && v.Kind() == reflect.Struct {
			if own := v.FieldByName(placeField); own.IsValid() {
				path = own.String()
			}
		}
	}
	return path
}

func (d *differ) add(path string, steps []any, a, b reflect.Value) {
	path = placeOf(path, a, b)
	d.found = append(d.found, leaf{path: path, steps: steps, old: a, new: b})
}

func below(steps []any, step any) []any { return append(slices.Clip(steps), step) }

func (d *differ) value(path string, steps []any, a, b reflect.Value) {
	if reflect.DeepEqual(a.Interface(), b.Interface()) {
		return
	}
	switch kind := a.Kind(); {
	case kind == reflect.Pointer && !a.IsNil() && !b.IsNil():
		d.value(path, steps, a.Elem(), b.Elem())
	case kind == reflect.Struct && !another(a.Interface(), b.Interface()):
		path = placeOf(path, a, b)
		for i := range a.NumField() {
			if a.Type().Field(i).Name == placeField {
				continue
			}
			at := path
			if name := fieldName(a.Type().Field(i)); name != "" {
				at = schema.Join(path, name)
			}
			d.value(at, below(steps, i), a.Field(i), b.Field(i))
		}
	case kind == reflect.Map && a.Type().Elem().Kind() != reflect.Interface:
		d.entries(path, steps, a, b)
	case kind == reflect.Slice && isNamed(a.Type().Elem()):
		d.named(path, steps, a, b)
	case kind == reflect.Slice && a.Type().Elem().Kind() == reflect.Struct:
		d.items(path, steps, a, b)
	default:
		d.add(path, steps, a, b)
	}
}

// another reports whether a choice between fields was taken anew: half of it would be no spec.
func another(a, b any) bool {
	switch a := a.(type) {
	case schema.Criterion:
		return a.Kind() != b.(schema.Criterion).Kind()
	case schema.Test:
		was, _ := a.Toolchain()
		is, _ := b.(schema.Test).Toolchain()
		return was != is || (a.None == "") != (b.(schema.Test).None == "")
	case schema.Step:
		return (a.Run == "") != (b.(schema.Step).Run == "")
	case schema.ExtraStep:
		return (a.Run == "") != (b.(schema.ExtraStep).Run == "")
	case schema.File:
		is := b.(schema.File)
		return (a.Content == nil) != (is.Content == nil) || (a.Secret == nil) != (is.Secret == nil)
	case schema.ClusterSecret:
		is := b.(schema.ClusterSecret)
		return (a.External == nil) != (is.External == nil) || (a.CSI == nil) != (is.CSI == nil) || a.Sealed != is.Sealed || a.Sops != is.Sops
	case schema.ExternalSecret:
		is := b.(schema.ExternalSecret)
		return (a.Store == "") != (is.Store == "") || (a.All == "") != (is.All == "") && len(a.Keys)*len(is.Keys) == 0
	case schema.Volume:
		is := b.(schema.Volume)
		return (a.Size == "") != (is.Size == "") || (a.Claim == nil) != (is.Claim == nil) || (a.Secret == "") != (is.Secret == "")
	case schema.Claim:
		return (a.Name == "") != (b.(schema.Claim).Name == "")
	case schema.Container:
		is := b.(schema.Container)
		return (a.External == "") != (is.External == "") || (a.Sidecar == nil) != (is.Sidecar == nil)
	case schema.EnvFrom:
		return (a.Secret == "") != (b.(schema.EnvFrom).Secret == "")
	case schema.Credential:
		is := b.(schema.Credential)
		return (a.App == nil) != (is.App == nil) || (a.Token == "") != (is.Token == "")
	}
	return false
}

func (d *differ) entries(path string, steps []any, a, b reflect.Value) {
	keys := map[string]bool{}
	for _, m := range []reflect.Value{a, b} {
		for _, k := range m.MapKeys() {
			keys[k.String()] = true
		}
	}
	for _, k := range sorted(keys) {
		key := reflect.ValueOf(k)
		at, to := schema.Join(path, k), below(steps, k)
		if x, y := a.MapIndex(key), b.MapIndex(key); x.IsValid() && y.IsValid() {
			d.value(at, to, x, y)
		} else {
			d.add(at, to, x, y)
		}
	}
}

// entryID is a step to the entry of that name.
type entryID string

func (d *differ) named(path string, steps []any, a, b reflect.Value) {
	var before, after []string
	for i := range a.Len() {
		id := a.Index(i).Field(0).String()
		other := entry(b, id)
		at, to := schema.Join(path, id), below(steps, entryID(id))
		if !other.IsValid() {
			d.add(at, to, a.Index(i).Field(1), reflect.Value{})
			continue
		}
		before = append(before, id)
		d.value(at, to, a.Index(i).Field(1), other.Field(1))
	}
	for i := range b.Len() {
		id := b.Index(i).Field(0).String()
		if same := entry(a, id); same.IsValid() {
			after = append(after, same.Field(0).String())
			continue
		}
		d.add(schema.Join(path, id), below(steps, entryID(id)), reflect.Value{}, b.Index(i).Field(1))
	}
	if !slices.Equal(before, after) {
		d.found = append(d.found, leaf{path: path, steps: steps, old: reflect.ValueOf(before), new: reflect.ValueOf(after), order: true})
	}
}

// entry is the one of a name. An entry in its short form has the pipeline's name, and stays the same when that changes.
func entry(list reflect.Value, id string) reflect.Value {
	for i := range list.Len() {
		if list.Index(i).Field(0).String() == id {
			return list.Index(i)
		}
	}
	if short(list).IsValid() {
		return list.Index(0)
	}
	return reflect.Value{}
}

// items compares lists of steps and patches, which have no names: what both begin and end with is the same, and what
// lies between is paired in order.
func (d *differ) items(path string, steps []any, a, b reflect.Value) {
	same := func(i, j int) bool { return reflect.DeepEqual(a.Index(i).Interface(), b.Index(j).Interface()) }
	first, m, n := 0, a.Len(), b.Len()
	for first < min(m, n) && same(first, first) {
		first++
	}
	for m > first && n > first && same(m-1, n-1) {
		m, n = m-1, n-1
	}
	for i := first; i < max(m, n); i++ {
		at, to := schema.Item(path, i), below(steps, i)
		switch {
		case i >= n:
			d.add(at, to, a.Index(i), reflect.Value{})
		case i >= m:
			d.add(at, to, reflect.Value{}, b.Index(i))
		default:
			d.value(at, to, a.Index(i), b.Index(i))
		}
	}
}

func isNamed(t reflect.Type) bool { return strings.HasPrefix(t.Name(), "Named[") }

// fieldName is a field as the spec writes it, "" for one whose entries stand in its place.
func fieldName(f reflect.StructField) string {
	switch name := f.Tag.Get("json"); name {
	case ",inline":
		return ""
	case "", "-":
		// What an environment changes is below the names of what it changes.
		if name := map[string]string{"Differences": "workloads", "Copies": "images"}[f.Name]; name != "" {
			return name
		}
	default:
		return name
	}
	return strings.ToLower(f.Name[:1]) + f.Name[1:]
}
