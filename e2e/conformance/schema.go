package conformance

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	crdv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"
)

const objectMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"

// definitions are the parts of an OpenAPI document, by name.
type definitions map[string]definition

type definition struct {
	crdv1.JSONSchemaProps
	Kinds []schema.GroupVersionKind `json:"x-kubernetes-group-version-kind"`
}

// loadKubernetes reads the OpenAPI of the built-in kinds. The published
// document leaves enums out, so they come from the generated Go code that the
// API server makes it from.
func loadKubernetes(dir string) (definitions, error) {
	data, err := os.ReadFile(filepath.Join(dir, "api/openapi-spec/swagger.json"))
	if err != nil {
		return nil, err
	}
	var doc struct{ Definitions definitions }
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, err
	}
	code, err := os.ReadFile(filepath.Join(dir, "pkg/generated/openapi/zz_generated.openapi.go"))
	if err != nil {
		return nil, err
	}
	return doc.Definitions, doc.Definitions.addEnums(string(code))
}

// enumLine finds, in gofmt's indentation, the start of a model, the start of
// one of its properties, and an enum at any depth of that property.
var enumLine = regexp.MustCompile(`(?m)^(?:func schema_(\w+)\(|\t{5}"(\w+)": \{$|\t{6,}Enum: +\[\]interface\{\}\{(.*)\},$)`)

func (d definitions) addEnums(code string) error {
	models := map[string]string{}
	for name := range d {
		if rest, ok := strings.CutPrefix(name, "io.k8s.api."); ok {
			models["k8sio_api_"+strings.NewReplacer(".", "_", "-", "_").Replace(rest)] = name
		}
	}
	added := 0
	var model, property string
	for _, m := range enumLine.FindAllStringSubmatch(code, -1) {
		switch {
		case m[1] != "":
			model = models[m[1]]
		case m[2] != "":
			property = m[2]
		case model != "":
			var enum []crdv1.JSON
			if err := json.Unmarshal([]byte("["+m[3]+"]"), &enum); err != nil {
				return fmt.Errorf("enum of %s.%s: %w", model, property, err)
			}
			p, ok := d[model].Properties[property]
			if !ok {
				return fmt.Errorf("enum of %s.%s: no such property", model, property)
			}
			switch {
			case p.Items != nil:
				p.Items.Schema.Enum = enum
			case p.AdditionalProperties != nil:
				p.AdditionalProperties.Schema.Enum = enum
			default:
				p.Enum = enum
			}
			d[model].Properties[property] = p
			added++
		}
	}
	if added == 0 {
		return fmt.Errorf("no enum found in the generated code of Kubernetes")
	}
	return nil
}

// inline returns the named definition with every reference replaced by what it
// refers to, in the dialect of CRDs. Within is the chain of names that led here.
func (d definitions) inline(name string, within ...string) (*crdv1.JSONSchemaProps, error) {
	def, ok := d[name]
	if !ok || slices.Contains(within, name) {
		return nil, fmt.Errorf("definition %s is missing or refers to itself", name)
	}
	s := def.JSONSchemaProps.DeepCopy()
	switch {
	case s.Format == "int-or-string":
		s.Type, s.Format, s.XIntOrString = "", "", true
	case strings.HasSuffix(name, ".api.resource.Quantity"):
		s.Type = "" // a number too; the strict decoding parses it
	case s.Type == "object" && s.Properties == nil && s.AdditionalProperties == nil:
		yes := true // RawExtension and its like: any object
		s.XPreserveUnknownFields = &yes
	}
	return s, d.resolve(s, append(within, name))
}

func (d definitions) resolve(s *crdv1.JSONSchemaProps, within []string) error {
	if s.Ref != nil {
		to, err := d.inline(strings.TrimPrefix(*s.Ref, "#/definitions/"), within...)
		if err != nil {
			return err
		}
		*s = *to
		return nil
	}
	for name, p := range s.Properties {
		if err := d.resolve(&p, within); err != nil {
			return err
		}
		s.Properties[name] = p
	}
	if s.Items != nil {
		if err := d.resolve(s.Items.Schema, within); err != nil {
			return err
		}
	}
	if s.AdditionalProperties != nil && s.AdditionalProperties.Schema != nil {
		return d.resolve(s.AdditionalProperties.Schema, within)
	}
	return nil
}

// loadCRDs reads the published definitions of kinds.
func loadCRDs() (map[schema.GroupVersionKind]*crdv1.JSONSchemaProps, error) {
	schemas := map[schema.GroupVersionKind]*crdv1.JSONSchemaProps{}
	for _, p := range published {
		dir, err := p.source.dir()
		if err != nil {
			return nil, err
		}
		for _, pattern := range p.files {
			files, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(pattern)))
			if err != nil || len(files) == 0 {
				return nil, fmt.Errorf("no %s in %s (%v)", pattern, p.source.module, err)
			}
			for _, file := range files {
				if err := loadCRD(file, schemas); err != nil {
					return nil, fmt.Errorf("%s: %w", file, err)
				}
			}
		}
	}
	return schemas, nil
}

func loadCRD(file string, schemas map[schema.GroupVersionKind]*crdv1.JSONSchemaProps) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var crd crdv1.CustomResourceDefinition
	if err := yaml.Unmarshal(data, &crd); err != nil {
		return err
	}
	for _, v := range crd.Spec.Versions {
		schemas[schema.GroupVersionKind{Group: crd.Spec.Group, Version: v.Name, Kind: crd.Spec.Names.Kind}] = v.Schema.OpenAPIV3Schema
	}
	return nil
}
