package pipeline_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/pipeline"
)

const shop = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata:
  name: shop
  namespace: argocd
spec:
  goTemplate: true
  generators:
  - list:
      elements:
      - name: shop-staging
        path: shop/staging
        weight: 1000000
      - name: shop
        path: shop/production
        weight: 2
  template:
    metadata:
      name: '{{ .name }}'
      namespace: elsewhere
      annotations:
        '{{ .name }}/weight': w{{.weight}}
    spec:
      project: shop
      source:
        path: 'trees/{{- .path -}}/live'
      syncPolicy:
        automated:
          prune: true
`

func parse(t *testing.T, text string) *yaml.Node {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Content[0]
}

func TestExpand(t *testing.T) {
	apps, faults := pipeline.Expand(parse(t, shop), true, false)
	if len(faults) > 0 || len(apps) != 2 {
		t.Fatalf("%d Applications, %v", len(apps), faults)
	}
	text, err := yaml.Marshal(apps[0].Object)
	if err != nil {
		t.Fatal(err)
	}
	const want = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
    name: shop-staging
    annotations:
        shop-staging/weight: w1e+06
    namespace: argocd
spec:
    project: shop
    source:
        path: trees/shop/staging/live
    syncPolicy:
        automated:
            prune: true
`
	if string(text) != want {
		t.Errorf("got\n%s", text)
	}
	if apps[0].Line != 11 || apps[1].Line != 14 {
		t.Errorf("the elements are in lines %d and %d", apps[0].Line, apps[1].Line)
	}
}

// TestLines: a value that comes from an element alone has the element's line, and every other value the template's.
func TestLines(t *testing.T) {
	apps, _ := pipeline.Expand(parse(t, shop), true, false)
	metadata := apps[1].Object.Content[5]
	if at := apps[1].Object.Content[4].Line; at != 18 {
		t.Errorf("metadata is in line %d", at)
	}
	name, annotations := metadata.Content[0], metadata.Content[3]
	if name.Line != 14 || annotations.Content[0].Line != 22 {
		t.Errorf("the name is in line %d, the annotation in %d", name.Line, annotations.Content[0].Line)
	}
}

// TestMatrix: each element of the first list comes with each of the second.
func TestMatrix(t *testing.T) {
	const clusters = `  - matrix:
      generators:
      - list:
          elements: [{environment: staging}, {environment: production}]
      - list:
          elements: [{cluster: eu}, {cluster: us}]
`
	i, j := strings.Index(shop, "  - list:"), strings.Index(shop, "  template:")
	text := strings.NewReplacer("'{{ .name }}'\n", "'{{ .environment }}-{{ .cluster }}'\n", "'{{ .name }}/weight': w{{.weight}}", "x: '{{ .cluster }}'", "{{- .path -}}", "{{ .environment }}").Replace(shop[:i] + clusters + shop[j:])
	names := func(text string) (out []string, faults []pipeline.SetFault) {
		apps, faults := pipeline.Expand(parse(t, text), true, false)
		for _, a := range apps {
			out = append(out, a.Object.Content[5].Content[1].Value)
		}
		return out, faults
	}
	if got, faults := names(text); len(faults) > 0 || !slices.Equal(got, []string{"staging-eu", "staging-us", "production-eu", "production-us"}) {
		t.Errorf("%q, %v", got, faults)
	}
	for _, c := range []struct{ old, new, want string }{
		{"{cluster: us}", "{cluster: us, environment: x}", "both lists of the matrix have environment"},
		{"{cluster: us}", "{cluster: '{{ .environment }}'}", "is filled from another one"},
		{"      - list:\n          elements: [{cluster", "      - scmProvider: {}\n      - list:\n          elements: [{cluster", "the generator has scmProvider"},
		{"      - list:\n          elements: [{cluster: eu}, {cluster: us}]\n", "", "the matrix has 1 generators"},
	} {
		if _, faults := names(strings.Replace(text, c.old, c.new, 1)); len(faults) == 0 || !strings.Contains(fmt.Sprint(faults), c.want) {
			t.Errorf("%s: %v", c.want, faults)
		}
	}
}

