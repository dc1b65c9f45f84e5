package change

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/schema"
)

func sorted[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// shown is a value as an author would write it on one line; "" is none.
func shown(v reflect.Value) string {
	if !v.IsValid() {
		return ""
	}
	if from, ok := v.Interface().(schema.SetFrom); ok {
		return from.String()
	}
	if v.IsZero() && v.Kind() != reflect.Bool && v.Kind() != reflect.Int {
		return ""
	}
	switch x := v.Interface().(type) {
	case schema.Duration:
		return x.String()
	case []byte:
		return string(x)
	case string:
		return x
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return shown(v.Elem())
	case reflect.Struct:
		var parts []string
		for i := range v.NumField() {
			field := v.Type().Field(i)
			switch one := short(v.Field(i)); {
			case v.Field(i).IsZero() || field.Name == placeField:
			case one.IsValid():
				if text := strings.TrimSuffix(strings.TrimPrefix(shown(one), "{"), "}"); text != "" {
					parts = append(parts, text)
				}
			default:
				parts = append(parts, fieldName(field)+": "+shown(v.Field(i)))
			}
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case reflect.Map:
		var parts []string
		for _, k := range v.MapKeys() {
			parts = append(parts, k.String()+": "+shown(v.MapIndex(k)))
		}
		slices.Sort(parts)
		return "{" + strings.Join(parts, ", ") + "}"
	case reflect.Slice:
		var parts []string
		for i := range v.Len() {
			if isNamed(v.Type().Elem()) {
				parts = append(parts, v.Index(i).Field(0).String()+": "+shown(v.Index(i).Field(1)))
				continue
			}
			parts = append(parts, shown(v.Index(i)))
		}
		if isNamed(v.Type().Elem()) {
			return "{" + strings.Join(parts, ", ") + "}"
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return fmt.Sprint(v.Interface())
}

// short is the one entry of a list that an author wrote without its name, an invalid value of any other.
func short(v reflect.Value) reflect.Value {
	if v.Kind() != reflect.Slice || v.Len() != 1 || !isNamed(v.Type().Elem()) {
		return reflect.Value{}
	}
	id, one := v.Index(0).Field(0).String(), v.Index(0).Field(1)
	if at := placeOf("", one, one); at == "" || strings.HasSuffix(at, "."+id) {
		return reflect.Value{}
	}
	return one
}
