package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// description is what is read of GitHub's.
type description struct {
	Info  struct{ Version string }
	Paths map[string]map[string]struct {
		Responses map[string]response
	}
	Components struct {
		Schemas   map[string]schema
		Responses map[string]response
	}
}

type response struct {
	Ref     string `json:"$ref"`
	Content map[string]struct{ Schema schema }
}

// cut is the JSON Schema of every answer in JSON to the endpoints, with one line for an
// endpoint and one for a definition.
func cut(text []byte, endpoints []string) ([]byte, error) {
	c := converter{defs: schema{}}
	if err := json.Unmarshal(text, &c.from); err != nil {
		return nil, err
	}
	// Whatever no endpoint lists, such as 401, is an error like all others.
	if _, err := c.reference("basic-error"); err != nil {
		return nil, err
	}
	responses := schema{}
	for _, e := range endpoints {
		answers, err := c.answers(e)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e, err)
		}
		responses[e] = answers
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\n\"$comment\": \"Cut by e2e/conformance/githubapi from the npm package @octokit/openapi %s: GitHub's description of its REST API. MIT License, Copyright (c) 2020 Octokit contributors.\",\n", c.from.Info.Version)
	fmt.Fprintf(&out, "\"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n")
	if err := list(&out, "responses", responses, ",\n"); err != nil {
		return nil, err
	}
	err := list(&out, "$defs", c.defs, "\n}\n")
	return out.Bytes(), err
}

// answers are the schemas of an endpoint by their status.
func (c *converter) answers(endpoint string) (schema, error) {
	method, path, _ := strings.Cut(endpoint, " ")
	responses := c.from.Paths[path][strings.ToLower(method)].Responses
	if len(responses) == 0 {
		return nil, fmt.Errorf("the description has no answers")
	}
	out := schema{}
	for status, r := range responses {
		if r.Ref != "" {
			r = c.from.Components.Responses[base(r.Ref)]
		}
		// A redirect has no body.
		if body, ok := r.Content["application/json"]; ok {
			converted, err := c.convert(body.Schema)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", status, err)
			}
			out[status] = converted
		}
	}
	return out, nil
}

// list writes an object with a line for each entry, in the order of their names.
func list(out *bytes.Buffer, name string, entries schema, end string) error {
	fmt.Fprintf(out, "%q: {", name)
	separator := "\n"
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		text, err := json.Marshal(entries[name])
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s%q: %s", separator, name, text)
		separator = ",\n"
	}
	out.WriteString("\n}" + end)
	return nil
}
