package schema_test

import (
	"testing"

	"github.com/pipegen/pipegen/schema"
)

func TestPackage(t *testing.T) {
	for text, want := range map[string]string{
		"name: \"x\"\n": "",
		"// A comment.\n\npackage delivery\nname": "delivery",
		"\xff": "",
	} {
		if got := schema.Package([]byte(text)); got != want {
			t.Errorf("%q is in the package %q, want %q", text, got, want)
		}
	}
}
