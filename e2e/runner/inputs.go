package runner

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/e2e/runner/standins"
	"github.com/pipegen/pipegen/templates"
)

// realInputs are those in the action.yml of each action, by its repository. Where one of them is unknown GitHub only warns.
func realInputs(t *testing.T) map[string][]string {
	t.Helper()
	text, err := templates.Files.ReadFile("actions.json")
	check(t, err)
	var table map[string]struct{ Inputs []string }
	check(t, json.Unmarshal(text, &table))
	out := map[string][]string{}
	for repository, action := range table {
		out[repository] = action.Inputs
	}
	return out
}

// understandInputs fails the test where a step gives an action an input that the real one or its stand-in does not have:
// act would leave it out without a word.
func understandInputs(t *testing.T, workflow string) {
	t.Helper()
	var parsed struct {
		Jobs map[string]struct {
			Steps []struct {
				Uses string
				With map[string]any
			}
		}
	}
	check(t, yaml.Unmarshal([]byte(workflow), &parsed))
	known := realInputs(t)
	for id, job := range parsed.Jobs {
		for _, step := range job.Steps {
			if step.Uses == "" {
				continue
			}
			name, repository := standins.ActionName(step.Uses)
			text, err := os.ReadFile(filepath.Join("../runner/standins/actions", name, "action.yml"))
			check(t, err)
			var standIn struct{ Inputs map[string]any }
			check(t, yaml.Unmarshal(text, &standIn))
			for input := range step.With {
				if _, ok := standIn.Inputs[input]; !ok || !slices.Contains(known[repository], input) {
					t.Fatalf("%s gives %s the input %s, which the real one or its stand-in does not have", id, name, input)
				}
			}
		}
	}
}
