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
			if !v.Field(i).IsZero() {
				parts = append(parts, fieldName(v.Type().Field(i))+": "+shown(v.Field(i)))
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
			parts = append(parts, shown(v.Index(i)))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return fmt.Sprint(v.Interface())
}
