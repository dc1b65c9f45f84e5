package conformance

import (
	"context"
	"errors"
	"fmt"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	crdv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	metavalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"
)

// Validator knows the kinds of the pinned Kubernetes and Argo CD. It is not
// safe for concurrent use.
type Validator struct {
	builtin  definitions
	schemas  map[schema.GroupVersionKind]*crdv1.JSONSchemaProps
	compiled map[schema.GroupVersionKind]*compiled
	strict   runtime.Decoder
}

type compiled struct {
	structure *structural.Structural
	validator validation.SchemaValidator
	rules     *cel.Validator // nil: the kind has none
}

// NewValidator reads the schemas from the sources of the pinned modules.
func NewValidator() (*Validator, error) {
	dir, err := kubernetes.dir()
	if err != nil {
		return nil, err
	}
	builtin, err := loadKubernetes(dir)
	if err != nil {
		return nil, err
	}
	schemas, err := loadCRDs()
	if err != nil {
		return nil, err
	}
	for name, def := range builtin {
		if len(def.Kinds) == 1 { // several: an option of a request, not an object
			schemas[def.Kinds[0]] = &crdv1.JSONSchemaProps{Ref: &name}
		}
	}
	return &Validator{builtin, schemas, map[schema.GroupVersionKind]*compiled{}, json.NewSerializerWithOptions(
		json.DefaultMetaFactory, scheme.Scheme, scheme.Scheme, json.SerializerOptions{Yaml: true, Strict: true})}, nil
}

// Validate returns everything that is wrong with one YAML document.
func (v *Validator) Validate(document []byte) error {
	raw, err := yaml.YAMLToJSONStrict(document)
	if err != nil {
		return err
	}
	u := &unstructured.Unstructured{}
	if err := u.UnmarshalJSON(raw); err != nil {
		return err
	}
	gvk := u.GroupVersionKind()
	c, err := v.compile(gvk)
	if err != nil {
		return err
	}
	problems := []error{
		validation.ValidateCustomResource(nil, u.Object, c.validator).ToAggregate(),
		listtype.ValidateListSetsAndMaps(nil, c.structure, u.Object).ToAggregate(),
		metavalidation.ValidateObjectMetaAccessor(u, u.GetNamespace() != "",
			metavalidation.NameIsDNSSubdomain, field.NewPath("metadata")).ToAggregate(),
	}
	if c.rules != nil {
		broken, _ := c.rules.Validate(context.Background(), nil, c.structure, u.Object, nil, celconfig.RuntimeCELCostBudget)
		problems = append(problems, broken.ToAggregate())
	}
	if scheme.Scheme.Recognizes(gvk) {
		_, _, err := v.strict.Decode(document, nil, nil)
		problems = append(problems, err)
	}
	// Last, because it takes out what it reports.
	for _, path := range pruning.PruneWithOptions(u.Object, c.structure, false,
		structural.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}) {
		problems = append(problems, fmt.Errorf("unknown field %s", path))
	}
	if err := errors.Join(problems...); err != nil {
		return fmt.Errorf("%s %q: %w", gvk.Kind, u.GetName(), err)
	}
	return nil
}

func (v *Validator) compile(gvk schema.GroupVersionKind) (*compiled, error) {
	if c, ok := v.compiled[gvk]; ok {
		return c, nil
	}
	s, ok := v.schemas[gvk]
	if !ok {
		return nil, fmt.Errorf("unknown kind %s", gvk)
	}
	if err := v.builtin.resolve(s, nil); err != nil {
		return nil, err
	}
	// A CRD says of its metadata only that it is an object.
	meta, err := v.builtin.inline(objectMeta)
	if err != nil {
		return nil, err
	}
	meta.Required = []string{"name"}
	s.Properties["metadata"] = *meta
	s.Required = append(s.Required, "metadata")

	var internal apiextensions.JSONSchemaProps
	if err := crdv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(s, &internal, nil); err != nil {
		return nil, err
	}
	c := &compiled{}
	if c.structure, err = structural.NewStructural(&internal); err != nil {
		return nil, fmt.Errorf("schema of %s: %w", gvk, err)
	}
	if c.validator, _, err = validation.NewSchemaValidator(&internal); err != nil {
		return nil, fmt.Errorf("schema of %s: %w", gvk, err)
	}
	c.rules = cel.NewValidator(c.structure, true, celconfig.PerCallLimit)
	v.compiled[gvk] = c
	return c, nil
}
