package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// schema is one of OpenAPI 3.0, or of JSON Schema once it was converted.
type schema = map[string]any

// silent are the keywords that bind nobody.
var silent = []string{"default", "deprecated", "description", "discriminator", "example", "examples", "nullable", "title"}

// converter makes JSON Schemas of those in a description, and keeps those that it refers to.
type converter struct {
	from description
	defs schema
}

// reference refers to a schema by its name, and converts it the first time.
func (c *converter) reference(name string) (schema, error) {
	if _, known := c.defs[name]; !known {
		from, ok := c.from.Components.Schemas[name]
		if !ok {
			return nil, fmt.Errorf("the description has no schema %s", name)
		}
		// A schema may refer to itself.
		c.defs[name] = nil
		converted, err := c.convert(from)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		c.defs[name] = converted
	}
	return schema{"$ref": "#/$defs/" + name}, nil
}

// convert keeps what binds. An object that names its fields has no others: the description
// leaves that open, and so would let every misspelt name pass.
func (c *converter) convert(s schema) (schema, error) {
	if ref, ok := s["$ref"].(string); ok {
		return c.reference(base(ref))
	}
	out := schema{}
	for key, value := range s {
		err := error(nil)
		switch key {
		case "type", "required", "enum", "minimum", "maximum":
			out[key] = value
		case "format":
			if value != "int64" {
				out[key] = value
			}
		case "items":
			out[key], err = c.convert(value.(schema))
		case "additionalProperties":
			out[key] = value
			if of, ok := value.(schema); ok {
				out[key], err = c.convert(of)
			}
		case "properties":
			out[key], err = c.fields(value.(schema))
		case "oneOf", "anyOf":
			out[key], err = c.each(value.([]any))
		case "allOf":
			if s["properties"] != nil {
				return nil, errors.New("allOf stands beside properties")
			}
			err = c.merge(out, value.([]any))
		default:
			if !slices.Contains(silent, key) && !strings.HasPrefix(key, "x-") {
				err = fmt.Errorf("it is not known what %s binds", key)
			}
		}
		if err != nil {
			return nil, err
		}
	}
	if _, open := out["additionalProperties"]; out["properties"] != nil && !open {
		out["additionalProperties"] = false
	}
	if s["nullable"] == true {
		takeNull(out)
	}
	return out, nil
}

func (c *converter) fields(from schema) (any, error) {
	out := schema{}
	for name, s := range from {
		converted, err := c.convert(s.(schema))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out[name] = converted
	}
	return out, nil
}

func (c *converter) each(from []any) (any, error) {
	var out []any
	for _, s := range from {
		converted, err := c.convert(s.(schema))
		if err != nil {
			return nil, err
		}
		out = append(out, converted)
	}
	return out, nil
}

// merge makes one object of several: side by side, each would refuse the others' fields.
func (c *converter) merge(into schema, from []any) error {
	fields, required := schema{}, []any{}
	for _, s := range from {
		part := s.(schema)
		if ref, ok := part["$ref"].(string); ok {
			part = c.from.Components.Schemas[base(ref)]
		}
		converted, err := c.convert(part)
		if err != nil {
			return err
		}
		for key, value := range converted {
			switch key {
			case "properties":
				for name, s := range value.(schema) {
					fields[name] = s
				}
			case "required":
				required = append(required, value.([]any)...)
			case "type", "additionalProperties":
			default:
				return fmt.Errorf("allOf cannot merge %s", key)
			}
		}
	}
	into["type"], into["properties"], into["required"] = "object", fields, required
	return nil
}

// takeNull lets a schema take null, which OpenAPI 3.0 says beside the type.
func takeNull(s schema) {
	if kind, ok := s["type"]; ok {
		s["type"] = []any{kind, "null"}
	}
	if values, ok := s["enum"].([]any); ok {
		s["enum"] = append(slices.Clone(values), nil)
	}
	for _, key := range []string{"oneOf", "anyOf"} {
		if choices, ok := s[key].([]any); ok {
			s[key] = append(choices, schema{"type": "null"})
		}
	}
}

// base is the name at the end of a reference.
func base(ref string) string { return ref[strings.LastIndex(ref, "/")+1:] }
