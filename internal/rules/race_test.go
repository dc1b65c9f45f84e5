//go:build race

package rules_test

// slowed is set under the race detector, which has nothing to find in a package
// with one goroutine and makes each proof twenty times as long.
const slowed = true
