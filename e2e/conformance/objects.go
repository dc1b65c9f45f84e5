package conformance

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	crdv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Objects returns the table of fields that the product has in internal/openapi: a line for
// each kind, for each part that kinds share, and for each version of a kind that no
// Kubernetes serves any more.
func Objects() ([]byte, error) {
	dir, err := kubernetes.dir()
	if err != nil {
		return nil, err
	}
	c := cutter{lines: map[string][]byte{}, count: map[string]int{}, named: map[string]string{}}
	if c.builtin, err = loadKubernetes(dir); err != nil {
		return nil, err
	}
	for name, def := range c.builtin {
		// Several kinds: an option of a request. No metadata, or a part of the machinery: the answer to one.
		_, object := def.Properties["metadata"]
		if object && len(def.Kinds) == 1 && !strings.HasSuffix(name, "List") && !strings.HasPrefix(name, machinery) {
			if err := c.kind(def.Kinds[0], def.JSONSchemaProps); err != nil {
				return nil, err
			}
		}
	}
	if err := c.part(objectMeta); err != nil {
		return nil, err
	}
	crds, err := loadCRDs()
	if err != nil {
		return nil, err
	}
	kinds := slices.SortedFunc(maps.Keys(crds), func(a, b schema.GroupVersionKind) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.String(), b.String()))
	})
	for _, gvk := range kinds {
		for at, part := range ofKubernetes[gvk.Kind] {
			if !refer(crds[gvk], strings.Split(at, "."), part) {
				return nil, fmt.Errorf("%s has no %s", gvk.Kind, at)
			}
		}
		c.counted(reduced(crds[gvk]))
	}
	for _, gvk := range kinds {
		if err := c.kind(gvk, *crds[gvk]); err != nil {
			return nil, err
		}
	}
	for _, s := range []source{api, olderAPI} {
		if dir, err = s.dir(); err != nil {
			return nil, err
		}
		if err := c.removed(dir); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s", kubernetes.module)
	for _, p := range published {
		fmt.Fprintf(&b, " %s", p.source.module)
	}
	fmt.Fprintln(&b)
	for _, name := range slices.Sorted(maps.Keys(c.lines)) {
		fmt.Fprintf(&b, "%s %s\n", name, c.lines[name])
	}
	return b.Bytes(), nil
}

// ofKubernetes are the fields of kinds that hold a part of Kubernetes, which their definitions write out in full.
var ofKubernetes = map[string]map[string]string{
	"Rollout":          {"spec.template": "io.k8s.api.core.v1.PodTemplateSpec"},
	"AnalysisTemplate": {"spec.metrics.provider.job.spec": "io.k8s.api.batch.v1.JobSpec"},
}

// refer puts a reference to a part into a field, which may be below lists.
func refer(s *crdv1.JSONSchemaProps, at []string, part string) bool {
	for s.Items != nil {
		s = s.Items.Schema
	}
	p, ok := s.Properties[at[0]]
	if ok && len(at) == 1 {
		part = "#/definitions/" + part
		p = crdv1.JSONSchemaProps{Ref: &part}
	} else if ok {
		ok = refer(&p, at[1:], part)
	}
	s.Properties[at[0]] = p
	return ok
}

// machinery begins the names of what is no object of its own.
const machinery = "io.k8s.apimachinery."

type cutter struct {
	builtin definitions
	lines   map[string][]byte
	// count is how often a part of a CRD occurs, by its text, and named are those that have a line of their own.
	count map[string]int
	named map[string]string
}

func (c *cutter) kind(gvk schema.GroupVersionKind, s crdv1.JSONSchemaProps) error {
	s.Properties = maps.Clone(s.Properties)
	for _, same := range []string{"apiVersion", "kind", "metadata"} {
		delete(s.Properties, same) // those of all objects
	}
	s.Required = slices.DeleteFunc(slices.Clone(s.Required), func(name string) bool { return name == "metadata" })
	if _, ok := s.Properties["status"]; ok {
		s.Properties["status"] = crdv1.JSONSchemaProps{} // the cluster writes it
	}
	return c.line("kind "+gvk.GroupVersion().String()+" "+gvk.Kind, &s)
}

// part writes a definition of Kubernetes, which others refer to by its name.
func (c *cutter) part(name string) error {
	line := "part " + short(name)
	if _, ok := c.lines[line]; ok {
		return nil
	}
	def, ok := c.builtin[name]
	if !ok {
		return fmt.Errorf("no definition %s", name)
	}
	c.lines[line] = nil // against loops
	s := def.JSONSchemaProps
	if strings.HasSuffix(name, ".api.resource.Quantity") {
		s.Format = "quantity"
	}
	return c.line(line, &s)
}

func short(name string) string {
	return strings.NewReplacer("io.k8s.api.", "", "io.k8s.apimachinery.pkg.", "", "io.k8s.", "").Replace(name)
}

func (c *cutter) line(name string, s *crdv1.JSONSchemaProps) error {
	r := reduced(s)
	if err := c.follow(r); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := c.share(r); err != nil {
		return err
	}
	text, err := json.Marshal(r)
	c.lines[name] = text
	return err
}

// fields is what is kept of a schema, under the names of JSON Schema.
type fields struct {
	Ref                  string             `json:"$ref,omitempty"`
	Type                 string             `json:"type,omitempty"`
	Format               string             `json:"format,omitempty"`
	Enum                 []crdv1.JSON       `json:"enum,omitempty"`
	Required             []string           `json:"required,omitempty"`
	Items                *fields            `json:"items,omitempty"`
	AdditionalProperties *fields            `json:"additionalProperties,omitempty"`
	Properties           map[string]*fields `json:"properties,omitempty"`
	PreserveUnknown      bool               `json:"x-kubernetes-preserve-unknown-fields,omitempty"`
	IntOrString          bool               `json:"x-kubernetes-int-or-string,omitempty"`
}

