package judge

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/build"
	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/rules"
)

// TestFigures: what a kind calls calculated is read by its proof. Somewhere in the output of a spec with every promise, of
// one with a job, and of one with autoscalers, there is a value that the proof refuses, for each of them.
func TestFigures(t *testing.T) {
	type figure struct {
		kind string
		criteria.Pattern
	}
	var left []figure
	for _, k := range criteria.Kinds() {
		for _, p := range k.Support {
			if p.Figure {
				left = append(left, figure{k.Name, p.Compile()})
			}
		}
	}
	if len(left) < 10 {
		t.Fatal("only", len(left), "figures")
	}
	for _, spec := range []string{"every-promise", "workers", "shop-on-eks", "canary"} {
		text, err := os.ReadFile("../../specs/" + spec + "/pipeline.cue")
		if err != nil {
			t.Fatal(err)
		}
		built, found, err := build.Text(specFile, text, generate.Options{SpecFile: specFile})
		if err != nil || built == nil {
			t.Fatal(found, err)
		}
		// A promise of a time for those who wait for a job.
		if _, ok := built.Plan.Criterion("synced"); !ok {
			text = []byte(strings.Replace(string(text), "criteria: {", "criteria: {\n\tinTime: {statement: \"A commit is live in time.\", synced: within: \"25m\"}\n", 1))
		}
		for _, f := range built.Set.Files() {
			for _, place := range scalarsOf(t, built.Plan, f) {
				left = slices.DeleteFunc(left, func(fig figure) bool {
					_, ok := fig.Match(built.Plan.Usual(f.Path), place.key, place.step, place.text)
					return ok && refused(t, text, f.Path, place.pointer, fig.kind)
				})
			}
		}
	}
	for _, f := range left {
		t.Errorf("%s calls %+v calculated, and its proof takes every value", f.kind, f.Part)
	}
}

type scalar struct{ key, pointer, step, text string }

// scalarsOf are the values of a file.
func scalarsOf(t *testing.T, p plan.Plan, f artifact.File) []scalar {
	t.Helper()
	var doc yaml.Node
	if !strings.HasSuffix(f.Path, ".yaml") || f.Owner != artifact.Generated {
		return nil
	}
	if err := yaml.Unmarshal(f.Content, &doc); err != nil {
		t.Fatal(err)
	}
	var out []scalar
	var walk func(at scalar, y *yaml.Node)
	walk = func(at scalar, y *yaml.Node) {
		switch y.Kind {
		case yaml.DocumentNode:
			walk(at, y.Content[0])
		case yaml.MappingNode:
			for i := 0; i < len(y.Content); i += 2 {
				next, name := at, y.Content[i].Value
				next.key = strings.TrimPrefix(at.key+"."+name, ".")
				next.pointer += "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
				walk(next, y.Content[i+1])
			}
		case yaml.SequenceNode:
			for i, entry := range y.Content {
				next := at
				next.pointer += fmt.Sprintf("/%d", i)
				if keys := strings.Split(at.key, "."); len(keys) == 3 && keys[2] == "steps" {
					for j := 0; j < len(entry.Content); j += 2 {
						if entry.Content[j].Value == "name" {
							next.step = p.JobsIn(f.Path).Find(keys[1]).StepCalled(entry.Content[j+1].Value).ID
						}
					}
				}
				walk(next, entry)
			}
		case yaml.ScalarNode:
			at.text = y.Value
			if keys := strings.SplitN(at.key, ".", 3); keys[0] == "jobs" && len(keys) == 3 {
				keys[1] = p.UsualJob(keys[1])
				at.key = strings.Join(keys, ".")
			}
			out = append(out, at)
		}
	}
	walk(scalar{}, &doc)
	return out
}

// refused reports whether the proof of a kind refuses one of a few values in a place.
func refused(t *testing.T, spec []byte, file, pointer, kind string) bool {
	t.Helper()
	for _, value := range []string{"0", "1", "100000", `"LOW"`} {
		patch := fmt.Sprintf("\npatches: [{file: %q, reason: \"It is tried.\", ops: [{op: \"replace\", path: %q, value: %s}]}]\n", file, pointer, value)
		text := strings.Replace(string(spec), "patches:", "_patches:", 1) + patch
		loaded, _, err := build.Text(specFile, []byte(text), generate.Options{SpecFile: specFile})
		if err != nil || loaded == nil {
			continue
		}
		found, err := Check([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range loaded.Plan.Criteria {
			if c.Kind == kind && slices.ContainsFunc(found, func(d diag.Diagnostic) bool { return rules.IsUnkept(d, c.ID) }) {
				return true
			}
		}
	}
	return false
}

// TestLeastPerEnvironment: a promise about the number of pods is held against what each environment is rendered to, where
// an overlay has its own least number for an autoscaler.
func TestLeastPerEnvironment(t *testing.T) {
	text, err := os.ReadFile("../../specs/shop-on-eks/pipeline.cue")
	if err != nil {
		t.Fatal(err)
	}
	for file, unkept := range map[string]bool{
		"base/api/horizontalpodautoscaler.yaml":                 true,  // production has it from there
		"base/shop/horizontalpodautoscaler.yaml":                false, // each environment has its own
		"overlays/production/shop-horizontalpodautoscaler.yaml": true,
		"overlays/staging/shop-horizontalpodautoscaler.yaml":    false, // nothing is promised there
	} {
		for _, kind := range []string{"replicas", "zeroDowntime"} {
			if got := refused(t, text, "webshop/"+file, "/spec/minReplicas", kind); got != unkept {
				t.Errorf("%s: the proof of %s refuses too few pods: %t", file, kind, got)
			}
		}
	}
}
