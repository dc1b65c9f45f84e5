//go:build !race

package rules_test

const slowed = false
