package schema

import (
	"strings"

	"cuelang.org/go/cue"

	"github.com/pipegen/pipegen/internal/lazy"
)

var (
	words    = lazy.Regexp(`^[A-Za-z0-9][A-Za-z0-9 _-]*$`)
	capitals = lazy.Regexp(`^[A-Z0-9]*_[A-Z0-9_]*$`)
	atHost   = lazy.Regexp(`^(?:https?://|ssh://)?(?:git@)?(?:localhost|[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+)(?::[0-9]+)?[/:]([^:@?]+?)(?:\.git)?/?$`)
	atURL    = lazy.Regexp(`^https?://[^/]+(/[^?]*)$`)
	segments = lazy.Regexp(`^[A-Za-z0-9][A-Za-z0-9_/-]*$`)
	tagged   = lazy.Regexp(`^(?:[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[0-9]+)?/)?([^:@/]+(?:/[^:@/]+)+)(?::[A-Za-z0-9_.-]+)?(?:@sha256:[0-9a-f]+)?$`)
	duration = lazy.Regexp(`(?i)^([0-9]+) *(h|m|s)(?:ours?|rs?|inutes?|ins?|econds?|ecs?)$`)
	bytesOf  = lazy.Regexp(`(?i)^([0-9]+) *([KMGT])i?b?$`)
	secretOf = lazy.Regexp(`^\$\{\{ *(?:secrets|vars)\.([A-Za-z0-9_]+) *\}\}$`)
)

// repairs are the usual ways in which a text is nearly right.
var repairs = []func(string) string{
	strings.TrimSpace,
	func(s string) string {
		if capitals().MatchString(s) {
			return s
		}
		return strings.ToLower(s)
	},
	func(s string) string { return atHost().ReplaceAllString(s, "$1") },
	func(s string) string { return atURL().ReplaceAllString(s, "$1") },
	func(s string) string { return tagged().ReplaceAllString(s, "$1") },
	func(s string) string { return duration().ReplaceAllStringFunc(s, short) },
	func(s string) string { return bytesOf().ReplaceAllStringFunc(s, binary) },
	func(s string) string { return strings.TrimSuffix(s, "()") },
	func(s string) string {
		if !words().MatchString(s) || capitals().MatchString(s) {
			return s
		}
		return strings.Trim(strings.NewReplacer(" ", "-", "_", "-").Replace(strings.ToLower(s)), "-")
	},
	func(s string) string {
		if !segments().MatchString(s) {
			return s
		}
		return "/" + s
	},
}

func short(s string) string {
	m := duration().FindStringSubmatch(s)
	return m[1] + strings.ToLower(m[2])
}

func binary(s string) string {
	m := bytesOf().FindStringSubmatch(s)
	return m[1] + strings.ToUpper(m[2]) + "i"
}

// repairedName is the name that was probably meant by one that a constraint refuses, or "".
func (w *walker) repairedName(want cue.Value, name string) string {
	if s := strings.ReplaceAll(name, "-", "_"); words().MatchString(name) && want.Unify(w.ctx.Encode(s)).Err() == nil {
		return s
	}
	return w.repaired(want, name)
}

// repaired is the text that was probably meant by one that a constraint refuses, "" where none of its repairs is accepted.
func (w *walker) repaired(want cue.Value, text string) string {
	for _, repair := range repairs {
		if s := repair(text); s != text && s != "" && len(s) <= 100 && want.Unify(w.ctx.Encode(s)).Err() == nil {
			return s
		}
	}
	return ""
}

// meantBy is the help for a value that a constraint refuses and that is nearly right, or "".
func (w *walker) meantBy(want, got cue.Value) string {
	if text, err := got.String(); err == nil {
		// Where any text will do, the name of a secret would be taken for its value.
		if m := secretOf().FindStringSubmatch(text); m != nil && want.Unify(w.ctx.Encode("any text")).Err() != nil {
			text = " " + m[1]
		}
		if s := w.repaired(want, text); s != "" {
			return "write " + quote(s)
		}
	} else if s := shown(got); got.IncompleteKind()&cue.NumberKind != 0 && want.Unify(w.ctx.Encode(s)).Err() == nil {
		return "write it in quotes: " + quote(s)
	}
	return ""
}