// TestPlain fills places as the controller does without Go's templates.
func TestPlain(t *testing.T) {
	text := strings.NewReplacer("{{ .name }}", "{{name}}", "{{- .path -}}", "{{ path }}", "w{{.weight}}", "'{{values.team}}-{{ unknown }}'",
		"weight: 1000000", "values: {team: sales}").Replace(shop)
	apps, faults := pipeline.Expand(parse(t, text), false, false)
	if len(faults) > 0 || len(apps) != 2 {
		t.Fatalf("%d Applications, %v", len(apps), faults)
	}
	got, err := yaml.Marshal(apps[0].Object)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"name: shop-staging\n", "shop-staging/weight: sales-{{ unknown }}\n", "path: trees/shop/staging/live\n"} {
		if !strings.Contains(string(got), want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestFaults(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"key missing", "name: shop-staging\n", "title: shop-staging\n", `11 (19): {{ .name }} cannot be filled from the element: map has no entry for key "name"`},
		{"key of no object", "{{ .name }}", "{{ .name.first }}", "11 (19): {{ .name.first }} cannot be filled"},
		{"function of sprig", "{{ .name }}", "{{ .name | lower }}", `11 (19): {{ .name | lower }} cannot be filled from the element: function "lower" not defined`},
		{"function of Go", "{{ .name }}", `{{ printf "%s" .name }}`, "is more than a field of the element"},
		{"padded without end", "{{ .name }}", `{{ printf "%999999999s" .name }}`, "is more than a field of the element"},
		{"condition", "{{ .name }}", "{{ if .name }}x{{ end }}", "is more than a field of the element"},
		{"template of its own", "{{ .name }}", `{{ define "x" }}{{ template "x" }}{{ end }}{{ .name }}`, "it defines templates of its own"},
		{"template of its own alone", "{{ .name }}", `{{ define "x" }}{{ template "x" }}{{ end }}`, "it defines templates of its own"},
		{"no template", "{{ .name }}", "{{ .name", "unclosed action"},
		{"endless", "{{ .name }}", "{{ .name }}" + strings.Repeat("x", 5000), "it is too long"},
		{"another generator", "- list:", "- git: {}\n  - list:", "9: the generator has git: only a list of elements can be followed"},
		{"a selector", "- list:", "- selector: {}\n    list:", "9: the generator has selector"},
		{"a template in the list", "      elements:", "      template: {}\n      elements:", "10: the list has template"},
		{"elements in a text", "      elements:", "      elementsYaml: x\n      elements:", "10: the list has elementsYaml"},
		{"a patch", "  template:\n", "  templatePatch: 'spec: {}'\n  template:\n", "17: a templatePatch changes what the template gives"},
		{"no template at all", "  template:\n", "  temple:\n", "there is no template"},
		{"no metadata", "    metadata:\n", "    meta:\n", "17: the template lacks metadata or spec"},
		{"no element", "elements:", "things:", "the list has things"},
		{"no generator", "generators:", "generator:", "no generator gives an element"},
		{"element of text", "- name: shop-staging\n        path: shop/staging\n        weight: 1000000", "- shop-staging", "11: the element is no mapping of plain values"},
		{"element of nothing", "- name: shop-staging\n        path: shop/staging\n        weight: 1000000", "- null", "11: the element is no mapping of plain values"},
		{"element with odd keys", "weight: 1000000", "weight: {1: 2}", "11: the element is no mapping of plain values"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(shop, c.old, c.new, 1)
			if text == shop {
				t.Fatalf("%q is not in the text", c.old)
			}
			_, faults := pipeline.Expand(parse(t, text), true, false)
			var got []string
			for _, f := range faults {
				at := fmt.Sprint(f.Line)
				if f.Other > 0 {
					at += fmt.Sprintf(" (%d)", f.Other)
				}
				got = append(got, at+": "+f.Message)
			}
			if !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, c.want) }) {
				t.Errorf("got %q", got)
			}
		})
	}
}

// TestBounded: a template behind aliases, times a long list, is not written out.
func TestBounded(t *testing.T) {
	big := "    spec:\n      a: &a [x, x, x, x, x, x, x, x, x, x]\n      b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n      c: [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n"
	text := strings.Replace(shop, "    spec:\n", big, 1)
	text = strings.Replace(text, "      elements:\n", "      elements:\n"+strings.Repeat("      - {name: a, path: b, weight: 1}\n", 200), 1)
	apps, faults := pipeline.Expand(parse(t, text), true, false)
	if len(apps) > 100 || len(faults) == 0 || !strings.Contains(faults[0].Message, "too many") {
		t.Errorf("%d Applications, %v", len(apps), faults)
	}
}
