package objects

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
)

// found are the messages about an object, each with the way to its place.
func found(t *testing.T, k *Kinds, text string) []string {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	var head struct{ APIVersion, Kind string }
	if err := yaml.Unmarshal([]byte(strings.ReplaceAll(text, "apiVersion", "apiversion")), &head); err != nil {
		t.Fatal(err)
	}
	mistakes := k.Check(head.APIVersion, head.Kind, doc.Content[0])
	if _, wrong := k.Served(head.APIVersion, head.Kind); wrong != nil {
		mistakes = append(mistakes, *wrong)
	}
	var out []string
	for _, m := range mistakes {
		if m.Help == "" {
			t.Errorf("%s: no help", m.Message("x"))
		}
		out = append(out, strings.Join(m.Steps, " ")+": "+m.Message("x"))
	}
	return out
}

func deployment(pod, spec string) string {
	return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {selector: {}, template: {spec: {" + pod + "}}" + spec + "}\n"
}

func TestCheck(t *testing.T) {
	const fine = "containers: [{name: a}]"
	for _, c := range []struct {
		name, object string
		want         []string
	}{
		{"fine", deployment(fine, ""), nil},
		{"a field with a slip", deployment(fine, ", progresDeadlineSeconds: 1"),
			[]string{`spec progresDeadlineSeconds: unknown field "progresDeadlineSeconds" in spec of x; did you mean "progressDeadlineSeconds"?`}},
		{"a field in another case", deployment(fine, ", minReadyseconds: 1"),
			[]string{`spec minReadyseconds: unknown field "minReadyseconds" in spec of x; did you mean "minReadySeconds"?`}},
		{"a field like no other", "apiVersion: v1\nkind: ServiceAccount\nfoo: 1\n", []string{`foo: unknown field "foo" in x`}},
		{"a field of an element", deployment("containers: [{name: a}, {name: b, imag: c}]", ""),
			[]string{`spec template spec containers [1] imag: unknown field "imag" in spec.template.spec.containers[1] of x; did you mean "image"?`}},
		{"a field that is missing", deployment("", ""), []string{`spec template spec containers: field "containers" is missing in spec.template.spec of x`}},
		{"one that is null", deployment("containers: null", ""), []string{`spec template spec containers: field "containers" is missing in spec.template.spec of x`}},
		{"one that is misspelt", deployment("container: [{name: a}]", ""),
			[]string{`spec template spec container: unknown field "container" in spec.template.spec of x; did you mean "containers"?`}},
		{"null for a field", deployment(fine+", dnsPolicy: null", ", replicas: null"), nil},
		{"a text for a number", deployment(fine, `, replicas: "2"`), []string{`spec replicas: spec.replicas of x is "2"; it must be a whole number`}},
		{"half a number", deployment(fine, `, replicas: 1.5`), []string{`spec replicas: spec.replicas of x is 1.5; it must be a whole number`}},
		{"a whole number, as a decimal", deployment(fine, `, replicas: 2.0`), nil},
		{"a number for a text", deployment("containers: [{name: 1}]", ""),
			[]string{`spec template spec containers [0] name: spec.template.spec.containers[0].name of x is 1; it must be a text`}},
		{"true for a text", deployment("containers: [{name: a, args: [true]}]", ""),
			[]string{`spec template spec containers [0] args [0]: spec.template.spec.containers[0].args[0] of x is true; it must be a text`}},
		{"a text for true", deployment(fine+`, hostNetwork: "true"`, ""),
			[]string{`spec template spec hostNetwork: spec.template.spec.hostNetwork of x is "true"; it must be true or false`}},
		{"a mapping for a list", deployment("containers: {name: a}", ""),
			[]string{`spec template spec containers: spec.template.spec.containers of x is a mapping; it must be a list`}},
		{"a list for a mapping", deployment(fine, ", strategy: []"), []string{`spec strategy: spec.strategy of x is a list; it must be a mapping`}},
		{"a text for a mapping", deployment(fine, ", strategy: Recreate"), []string{`spec strategy: spec.strategy of x is "Recreate"; it must be a mapping`}},
		{"a word that is none", deployment(fine+", dnsPolicy: clusterfirst", ""),
			[]string{`spec template spec dnsPolicy: spec.template.spec.dnsPolicy of x is "clusterfirst"; it must be "ClusterFirst", "ClusterFirstWithHostNet", "Default" or "None"; did you mean "ClusterFirst"?`}},
		{"an empty word", deployment(fine+`, dnsPolicy: ""`, ""), nil},
		{"a number or a text", deployment(fine, ", strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 10%}}"), nil},
		{"neither", deployment(fine, ", strategy: {rollingUpdate: {maxSurge: true, maxUnavailable: [1]}}"), []string{
			`spec strategy rollingUpdate maxSurge: spec.strategy.rollingUpdate.maxSurge of x is true; it must be a whole number or a text`,
			`spec strategy rollingUpdate maxUnavailable: spec.strategy.rollingUpdate.maxUnavailable of x is a list; it must be a whole number or a text`}},
		{"quantities", deployment(`containers: [{name: a, resources: {limits: {a: 1, b: 1.5, c: 100m, d: "1Gi", e: 1e3, f: .5k, g: "2"}}}]`, ""), nil},
		{"no quantity", deployment(`containers: [{name: a, resources: {limits: {memory: 1GB}}}]`, ""),
			[]string{`spec template spec containers [0] resources limits memory: spec.template.spec.containers[0].resources.limits.memory of x is "1GB"; it must be a quantity such as 100m, 2 or "64Mi"`}},
		{"a map of texts", "apiVersion: v1\nkind: ConfigMap\ndata: {a: b, c: 1}\n", []string{`data c: data.c of x is 1; it must be a text`}},
		{"metadata", "apiVersion: v1\nkind: ConfigMap\nmetadata: {labls: {}, labels: {a: 1}}\n",
			[]string{`metadata labls: unknown field "labls" in metadata of x; did you mean "labels"?`, `metadata labels a: metadata.labels.a of x is 1; it must be a text`}},
		{"a status, which the cluster writes", "apiVersion: v1\nkind: Service\nstatus: {foo: 1}\n", nil},
		{"what may be anything", "apiVersion: apps/v1\nkind: ControllerRevision\nrevision: 1\ndata: {a: [1, {b: c}]}\n", nil},
		{"a scaler", "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nspec: {scaleTargetRef: {kind: a, name: b}, maxReplica: 2}\n",
			[]string{`spec maxReplica: unknown field "maxReplica" in spec of x; did you mean "maxReplicas"?`}},
		{"an Application", "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {project: a, destination: {}, syncPolicy: {automated: {selfheal: true}}}\n",
			[]string{`spec syncPolicy automated selfheal: unknown field "selfheal" in spec.syncPolicy.automated of x; did you mean "selfHeal"?`}},
		{"the template of an ApplicationSet", "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nspec: {generators: [{lists: {}}, {matrix: {generators: [{git: {}}]}}], template: {metadata: {}, spec: {project: a, destination: {}}}}\n",
			[]string{`spec generators [0] lists: unknown field "lists" in spec.generators[0] of x; did you mean "list"?`,
				`spec generators [1] matrix generators [0] git repoURL: field "repoURL" is missing in spec.generators[1].matrix.generators[0].git of x`,
				`spec generators [1] matrix generators [0] git revision: field "revision" is missing in spec.generators[1].matrix.generators[0].git of x`}},
		{"what a CRD leaves open", "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {project: a, destination: {}, source: {repoURL: a, helm: {valuesObject: {a: {b: 1}}}}}\n", nil},
		{"an anchor, twice", "apiVersion: v1\nkind: ConfigMap\nmetadata: {labels: &l {a: b}, annotations: *l}\n", nil},
		{"a merge", "apiVersion: v1\nkind: Service\nspec: {ports: [&p {port: 1}, {<<: *p, nam: a}]}\n",
			[]string{`spec ports [1] nam: unknown field "nam" in spec.ports[1] of x; did you mean "name"?`}},
		{"a kind of nobody, by its metadata", "apiVersion: example.com/v1\nkind: Widget\nmetadata: {nam: a}\nspec: 1\n",
			[]string{`metadata nam: unknown field "nam" in metadata of x; did you mean "name"?`}},
		{"a kind with a slip", "apiVersion: apps/v1\nkind: Deploymnet\n", []string{`kind: kind of x is "Deploymnet", which apps/v1 does not have; did you mean "Deployment"?`}},
		{"a kind of another program in Argo CD's group", "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec: {foo: 1}\n", nil},
		{"a version that is gone", "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\n",
			[]string{`apiVersion: apiVersion of x is "policy/v1beta1", which Kubernetes has not served since 1.25`}},
		{"one that is gone for longer", "apiVersion: autoscaling/v2beta2\nkind: HorizontalPodAutoscaler\n",
			[]string{`apiVersion: apiVersion of x is "autoscaling/v2beta2", which Kubernetes has not served since 1.26`}},
		{"a version that never was", "apiVersion: apps/v3\nkind: Deployment\n", []string{`apiVersion: apiVersion of x is "apps/v3", which Kubernetes 1.37 does not serve`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, found(t, New(nil), c.object)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestPart: a part of an object may leave out what the rest says, and tell kustomize how to merge it.
func TestPart(t *testing.T) {
	var doc yaml.Node
	const part = "{$patch: merge, spec: {replicas: \"2\", template: {spec: {containers: [{imag: a, $patch: delete}], $setElementOrder/containers: []}}}}"
	if err := yaml.Unmarshal([]byte(part), &doc); err != nil {
		t.Fatal(err)
	}
	got := New(nil).CheckPart("apps/v1", "Deployment", doc.Content[0])
	if len(got) != 1 || got[0].Steps[len(got[0].Steps)-1] != "imag" {
		t.Errorf("got %+v", got)
	}
}

// TestTable: each line can be read, and what it refers to is there. What pipegen writes and what people add to it is
// known.
func TestTable(t *testing.T) {
	var refer func(name string, schema any)
	refer = func(name string, schema any) {
		switch s := schema.(type) {
		case map[string]any:
			if ref, ok := s["$ref"].(string); ok && lines()["part "+ref] == "" {
				t.Errorf("%s: there is no %s", name, ref)
			}
			for _, below := range s {
				refer(name, below)
			}
		case []any:
			for _, below := range s {
				refer(name, below)
			}
		}
	}
	for name, line := range lines() {
		var schema any
		if err := json.Unmarshal([]byte(line), &schema); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		refer(name, schema)
	}
	k := New(nil)
	for _, known := range []string{
		"v1 Service", "v1 Secret", "v1 ConfigMap", "v1 PersistentVolumeClaim", "v1 Pod", "v1 Namespace", "v1 LimitRange", "v1 ResourceQuota", "v1 ServiceAccount",
		"apps/v1 Deployment", "apps/v1 StatefulSet", "apps/v1 DaemonSet", "batch/v1 Job", "batch/v1 CronJob",
		"autoscaling/v1 HorizontalPodAutoscaler", "autoscaling/v2 HorizontalPodAutoscaler", "policy/v1 PodDisruptionBudget",
		"networking.k8s.io/v1 NetworkPolicy", "networking.k8s.io/v1 Ingress", "networking.k8s.io/v1 IngressClass",
		"rbac.authorization.k8s.io/v1 Role", "rbac.authorization.k8s.io/v1 RoleBinding", "rbac.authorization.k8s.io/v1 ClusterRole",
		"storage.k8s.io/v1 StorageClass", "scheduling.k8s.io/v1 PriorityClass", "coordination.k8s.io/v1 Lease", "discovery.k8s.io/v1 EndpointSlice",
		"argoproj.io/v1alpha1 Application", "argoproj.io/v1alpha1 ApplicationSet", "argoproj.io/v1alpha1 AppProject",
		"gateway.networking.k8s.io/v1 HTTPRoute", "gateway.networking.k8s.io/v1 GRPCRoute", "keda.sh/v1alpha1 ScaledObject", "keda.sh/v1alpha1 TriggerAuthentication",
		"external-secrets.io/v1 ExternalSecret", "bitnami.com/v1alpha1 SealedSecret", "secrets-store.csi.x-k8s.io/v1 SecretProviderClass",
	} {
		apiVersion, kind, _ := strings.Cut(known, " ")
		if ok, _ := k.Served(apiVersion, kind); !ok {
			t.Errorf("%s is not known", known)
		}
	}
}

// TestGolden: all that the examples give is right.
func TestGolden(t *testing.T) {
	checked := 0
	err := filepath.WalkDir("../../golden", func(name string, e os.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".yaml" || slices.Contains(strings.Split(name, "/"), ".github") {
			return err
		}
		text, err := os.ReadFile(name)
		// The template of a chart is no YAML before Helm has filled it.
		if err != nil || strings.Contains(name, "/templates/") || strings.Contains(string(text), "kustomize.config.k8s.io") || !strings.Contains(string(text), "\nkind:") {
			return err
		}
		checked++
		k := New(nil)
		partial := strings.Contains(name, "/overlays/")
		for _, m := range found(t, k, string(text)) {
			// A patch has not all of an object, and may say by $patch what becomes of the rest.
			if !partial || !strings.Contains(m, "is missing in") && !strings.Contains(m, `unknown field "$patch"`) {
				t.Errorf("%s: %s", name, m)
			}
		}
		return nil
	})
	if err != nil || checked < 100 {
		t.Error(checked, err)
	}
}

const crd = `apiVersion: v1
kind: Namespace
metadata: {name: example}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  group: example.com
  names: {kind: Widget}
  versions:
  - {name: v1alpha1, schema: {openAPIV3Schema: {type: object}}}
  - name: v1
    schema:
      openAPIV3Schema:
        type: object
        required: [spec]
        properties:
          apiVersion: {type: string}
          kind: {type: string}
          metadata: {type: object}
          spec:
            type: object
            required: [size]
            oneOf: [{properties: {size: {minimum: 1}}}]
            properties:
              color: {type: string, enum: [red, green]}
              size: {type: integer}
              port: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}
              more: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {known: {type: boolean}}}
              labels: {type: object, additionalProperties: {type: string}}
`

func TestExtra(t *testing.T) {
	const widget = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: x, nam: y}\nspec: "
	slip := `metadata nam: unknown field "nam" in metadata of x; did you mean "name"?`
	for _, c := range []struct {
		name, file, text, spec string
		want                   []string
	}{
		{"fine", "crd.yaml", crd, "{size: 1, port: http, more: {any: 1, known: true}, labels: {a: b}}", nil},
		{"all wrong", "crd.yaml", crd, "{colour: red, color: blue, port: true, more: {known: 1}, labels: {a: 1}}", []string{
			`spec colour: unknown field "colour" in spec of x; did you mean "color"?`,
			`spec color: spec.color of x is "blue"; it must be "red" or "green"`,
			`spec port: spec.port of x is true; it must be a whole number or a text`,
			`spec more known: spec.more.known of x is 1; it must be true or false`,
			`spec labels a: spec.labels.a of x is 1; it must be a text`,
			`spec size: field "size" is missing in spec of x`}},
		{"a list of them, in JSON", "all.json", `{"kind": "List", "items": [{"kind": "CustomResourceDefinition", "spec": {"group": "example.com", "names": {"kind": "Widget"},
			"versions": [{"name": "v1", "schema": {"openAPIV3Schema": {"properties": {"spec": {"type": "array"}}}}}]}}]}`, "1",
			[]string{"spec: spec of x is 1; it must be a list"}},
		{"a JSON Schema by group", "schemas/example.com/widget_v1.json", `{"type": "object", "properties": {"spec": {"type": ["object", "null"], "properties": {"a": {"type": ["string", "null"]}, "b": {"type": ["string", "integer"]}},
			"patternProperties": {}, "additionalProperties": false}}}`, "{a: 1, b: 1, c: 2}", []string{"spec a: spec.a of x is 1; it must be a text"}},
		{"a JSON Schema by kubeconform's older name", "widget-example-v1.json", `{"properties": {"spec": {"properties": {"a": {}}, "anyOf": [{"properties": {"b": {}}}, {"allOf": [{"properties": {"c": {}}}]}]}}}`,
			"{a: 1, b: 1, c: 1, d: 1}", []string{`spec d: unknown field "d" in spec of x`}},
		{"a JSON Schema of another group", "example.org/widget_v1.json", `{"properties": {}}`, "1", nil},
		{"another version", "crd.yaml", strings.ReplaceAll(crd, "name: v1\n", "name: v2\n"), "1", nil},
		{"another group", "crd.yaml", strings.ReplaceAll(crd, "group: example.com", "group: other.example.com"), "1", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := New([]artifact.File{{Path: c.file, Content: []byte(c.text)}})
			if diff := cmp.Diff(append([]string{slip}, c.want...), found(t, k, widget+c.spec)); diff != "" {
				t.Error(diff)
			}
			if len(k.Faults) > 0 {
				t.Error(k.Faults)
			}
		})
	}
}

// TestExtraOfArgoCD: the CRDs of another release count more than the table; nobody defines kinds in a group of Kubernetes.
func TestExtraOfArgoCD(t *testing.T) {
	text := strings.NewReplacer("example.com", "argoproj.io", "Widget", "Application", "name: v1\n", "name: v1alpha1\n", "v1alpha1,", "v0,").Replace(crd)
	const application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {size: 1, project: a}\n"
	want := []string{`spec project: unknown field "project" in spec of x`}
	if diff := cmp.Diff(want, found(t, New([]artifact.File{{Path: "crd.yaml", Content: []byte(text)}}), application)); diff != "" {
		t.Error(diff)
	}
	text = strings.NewReplacer("example.com", "batch", "Widget", "CronJob").Replace(crd)
	const job = "apiVersion: batch/v1\nkind: CronJob\nspec: {size: 1}\n"
	if diff := cmp.Diff(found(t, New(nil), job), found(t, New([]artifact.File{{Path: "crd.yaml", Content: []byte(text)}}), job)); diff != "" {
		t.Error(diff)
	}
}

func TestFaults(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		line int
		says string
	}{
		"crd.yaml":                   {crd + "  - [\n", 31, "this is no valid YAML: "},
		"example.com/widget_v1.json": {"{", 1, "this is no JSON Schema: "},
	} {
		k := New([]artifact.File{{Path: name, Content: []byte(c.text)}})
		if known, _ := k.Served("example.com/v1", "Widget"); known {
			t.Errorf("%s is known", name)
		}
		if len(k.Faults) != 1 {
			t.Fatal(len(k.Faults))
		}
		if k.Faults[0].Line != c.line || !strings.HasPrefix(k.Faults[0].Says, c.says) {
			t.Errorf("%s: line %d: %q", name, k.Faults[0].Line, k.Faults[0].Says)
		}
	}
}

// FuzzSchema reads files of schemas that anybody could have written, and holds an object against them.
func FuzzSchema(f *testing.F) {
	f.Add("crd.yaml", crd)
	f.Add("example.com/widget_v1.json", `{"type": "object", "properties": {"spec": {"$ref": "#/definitions/a", "enum": [1, null, {}]}}, "required": [1, "a"]}`)
	f.Add("example.com/widget_v1.json", strings.Repeat(`{"items":`, 300)+"1"+strings.Repeat("}", 300))
	f.Add("crd.yaml", strings.Replace(crd, "type: integer", "&a {properties: {b: *a}}", 1))
	f.Fuzz(func(t *testing.T, name, text string) {
		k := New([]artifact.File{{Path: name, Content: []byte(text)}})
		known, wrong := k.Served("example.com/v1", "Widget")
		if wrong != nil {
			t.Error("a kind of another group is judged")
		}
		got := found(t, k, "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: x}\nspec: {size: [{a: b}, 1], b: {b: {b: null}}}\n")
		if !known && len(got) > 0 {
			t.Errorf("a kind that is not known: %q", got)
		}
	})
}
