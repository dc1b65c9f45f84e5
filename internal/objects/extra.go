package objects

import (
	"bytes"
	"encoding/json"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// Fault is what keeps a file of schemas from being read.
type Fault struct {
	File artifact.File
	Line int
	Says string
}

// source is a file of schemas.
type source struct {
	artifact.File
	parsed      bool
	definitions []definition
}

// more is the schema that the further files have for a kind, or nil. Kubernetes has its own groups to itself. Only a
// file that names the kind is parsed: those of an operator may have megabytes.
func (k *Kinds) more(apiVersion, kind string) *field {
	group, version, _ := strings.Cut(apiVersion, "/")
	if versions()[apiVersion] != nil && !slices.Contains(partial, group) {
		return nil
	}
	for _, f := range k.extra {
		if isFor(f.Path, group, version, kind) {
			var schema map[string]any
			if err := json.Unmarshal(f.Content, &schema); err == nil {
				return fieldOf(schema, maxDepth)
			} else if !f.parsed {
				f.parsed = true
				k.Faults = append(k.Faults, Fault{f.File, 1, "this is no JSON Schema: " + err.Error()})
			}
		}
		if !mentions(f.Content, "CustomResourceDefinition", kind, group) {
			continue
		}
		for _, d := range k.definitionsIn(f) {
			if schema := d.schema(group, version, kind); schema != nil {
				return schema
			}
		}
	}
	return nil
}

// isFor reports whether a file has the name of a JSON Schema for a kind.
func isFor(file, group, version, kind string) bool {
	first, _, _ := strings.Cut(group, ".")
	name, kind := strings.ToLower(path.Base(file)), strings.ToLower(kind)
	return name == kind+"_"+version+".json" && path.Base(path.Dir(file)) == group || name == kind+"-"+first+"-"+version+".json"
}

func mentions(content []byte, words ...string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !bytes.Contains(content, []byte(w)) })
}

// definition is a CustomResourceDefinition, or a List of them.
type definition struct {
	Kind string
	Spec struct {
		Group    string
		Names    struct{ Kind string }
		Versions []struct {
			Name   string
			Schema struct {
				OpenAPI any `yaml:"openAPIV3Schema"`
			}
		}
	}
	Items []definition
}

func (d definition) schema(group, version, kind string) *field {
	for _, item := range d.Items {
		if f := item.schema(group, version, kind); f != nil {
			return f
		}
	}
	if d.Kind != "CustomResourceDefinition" || d.Spec.Group != group || d.Spec.Names.Kind != kind {
		return nil
	}
	for _, v := range d.Spec.Versions {
		if v.Name == version && v.Schema.OpenAPI != nil {
			return fieldOf(v.Schema.OpenAPI, maxDepth)
		}
	}
	return nil
}

// definitionsIn are the documents of a file. Those of other kinds may be among them.
func (k *Kinds) definitionsIn(f *source) []definition {
	if f.parsed {
		return f.definitions
	}
	f.parsed = true
	roots, says, line := pipeline.Decode(f.Content, nil)
	if says != "" {
		k.Faults = append(k.Faults, Fault{f.File, line, "this is no valid YAML: " + says})
	}
	for _, root := range roots {
		var d definition
		_ = root.Decode(&d) // what is of another type is no CustomResourceDefinition
		f.definitions = append(f.definitions, d)
	}
	return f.definitions
}
