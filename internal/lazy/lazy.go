// Package lazy creates values when they are first needed: compiling the regular
// expressions of all packages took half of the time before main begins.
package lazy

import (
	"regexp"
	"sync"
)

// Regexp compiles an expression when it is first used. An invalid one panics only
// then, so each needs a test that uses it. It is not inlined: closures of its own for each of the 500
// expressions would be 300 KB of the binary.
//
//go:noinline
func Regexp(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
