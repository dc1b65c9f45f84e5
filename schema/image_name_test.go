package schema

import (
	"regexp"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
)

// TestSuggestedImageNames: the name that is suggested where a repository gives no
// valid one is accepted by the schema.
func TestSuggestedImageNames(t *testing.T) {
	shape := cuecontext.New().CompileBytes(constraints).LookupPath(cue.MakePath(cue.Hid("_shape", ":schema"), cue.Str("segment")))
	segment, err := shape.String()
	if err != nil {
		t.Fatal(err)
	}
	valid := regexp.MustCompile("^" + segment + "(/" + segment + ")*$")
	for _, tt := range []struct{ repository, want string }{
		{".github", "github/hello"},
		{"my..repo", "my-repo/hello"},
		{"a.b", "a.b/hello"},
		{"...", "hello"},
		{"_", "hello"},
	} {
		if got := imagePart(tt.repository + "/hello"); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.repository, got, tt.want)
		}
	}
	const letters = "a._-"
	for n := range 4 * 4 * 4 * 4 * 4 * 4 * 4 {
		name := make([]byte, 7)
		for i := range name {
			name[i], n = letters[n%4], n/4
		}
		if got := imagePart(string(name) + "/hello"); !valid.MatchString(got) {
			t.Fatalf("%s: %s is no name of an image", name, got)
		}
	}
}
