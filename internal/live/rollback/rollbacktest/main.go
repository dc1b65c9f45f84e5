package rollbacktest

import (
	"fmt"
	"os"
	"testing"
)

// Main runs tests with a home without settings of git, and returns their exit code.
func Main(m *testing.M) int {
	home, err := os.MkdirTemp("", "home")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(home)
	os.Setenv("HOME", home)
	os.Setenv("XDG_CONFIG_HOME", home)
	return m.Run()
}
