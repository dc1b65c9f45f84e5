package check

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/pipegen/pipegen/internal/artifact"
)

// eachAlone compares what one Renderer makes of several overlays with what kustomize makes of each, and reports whether
// kustomize ran fewer times than there are overlays.
func eachAlone(t *testing.T, files []artifact.File, overlays ...string) (spared bool) {
	t.Helper()
	alone := map[string]rendering{}
	for _, o := range overlays {
		objects, err := Render(files, o)
		alone[o] = rendering{objects: objects, err: err}
	}
	// The first overlay of a shape is special, so that each end is the first once.
	for range 2 {
		r := NewRenderer()
		render := r.Overlays(files)
		for _, o := range overlays {
			got, err := render(o)
			if want := alone[o]; (err == nil) != (want.err == nil) || !reflect.DeepEqual(got, want.objects) {
				t.Errorf("%s: %v\n%s\nand by itself: %v\n%s", o, err, text(t, got), want.err, text(t, want.objects))
			}
		}
		for _, s := range r.shapes {
			spared = spared || s.form != nil && !s.apart
		}
		slices.Reverse(overlays)
	}
	return spared
}

func text(t *testing.T, objects []*yaml.Node) string {
	t.Helper()
	var b strings.Builder
	for _, o := range objects {
		content, err := yaml.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(content)
	}
	return b.String()
}

// fleet is a base with three overlays. VALUE in a text is what differs.
type fleet struct {
	base, overlay, live, patch string
	differ                     [3]string
}

func (f fleet) files() (files []artifact.File, overlays []string) {
	add := func(path, content string) {
		files = append(files, artifact.File{Root: artifact.GitOps, Path: path, Content: []byte(content)})
	}
	add("app/base/kustomization.yaml", f.base)
	add("app/base/objects.yaml", fleetObjects)
	for i, d := range f.differ {
		o := fmt.Sprintf("app/overlays/o%d", i)
		fill := func(s string) string { return strings.ReplaceAll(s, "VALUE", d) }
		add(o+"/kustomization.yaml", fill("# Of overlay "+o+"\nresources: [../../base]\ncomponents: [live]\n"+f.overlay))
		add(o+"/live/kustomization.yaml", fill("apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"+f.live))
		add(o+"/patch.yaml", fill(f.patch))
		overlays = append(overlays, o)
	}
	return files, overlays
}

const fleetObjects = `apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  template:
    spec:
      serviceAccountName: app
      containers:
      # The program.
      - {name: app, image: app, env: [{name: PLACE, value: elsewhere}]}
      - {name: side, image: "example/side:v1"}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: app, namespace: somewhere}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: app}
data: {x: y}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: app}
roleRef: {kind: Role, name: app, apiGroup: rbac.authorization.k8s.io}
subjects: [{kind: ServiceAccount, name: app, namespace: somewhere}, {kind: ServiceAccount, name: other, namespace: faraway}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: app}
`