func reduced(s *crdv1.JSONSchemaProps) *fields {
	r := &fields{Type: s.Type, Enum: s.Enum, Required: s.Required, IntOrString: s.XIntOrString || s.Format == "int-or-string"}
	if s.Ref != nil {
		r.Ref = strings.TrimPrefix(*s.Ref, "#/definitions/")
	}
	if s.Format == "quantity" {
		r.Format = s.Format
	}
	if r.IntOrString {
		r.Type = ""
	}
	r.PreserveUnknown = s.XPreserveUnknownFields != nil && *s.XPreserveUnknownFields
	if s.Items != nil {
		r.Items = reduced(s.Items.Schema)
	}
	if a := s.AdditionalProperties; a != nil && a.Schema != nil {
		r.AdditionalProperties = reduced(a.Schema)
	}
	for name, p := range s.Properties {
		if r.Properties == nil {
			r.Properties = map[string]*fields{}
		}
		r.Properties[name] = reduced(&p)
	}
	return r
}

// below calls f with the parts of a schema.
func (f *fields) below(visit func(*fields) error) error {
	for _, name := range slices.Sorted(maps.Keys(f.Properties)) {
		if err := visit(f.Properties[name]); err != nil {
			return err
		}
	}
	for _, p := range []*fields{f.Items, f.AdditionalProperties} {
		if p != nil {
			if err := visit(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// follow shortens references, and writes what they refer to.
func (c *cutter) follow(f *fields) error {
	if f.Ref != "" {
		if err := c.part(f.Ref); err != nil {
			return err
		}
		f.Ref = short(f.Ref)
	}
	return f.below(c.follow)
}

// worth is how many bytes a part of a CRD has at least if it gets a line of its own.
const worth = 60

// counted counts the parts of a CRD, and returns the text of the whole.
func (c *cutter) counted(f *fields) string {
	_ = f.below(func(p *fields) error { c.counted(p); return nil })
	text, err := json.Marshal(f)
	if err != nil {
		panic(err) // it was read from JSON
	}
	c.count[string(text)]++
	return string(text)
}

// share gives a line to each part of a CRD that occurs more than once: the generators of an ApplicationSet contain
// the template of an Application many times.
func (c *cutter) share(f *fields) error {
	return f.below(func(p *fields) error {
		text, err := json.Marshal(p)
		if err != nil {
			return err
		}
		if c.count[string(text)] < 2 || len(text) < worth {
			return c.share(p)
		}
		name, ok := c.named[string(text)]
		if !ok {
			name = fmt.Sprintf("argocd.%d", len(c.named)+1)
			c.named[string(text)] = name
			if err := c.share(p); err != nil {
				return err
			}
			if c.lines["part "+name], err = json.Marshal(p); err != nil {
				return err
			}
		}
		*p = fields{Ref: name}
		return nil
	})
}

// lifecycle finds, in the code that Kubernetes generates from its comments, when a kind was removed and what replaced it.
var lifecycle = regexp.MustCompile(`(?s)func \(in \*(\w+)\) APILifecycle(Replacement|Removed)\(\) [^{]* \{\s*return (.*?)\n\}`)

var replacement = regexp.MustCompile(`Group: "([^"]*)", Version: "([^"]*)", Kind: "([^"]*)"`)

// removed lists the versions of kinds that are not served any more.
func (c *cutter) removed(dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*/*/zz_generated.prerelease-lifecycle.go"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("no life cycles in %s (%v)", dir, err)
	}
	for _, file := range files {
		code, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		group, err := groupOf(filepath.Dir(file))
		if err != nil {
			return err
		}
		gv := schema.GroupVersion{Group: group, Version: filepath.Base(filepath.Dir(file))}
		in, successor := map[string]string{}, map[string]string{}
		for _, m := range lifecycle.FindAllStringSubmatch(string(code), -1) {
			if m[2] == "Removed" {
				in[m[1]] = strings.ReplaceAll(m[3], ", ", ".")
			} else if r := replacement.FindStringSubmatch(m[3]); r != nil {
				successor[m[1]] = schema.GroupVersion{Group: r[1], Version: r[2]}.String() + " " + r[3]
			}
		}
		for kind, release := range in {
			name := gv.String() + " " + kind
			if c.lines["kind "+name] != nil || c.lines["gone "+name] != nil || strings.HasSuffix(kind, "List") || version(release) > version(kubernetes.module) {
				continue
			}
			if c.lines["gone "+name], err = json.Marshal(map[string]string{"release": release, "successor": successor[kind]}); err != nil {
				return err
			}
		}
	}
	return nil
}

// minor finds the second number of a version.
var minor = regexp.MustCompile(`1\.(\d+)`)

func version(of string) int {
	n, _ := strconv.Atoi(minor.FindStringSubmatch(of)[1])
	return n
}

var groupName = regexp.MustCompile(`const GroupName = "([^"]*)"`)

func groupOf(dir string) (string, error) {
	code, err := os.ReadFile(filepath.Join(dir, "register.go"))
	if err != nil {
		return "", err
	}
	m := groupName.FindSubmatch(code)
	if m == nil {
		return "", fmt.Errorf("%s names no group", dir)
	}
	return string(m[1]), nil
}
