package main

import (
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/onramp/fromsource"
)

// TestTemplates: of each template init finds the tests, the port, the path and the user, and its first run has all that it
// asks for.
func TestTemplates(t *testing.T) {
	for _, template := range fromsource.Templates() {
		t.Run(template.Name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			said := runHere(t, exitDone, "new", template.Name, "greeter", "--repository", "acme/greeter")
			for _, unknown := range []string{"path is a guess", "port is a guess", "USER", "hashes", "no tests"} {
				if strings.Contains(said, unknown) {
					t.Errorf("init does not find what is there:\n%s", said)
				}
			}
			t.Chdir("greeter")
			gitIn(t, ".", "init", "-q", "-b", "main")
			said = runHere(t, exitDone, "generate") + runHere(t, exitDone, "check")
			if strings.Contains(said, "warning") {
				t.Errorf("the first run would be red:\n%s", said)
			}
		})
	}
}
