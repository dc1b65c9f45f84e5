// Package kubevar writes the values of environment variables so that Kubernetes leaves
// them as they are, and reads what it makes of a value. The kubelet replaces $(NAME) by
// a variable that stands before, and $$ by one dollar.
package kubevar

import "strings"

// Literal is the value to write for a container to see text.
func Literal(text string) string {
	if !changes(text) {
		return text
	}
	return strings.ReplaceAll(text, "$", "$$")
}

// changes reports whether the kubelet would make something else of the text. Behind a
// dollar it takes each byte for a character, so that a letter outside of ASCII comes
// out as two others.
func changes(text string) bool {
	for i := 0; i+1 < len(text); i++ {
		if next := text[i+1]; text[i] == '$' && (next == '$' || next == '(' || next >= 0x80) {
			return true
		}
	}
	return false
}

// Expand is what a container sees of a value. Lookup gives the variables that stand
// before it; a reference to any other stays as it is.
func Expand(value string, lookup func(name string) (string, bool)) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(value, "$")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		if rest == "" {
			out.WriteByte('$')
			return out.String()
		}
		value = rest[1:]
		name, after, closed := strings.Cut(value, ")")
		switch {
		case rest[0] == '$':
			out.WriteByte('$')
		case rest[0] != '(' || !closed:
			out.WriteByte('$')
			out.WriteRune(rune(rest[0]))
		default:
			value = after
			if text, known := lookup(name); known {
				out.WriteString(text)
			} else {
				out.WriteString("$(" + name + ")")
			}
		}
	}
}

// Refers reports whether a value takes another variable's, known or not.
func Refers(value string) bool {
	found := false
	Expand(value, func(string) (string, bool) {
		found = true
		return "", false
	})
	return found
}

// None is a lookup for a container without other variables.
func None(string) (string, bool) { return "", false }
