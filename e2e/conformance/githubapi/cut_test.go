package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestTheFileHasTheEndpoints: whoever changes the list has to cut anew.
func TestTheFileHasTheEndpoints(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", target))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Responses map[string]any }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if got := slices.Sorted(maps.Keys(file.Responses)); !slices.Equal(got, endpoints) {
		t.Errorf("%s has %q", target, got)
	}
}

func TestCut(t *testing.T) {
	const shape = `{
		"info": {"version": "1.2.3"},
		"paths": {"/a/{b}": {"get": {"responses": {
			"200": {"description": "d", "content": {"application/json": {"schema": %}, "text/plain": {"schema": {"type": "string"}}}},
			"304": {"description": "d"},
			"404": {"$ref": "#/components/responses/none"}
		}}}},
		"components": {
			"responses": {"none": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/basic-error"}}}}},
			"schemas": {
				"basic-error": {"type": "object", "title": "x", "properties": {"title": {"type": "string", "example": "x"}}},
				"tree": {"type": "object", "nullable": true, "properties": {"up": {"$ref": "#/components/schemas/tree"}}, "required": ["up"]},
				"named": {"properties": {"name": {"type": "string"}}, "required": ["name"]}
			}
		}
	}`
	for from, want := range map[string]string{
		`{"type": "string", "format": "date-time", "nullable": true}`:        `{"format":"date-time","type":["string","null"]}`,
		`{"type": "integer", "format": "int64", "minimum": 1, "default": 2}`: `{"minimum":1,"type":"integer"}`,
		`{"type": "string", "enum": ["a", "b"], "nullable": true}`:           `{"enum":["a","b",null],"type":["string","null"]}`,
		`{"oneOf": [{"type": "string"}], "nullable": true}`:                  `{"oneOf":[{"type":"string"},{"type":"null"}]}`,
		`{"type": "object", "additionalProperties": {"type": "string"}}`:     `{"additionalProperties":{"type":"string"},"type":"object"}`,
		`{"type": "object", "properties": {}, "additionalProperties": true}`: `{"additionalProperties":true,"properties":{},"type":"object"}`,
		`{"type": "array", "items": {"$ref": "#/components/schemas/tree"}}`:  `{"items":{"$ref":"#/$defs/tree"},"type":"array"}`,
		`{"allOf": [{"$ref": "#/components/schemas/named"}, {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}]}`://
		`{"additionalProperties":false,"properties":{"age":{"type":"integer"},"name":{"type":"string"}},"required":["name","age"],"type":"object"}`,
		`{"not": {}}`:                            "it is not known what not binds",
		`{"allOf": [{"oneOf": [{}]}]}`:           "allOf cannot merge oneOf",
		`{"allOf": [], "properties": {}}`:        "allOf stands beside properties",
		`{"$ref": "#/components/schemas/other"}`: "no schema other",
	} {
		out, err := cut([]byte(strings.Replace(shape, "%", from, 1)), []string{"GET /a/{b}"})
		if err != nil {
			out = []byte(err.Error())
		}
		if !strings.Contains(string(out), want) {
			t.Errorf("%s gives %s, want %s", from, out, want)
		}
		if err != nil {
			continue
		}
		for _, want := range []string{
			`octokit/openapi 1.2.3`, `,"404":{"$ref":"#/$defs/basic-error"}}`,
			`"basic-error": {"additionalProperties":false,"properties":{"title":{"type":"string"}},"type":"object"}`,
		} {
			if !json.Valid(out) || !strings.Contains(string(out), want) {
				t.Errorf("%s lacks %s", out, want)
			}
		}
		if defs := `"tree": {"additionalProperties":false,"properties":{"up":{"$ref":"#/$defs/tree"}},"required":["up"],"type":["object","null"]}`; strings.Contains(string(out), defs) != strings.Contains(from, "tree") {
			t.Errorf("%s has what nobody refers to, or lacks the tree", out)
		}
	}
	if _, err := cut([]byte(strings.Replace(shape, "%", "{}", 1)), []string{"PUT /a/{b}"}); err == nil {
		t.Error("an endpoint that the description does not have is cut")
	}
}
