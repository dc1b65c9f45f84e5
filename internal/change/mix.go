package change

import (
	"reflect"

	"github.com/pipegen/pipegen/schema"
)

// mixed is a spec with the value of another one at a single place. An invalid value takes the place out.
func mixed(s schema.Spec, l leaf, to reflect.Value) schema.Spec {
	out := reflect.New(reflect.TypeOf(s)).Elem()
	out.Set(copied(reflect.ValueOf(s)))
	if l.order {
		reorder(out, l.steps, to)
	} else {
		put(out, l.steps, to)
	}
	mixed := out.Interface().(schema.Spec)
	mixed.FollowName()
	return mixed
}

// put sets the value behind the steps in v, which can be set.
func put(v reflect.Value, steps []any, to reflect.Value) {
	if v.Kind() == reflect.Pointer && (len(steps) > 0 || to.Kind() != reflect.Pointer) {
		v = v.Elem()
	}
	if len(steps) == 0 {
		v.Set(copied(to))
		return
	}
	last := len(steps) == 1
	switch step := steps[0].(type) {
	case entryID:
		at := entry(v, string(step))
		switch {
		case at.IsValid() && last && !to.IsValid():
			take(v, at.Field(0).String())
		case at.IsValid():
			put(at.Field(1), steps[1:], to)
		default:
			added := reflect.New(v.Type().Elem()).Elem()
			added.Field(0).SetString(string(step))
			added.Field(1).Set(copied(to))
			v.Set(reflect.Append(v, added))
		}
	case string:
		entry := reflect.New(v.Type().Elem()).Elem()
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
		if last && !to.IsValid() {
			v.SetMapIndex(reflect.ValueOf(step), reflect.Value{})
			return
		}
		if have := v.MapIndex(reflect.ValueOf(step)); have.IsValid() {
			entry.Set(have)
		}
		put(entry, steps[1:], to)
		v.SetMapIndex(reflect.ValueOf(step), entry)
	case int:
		if v.Kind() == reflect.Struct {
			put(v.Field(step), steps[1:], to)
			return
		}
		item(v, step, steps[1:], to)
	}
}

// item sets, inserts or takes out an element of a list.
func item(v reflect.Value, i int, rest []any, to reflect.Value) {
	switch inside := i < v.Len(); {
	case len(rest) > 0:
		put(v.Index(i), rest, to)
	case !to.IsValid():
		v.Set(reflect.AppendSlice(v.Slice(0, i), v.Slice(i+1, v.Len())))
	case inside && v.Index(i).Kind() != reflect.Struct:
		v.Index(i).Set(copied(to))
	default:
		// An element that replaces another is a difference of its fields.
		at := min(i, v.Len())
		out := reflect.AppendSlice(reflect.MakeSlice(v.Type(), 0, v.Len()+1), v.Slice(0, at))
		v.Set(reflect.AppendSlice(reflect.Append(out, copied(to)), v.Slice(at, v.Len())))
	}
}

func take(list reflect.Value, id string) {
	out := reflect.MakeSlice(list.Type(), 0, list.Len())
	for i := range list.Len() {
		if list.Index(i).Field(0).String() != id {
			out = reflect.Append(out, list.Index(i))
		}
	}
	list.Set(out)
}

// reorder puts the entries that the order names in front.
func reorder(v reflect.Value, steps []any, order reflect.Value) {
	for _, s := range steps {
		if id, named := s.(entryID); named {
			v = entry(v, string(id)).Field(1)
		} else {
			v = v.Field(s.(int))
		}
	}
	out := reflect.MakeSlice(v.Type(), 0, v.Len())
	named := map[string]bool{}
	for i := range order.Len() {
		id := order.Index(i).String()
		named[id] = true
		out = reflect.Append(out, entry(v, id))
	}
	for i := range v.Len() {
		if !named[v.Index(i).Field(0).String()] {
			out = reflect.Append(out, v.Index(i))
		}
	}
	v.Set(out)
}

// copied is a value that shares nothing with the original that could be written.
func copied(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(copied(v.Elem()))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			out.Field(i).Set(copied(v.Field(i)))
		}
	case reflect.Slice:
		if !v.IsNil() {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
			for i := range v.Len() {
				out.Index(i).Set(copied(v.Index(i)))
			}
		}
	case reflect.Map:
		if !v.IsNil() {
			out.Set(reflect.MakeMap(v.Type()))
			for _, k := range v.MapKeys() {
				out.SetMapIndex(k, copied(v.MapIndex(k)))
			}
		}
	}
	return out
}
