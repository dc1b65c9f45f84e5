// Package lazy makes what few runs need when it is first needed: together, the regular
// expressions of all packages took half of the time before main begins.
package lazy

import (
	"regexp"
	"sync"
)

// Regexp compiles an expression when it is asked for first. One that is wrong panics then:
// each needs a test that uses it.
func Regexp(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
