package schema_test

import (
	"encoding/json"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/schema"
)

// patterns are all regular expressions of the JSON Schema.
func patterns(t *testing.T) []string {
	t.Helper()
	text, err := schema.JSONSchema()
	if err != nil {
		t.Fatal(err)
	}
	var root any
	if err := json.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	var out []string
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			for key, e := range v {
				if p, ok := e.(string); ok && key == "pattern" {
					out = append(out, p)
				}
				if key == "patternProperties" {
					for p := range e.(map[string]any) {
						out = append(out, p)
					}
				}
				walk(e)
			}
		}
	}
	walk(root)
	if len(out) < 60 {
		t.Fatalf("only %d patterns", len(out))
	}
	return out
}

// TestPatternsElsewhere: validators of other languages read the patterns as pipegen does.
func TestPatternsElsewhere(t *testing.T) {
	all := patterns(t)
	only := regexp.MustCompile(`\\x\{|\\[pPAzQE]|\[\[:|\(\?[imsU]`)
	for _, p := range all {
		if found := only.FindString(p); found != "" {
			t.Errorf("only some languages understand %q, in %q", found, p)
		}
		if _, err := regexp.Compile(p); err != nil {
			t.Error(err)
		}
	}
	list, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	// A long text that is refused at its end: what tries one way after the other must not try them all.
	for program, args := range map[string][]string{
		"node":    {"-e", `for (const p of JSON.parse(require("fs").readFileSync(0))) new RegExp(p, "u").test("é".repeat(3000) + "\u200b")`},
		"python3": {"-c", "import json, re, sys\nfor p in json.load(sys.stdin): re.search(p, 'é' * 3000 + '\\u200b')"},
	} {
		file, err := exec.LookPath(program)
		if err != nil {
			t.Logf("%s is not installed", program)
			continue
		}
		cmd := exec.Command(file, args...)
		cmd.Stdin = strings.NewReader(string(list))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", program, err, out)
		}
	}
}
