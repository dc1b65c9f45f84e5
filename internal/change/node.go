package change

// dig follows keys; it is nil where one is missing.
func dig(v any, keys ...string) any {
	for _, k := range keys {
		m, _ := v.(map[string]any)
		v = m[k]
	}
	return v
}

func text(v any, keys ...string) string {
	s, _ := dig(v, keys...).(string)
	return s
}

func number(v any, keys ...string) (int, bool) {
	n, ok := dig(v, keys...).(int)
	return n, ok
}

func list(v any, keys ...string) []any {
	switch x := dig(v, keys...).(type) {
	case []any:
		return x
	case string:
		return []any{x}
	}
	return nil
}
