package yamldoc

import (
	"slices"
	"testing"
)

func TestUnder(t *testing.T) {
	for key, want := range map[string]string{"lint": "lint:\n  a: 1\n", "null": "\"null\":\n  a: 1\n", "y": "\"y\":\n  a: 1\n"} {
		d, err := Under(key, Text("a: 1"))
		if err != nil || string(d.Bytes()) != want {
			t.Errorf("Under(%q) is %q, %v; want %q", key, d.Bytes(), err, want)
		}
	}
}

func TestFromKeepsOrigins(t *testing.T) {
	own := Text("a: 1").From("own")
	whole := Spaced(own, Text("b: 2"))
	if got := whole.From("all").Origins(); !slices.Equal(got, []string{"own", "", "all"}) {
		t.Errorf("the origins are %q", got)
	}
	if got := whole.Origins(); !slices.Equal(got, []string{"own", "", ""}) {
		t.Errorf("From changed the document that it was given: %q", got)
	}
}
