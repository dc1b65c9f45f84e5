package schema

import (
	"regexp"
	"testing"
	"unicode/utf8"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"

	"github.com/pipegen/pipegen/internal/diag"
)

// TestConstraintsHideNothing compares the constraint on texts with package diag,
// character by character: alone, in English, and where a joiner may be.
func TestConstraintsHideNothing(t *testing.T) {
	shape := cuecontext.New().CompileBytes(constraints).LookupPath(cue.MakePath(cue.Hid("_shape", ":schema"), cue.Str("line")))
	line, err := shape.String()
	if err != nil {
		t.Fatal(err)
	}
	one := regexp.MustCompile(line)
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if !utf8.ValidRune(r) || r == '\t' || r == '\n' {
			continue
		}
		for _, around := range [][2]string{{"", ""}, {"a", "a"}, {"é", "a"}, {"a", "é"}} {
			text := around[0] + string(r) + around[1]
			if f, found := diag.FirstHidden(text); found == one.MatchString(text) {
				t.Fatalf("%+q: %v", text, f)
			}
		}
	}
	for _, text := range []string{"\u200dé\u200d", "é\u200d\u200cé", "é\u200d\u200d\u200dé", "\u200d\u200dé"} {
		if f, found := diag.FirstHidden(text); found == one.MatchString(text) {
			t.Errorf("%+q: %v", text, f)
		}
	}
}
