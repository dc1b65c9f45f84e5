package change_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/build"
	"github.com/pipegen/pipegen/internal/change"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/pins"
)

func readFile(t testing.TB, parts ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(append([]string{"..", ".."}, parts...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// side compiles a spec; ok is false where it is not valid.
func side(t testing.TB, text string, pins map[string]pins.Pin) (s change.Side, why string, ok bool) {
	t.Helper()
	built, found, err := build.Text("pipeline.cue", []byte(text), generate.Options{SpecFile: "pipeline.cue", Pins: pins})
	if err != nil {
		t.Fatal(err)
	}
	if built == nil {
		return s, found[0].Message, false
	}
	return change.Side{Spec: built.Loaded.Spec, Plan: built.Plan, Files: built.Set.Files(), Text: []byte(text), Locate: built.Loaded.Locate}, "", true
}

// sides are those that were compiled: many edits begin at the same example.
var sides = map[string]change.Side{}

func mustSide(t testing.TB, text string) change.Side {
	t.Helper()
	if s, ok := sides[text]; ok {
		return s
	}
	s, why, ok := side(t, text, nil)
	if !ok {
		t.Fatal(why)
	}
	sides[text] = s
	return s
}

// renderer renders what differs from one case to the next.
var renderer = check.NewRenderer()

func compare(t testing.TB, a, b change.Side) change.Comparison {
	t.Helper()
	return compareBy(t, a, b, renderer.Overlays)
}

// quickly compares without rendered objects, where these are not what is tested.
func quickly(t testing.TB, a, b change.Side) change.Comparison {
	t.Helper()
	return compareBy(t, a, b, func([]artifact.File) func(string) ([]*yaml.Node, error) {
		return func(string) ([]*yaml.Node, error) { return nil, nil }
	})
}

func compareBy(t testing.TB, a, b change.Side, render change.Render) change.Comparison {
	t.Helper()
	c, err := change.Compare(a, b, render)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range c.Changes {
		if len(x.Reasons) == 0 {
			t.Fatalf("%s has no reason", x.Path)
		}
	}
	return c
}

// edited is a spec with pairs of old and new text replaced, each of which must be in the spec.
func edited(t testing.TB, text string, pairs ...string) string {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i] == "" {
			text += "\n" + pairs[i+1] + "\n"
			continue
		}
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("the spec does not have %q", pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return text
}

// codes are the codes of all reasons, with their class.
func codes(c change.Comparison) map[string]change.Class {
	out := map[string]change.Class{}
	for _, x := range c.Changes {
		for _, r := range x.Reasons {
			out[r.Code] = r.Class
		}
	}
	return out
}

type tree = map[string]any

func base(t testing.TB, name string) tree {
	t.Helper()
	var out tree
	if err := json.Unmarshal([]byte(readFile(t, "generate", "testdata", name+".json")), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func encode(t testing.TB, v tree) string {
	t.Helper()
	out, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