// TestShapes: overlays that differ in names alone are rendered at once, and never otherwise than kustomize does. Most
// of these must be rendered by themselves.
func TestShapes(t *testing.T) {
	const (
		base = "resources: [objects.yaml]\nlabels: [{includeTemplates: true, pairs: {a: b}}]\n"
		live = "images: [{name: app, newName: example/app, newTag: main-VALUE, digest: 'sha256:" + zeros + "'}]\n"
		ns   = "namespace: place-VALUE\n"
	)
	letters := [3]string{"one", "two", "three"}
	for name, c := range map[string]struct {
		fleet
		spared bool
	}{
		"plain":                         {fleet{base, ns, live, "", letters}, true},
		"no namespace":                  {fleet{base, "", live, "", letters}, true},
		"no image":                      {fleet{base, ns, "commonAnnotations: {c: d}\n", "", letters}, true},
		"replicas":                      {fleet{base, ns + "replicas: [{name: app, count: 3}]\n", live, "", letters}, true},
		"a patch for all":               {fleet{base, ns + "patches: [{path: patch.yaml}]\n", live, fleetPatch("PLACE", "x"), letters}, true},
		"a patch for each":              {fleet{base, ns + "patches: [{path: patch.yaml}]\n", live, fleetPatch("PLACE", "VALUE"), letters}, false},
		"a patch inline":                {fleet{base, ns + "patches: [{target: {kind: ConfigMap}, patch: '[{op: add, path: /data/z, value: VALUE}]'}]\n", live, "", letters}, false},
		"the image of a sidecar":        {fleet{base, ns, live + "- {name: example/side, newTag: v2-VALUE}\n", "", letters}, false},
		"a chain of images":             {fleet{base + "images: [{name: app, newName: b}]\n", ns, strings.ReplaceAll(live, "name: app,", "name: b,"), "", letters}, true},
		"numbers":                       {fleet{base, "namespace: VALUE\n", live, "", [3]string{"1", "2", "1e3"}}, false},
		"numbers in quotes":             {fleet{base, "namespace: 'VALUE'\n", live, "", [3]string{"1", "2", "1e3"}}, false},
		"words that are none":           {fleet{base, "namespace: VALUE\n", live, "", [3]string{"yes", "null", "on"}}, false},
		"words in quotes that are none": {fleet{base, "namespace: 'VALUE'\n", live, "", [3]string{"yes", "null", "on"}}, false},
		"the default namespace":         {fleet{base, "namespace: VALUE\n", live, "", [3]string{"north", "south", "default"}}, true},
		"a namespace of the base":       {fleet{base, "namespace: VALUE\n", live, "", [3]string{"north", "south", "somewhere"}}, true},
		"a namespace of a subject":      {fleet{base, "namespace: VALUE\n", live, "", [3]string{"faraway", "somewhere", "elsewhere"}}, false},
		"tags of numbers":               {fleet{base, ns, "images: [{name: app, newTag: 'VALUE'}]\n", "", [3]string{"1", "2", "1.10"}}, false},
		"no text as a tag":              {fleet{base, ns, "images: [{name: app, newTag: VALUE}]\n", "", [3]string{"1", "[2]", "null"}}, false},
		"empty tags":                    {fleet{base, ns, "images: [{name: app, newTag: 'VALUE'}]\n", "", [3]string{"", "", ""}}, false},
		"a selector of namespaces":      {fleet{base, ns + "patches: [{target: {kind: ConfigMap, namespace: place-two}, patch: '[{op: remove, path: /data}]'}]\n", live, "", letters}, false},
		"generated names":               {fleet{base + "configMapGenerator: [{name: made, literals: [a=b]}]\n", ns, live, "", letters}, true},
		"generated names of each":       {fleet{base, ns + "configMapGenerator: [{name: made, literals: [a=VALUE]}]\n", live, "", letters}, false},
		"replacements":                  {fleet{base + "replacements: [{source: {kind: ServiceAccount, fieldPath: metadata.namespace}, targets: [{select: {kind: ConfigMap}, fieldPaths: [data.x]}]}]\n", ns, live, "", letters}, true},
		"replacements of each":          {fleet{base, ns + "replacements: [{source: {kind: ServiceAccount, fieldPath: metadata.namespace}, targets: [{select: {kind: ConfigMap}, fieldPaths: [data.x]}]}]\n", live, "", letters}, false},
		"a variable":                    {fleet{base + "vars: [{name: NS, objref: {kind: ServiceAccount, name: app, apiVersion: v1}, fieldref: {fieldpath: metadata.namespace}}]\n", ns, live, "", letters}, true},
		"a prefix":                      {fleet{base, ns + "namePrefix: VALUE-\n", live, "", letters}, false},
		"labels of each":                {fleet{base, ns + "labels: [{pairs: {of: VALUE}}]\n", live, "", letters}, false},
		"two namespaces":                {fleet{base, ns, "namespace: other-VALUE\n" + live, "", letters}, false},
		"the namespace twice":           {fleet{base, ns + "namespace: again\n", live, "", letters}, true},
		"two documents":                 {fleet{base, ns + "---\nnamespace: VALUE\n", live, "", letters}, false},
		"an alias":                      {fleet{base, "namespace: &n place-VALUE\nlabels: [{pairs: {of: *n}}]\n", live, "", letters}, false},
		"the namespace as tag":          {fleet{base, "namespace: VALUE\n", "images: [{name: app, newTag: VALUE}]\n", "", letters}, false},
		"values like blanks":            {fleet{base, "namespace: pipegen-blank-VALUE\n", live, "", [3]string{"000", "001", "002"}}, false},
		"a hash of the object":          {fleet{base + "patches: [{target: {kind: ConfigMap}, patch: '[{op: add, path: /metadata/annotations, value: {kustomize.config.k8s.io/needs-hash: enabled}}]'}]\n", ns, live, "", letters}, false},
	} {
		t.Run(name, func(t *testing.T) {
			files, overlays := c.files()
			if spared := eachAlone(t, files, overlays...); spared != c.spared {
				t.Errorf("kustomize was spared an overlay: %t, want %t", spared, c.spared)
			}
		})
	}
}

const zeros = "0000000000000000000000000000000000000000000000000000000000000000"

func fleetPatch(name, value string) string {
	return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app}\nspec: {template: {spec: {containers: [{name: app, env: [{name: " + name + ", value: " + value + "}]}]}}}\n"
}

// TestShapesOfSpecs: the output of every spec is rendered the same, each overlay beside the others and a copy of itself
// in another namespace.
func TestShapesOfSpecs(t *testing.T) {
	trees, err := filepath.Glob("../../golden/*")
	if err != nil {
		t.Fatal(err)
	}
	copies := 0
	for _, dir := range trees {
		var files []artifact.File
		var overlays []string
		for _, path := range filesBelow(t, dir) {
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			f := artifact.File{Root: artifact.GitOps, Path: filepath.ToSlash(path[len(dir)+1:]), Content: content}
			files = append(files, f)
			before, after, ok := strings.Cut(f.Path, "/overlays/")
			if !ok {
				continue
			}
			name, below, _ := strings.Cut(after, "/")
			f.Path = before + "/overlays/" + name + "-copy/" + below
			f.Content = []byte(strings.Replace(string(content), "\nnamespace: ", "\nnamespace: zz-", 1))
			if files = append(files, f); isOverlay(f) {
				overlays = append(overlays, before+"/overlays/"+name, before+"/overlays/"+name+"-copy")
			}
		}
		if len(overlays) > 0 && eachAlone(t, files, overlays...) {
			copies++
		}
	}
	if copies < 5 {
		t.Errorf("kustomize was spared overlays of %d specs only", copies)
	}
}

func filesBelow(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
