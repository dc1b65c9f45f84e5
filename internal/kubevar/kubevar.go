// Package kubevar writes the values of environment variables so that Kubernetes
// does not change them, and expands values as Kubernetes does. The kubelet replaces
// $(NAME) by the value of a variable that was defined before, and $$ by one dollar.
package kubevar

import "strings"

// Literal returns the value to write so that a container sees text.
func Literal(text string) string {
	if !changes(text) {
		return text
	}
	return strings.ReplaceAll(text, "$", "$$")
}

// changes reports whether the kubelet would change the text. After a dollar it
// takes a byte for a character, so that a letter beyond ASCII becomes two others.
func changes(text string) bool {
	for i := 0; i+1 < len(text); i++ {
		if next := text[i+1]; text[i] == '$' && (next == '$' || next == '(' || next >= 0x80) {
			return true
		}
	}
	return false
}

// Expand returns what a container sees for a value. Lookup gives the variables that
// were defined before it; a reference to any other stays as it is.
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

// Refers reports whether a value refers to another variable, defined or not.
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
