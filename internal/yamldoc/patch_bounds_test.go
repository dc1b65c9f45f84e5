package yamldoc

import (
	"slices"
	"strings"
	"testing"
)

// TestPatchBounds: operations that copy what they have copied end with an error at the one that goes too far, and
// operations that only move what is there, or only look, do not.
func TestPatchBounds(t *testing.T) {
	text := "a:\n  b: one\nlist:\n- " + strings.Repeat("x", 1000) + "\n"
	add := func(at, value string) Operation { return Operation{Op: "add", Path: at, Value: []byte(value)} }
	repeated := func(n int, ops ...Operation) []Operation { return slices.Repeat(ops, n) }
	double := Operation{Op: "copy", From: "/list", Path: "/list/-"}
	deeper := Operation{Op: "copy", From: "", Path: "/list/0"}
	for _, c := range []struct {
		name string
		ops  []Operation
		want int // the index of the operation that goes too far, -1 for none
	}{
		{"copies into itself", repeated(60, double), 9},
		{"copies the whole into itself", repeated(60, deeper), 8},
		{"adds a bit each time", repeated(200, add("/list/-", `"`+strings.Repeat("y", 10_000)+`"`)), 52},
		{"moves there and back", repeated(2000, Operation{Op: "move", From: "/list", Path: "/a/list"}, Operation{Op: "move", From: "/a/list", Path: "/list"}), -1},
		{"looks often", repeated(50_000, Operation{Op: "test", Path: "/a/b", Value: []byte(`"one"`)}), -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := new(Patcher).Patch([]byte(text), nil, c.ops, Compact)
			switch {
			case c.want < 0 && err != nil:
				t.Errorf("operation %d fails: %s", err.Index, err.Message)
			case c.want >= 0 && (err == nil || !err.TooMuch || err.Index != c.want):
				t.Errorf("got %+v, want operation %d to go too far", err, c.want)
			}
		})
	}
	t.Run("of several patches", func(t *testing.T) {
		p, large := &Patcher{}, add("/list/-", `"`+strings.Repeat("y", 200_000)+`"`)
		for i := range 3 {
			if _, _, err := p.Patch([]byte(text), nil, []Operation{large}, Compact); (err != nil) != (i == 2) {
				t.Errorf("patch %d: %+v", i, err)
			}
		}
	})
	t.Run("of reading", func(t *testing.T) {
		p := &Patcher{read: maxRead - 3*len(text)}
		_, _, err := p.Patch([]byte(text), nil, repeated(200, add("/a/b", `"two"`)), Compact)
		if err == nil || !err.TooMuch || err.Index != 2 {
			t.Errorf("got %+v", err)
		}
	})
}
