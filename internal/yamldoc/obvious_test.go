package yamldoc

import (
	"slices"
	"strings"
	"testing"
)

// agrees compares what is written without the encoder with what the encoder writes.
func agrees(t *testing.T, v any) (spared bool) {
	t.Helper()
	for _, lists := range []Lists{Indented, Compact} {
		for _, inFlow := range []bool{false, true} {
			got, ok := obvious(v, inFlow, lists)
			if _, isText := v.(string); !ok || isText && spared {
				continue
			}
			spared = true
			want, err := byEncoder(v, inFlow, lists)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%q is written %q, and the encoder writes %q, %v", v, got, want, err)
			}
		}
	}
	return spared
}

// TestObvious: what is written without the encoder is what the encoder writes.
func TestObvious(t *testing.T) {
	seeds := append(slices.Clone(words), plainTexts...)
	for _, a := range seeds {
		agrees(t, a)
		agrees(t, []string{a, "x"})
		for _, b := range words {
			for _, between := range []string{"", " ", "\n", ": ", " #", "\n\n", ":\n  ", " \n", "\t"} {
				agrees(t, a+between+b)
			}
		}
	}
	for _, v := range []any{true, false, 0, -1, 8080, []string{}, []string{"a", "b"}} {
		if !agrees(t, v) {
			t.Errorf("%v is left to the encoder", v)
		}
	}
	for _, s := range plainTexts {
		if !agrees(t, s) {
			t.Errorf("%q is left to the encoder", s)
		}
	}
}

// plainTexts are texts of the kind that every output has.
var plainTexts = []string{
	"${{ steps.app.outputs.token }}", "https://kubernetes.default.svc", "main", "/ready", "Deploy to production", "type=gha,scope=x",
	"actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1", "echo a: b\n\nif [[ -n $x ]]; then # why\n  exit 1\nfi\n", "a\nb",
}

func FuzzObvious(f *testing.F) {
	for _, s := range slices.Concat(words, plainTexts) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		agrees(t, s)
		agrees(t, strings.Split(s, "\n"))
	})
}
