//go:build !race

package prove_test

const slowed = false
