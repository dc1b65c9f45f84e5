package check

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/kube-openapi/pkg/validation/spec"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/openapi"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/build"
	"github.com/pipegen/pipegen/internal/plan"
)

var update = flag.Bool("update", false, "write openapi.json anew")

// kinds are the definitions of what pipegen generates, and of what an author may add that has lists with keys.
var kinds = []string{
	"io.k8s.api.apps.v1.DaemonSet",
	"io.k8s.api.apps.v1.Deployment",
	"io.k8s.api.apps.v1.ReplicaSet",
	"io.k8s.api.apps.v1.StatefulSet",
	"io.k8s.api.batch.v1.CronJob",
	"io.k8s.api.batch.v1.Job",
	"io.k8s.api.core.v1.PersistentVolumeClaim",
	"io.k8s.api.core.v1.Pod",
	"io.k8s.api.core.v1.PodTemplate",
	"io.k8s.api.core.v1.Service",
	"io.k8s.api.core.v1.ServiceAccount",
	"io.k8s.api.networking.v1.NetworkPolicy",
	"io.k8s.api.policy.v1.PodDisruptionBudget",
}

const (
	mergeKey = "x-kubernetes-patch-merge-key"
	strategy = "x-kubernetes-patch-strategy"
	gvk      = "x-kubernetes-group-version-kind"
)

// cutter copies from kustomize's table what leads to a list with a key.
type cutter struct {
	all  spec.Definitions
	kept map[string]map[string]any
}

func (c *cutter) definition(name string) bool {
	if d, seen := c.kept[name]; seen {
		return d != nil
	}
	c.kept[name] = nil // against loops
	properties := map[string]any{}
	def := c.all[name]
	for field, s := range def.Properties {
		if p := c.property(s); p != nil {
			properties[field] = p
		}
	}
	if len(properties) == 0 && !slices.Contains(kinds, name) {
		return false
	}
	out := map[string]any{"type": "object", "properties": properties}
	if v, ok := def.Extensions[gvk]; ok {
		out[gvk] = v
	}
	c.kept[name] = out
	return true
}

func (c *cutter) property(s spec.Schema) map[string]any {
	out := map[string]any{}
	for _, key := range []string{mergeKey, strategy} {
		if v, ok := s.Extensions[key]; ok {
			out[key] = v
		}
	}
	if ref := c.reference(s); ref != nil {
		out["$ref"] = ref["$ref"]
	}
	if s.Items != nil && s.Items.Schema != nil {
		out["type"] = "array"
		item := c.reference(*s.Items.Schema)
		switch {
		case item != nil:
			out["items"] = item
		case len(out) > 1:
			out["items"] = map[string]any{"type": "object"}
		default:
			return nil
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func (c *cutter) reference(s spec.Schema) map[string]any {
	ref := s.Ref.String()
	name := path.Base(ref)
	if ref == "" || !c.definition(name) {
		return nil
	}
	return map[string]any{"$ref": "#/definitions/" + name}
}

func cut() ([]byte, error) {
	c := &cutter{all: openapi.Schema().Definitions, kept: map[string]map[string]any{}}
	for _, k := range kinds {
		c.definition(k)
	}
	definitions := map[string]any{}
	for name, d := range c.kept {
		if d != nil {
			definitions[name] = d
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", " ")
	err := enc.Encode(map[string]any{"definitions": definitions})
	return b.Bytes(), err
}

// TestMergeKeys holds the embedded table against kustomize's own, and what both
// render from every spec and from a patch that merges, replaces and deletes in
// lists with and without keys.
func TestMergeKeys(t *testing.T) {
	openapi.ResetOpenAPI()
	whole, err := cut()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("openapi.json", whole, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(whole), string(mergeKeys)); diff != "" {
		t.Errorf("openapi.json is not what kustomize knows; write it anew with -update:\n%s", diff)
	}

	sets := overlays(t)
	want := map[string]string{}
	for name, o := range sets {
		want[name] = render(t, o)
	}
	// What the builds above have read stays in kustomize's memory otherwise.
	openapi.ResetOpenAPI()
	t.Cleanup(openapi.ResetOpenAPI)
	if err := openapi.SetSchema(nil, mergeKeys, true); err != nil {
		t.Fatal(err)
	}
	for name, o := range sets {
		if diff := cmp.Diff(want[name], render(t, o)); diff != "" {
			t.Errorf("%s: with the cut table kustomize renders\n%s", name, diff)
		}
	}
}

type overlay struct {
	fs  filesys.FileSystem
	dir string
}

func render(t *testing.T, o overlay) string {
	t.Helper()
	m, err := Build(o.fs, o.dir)
	if err != nil {
		t.Fatal(err)
	}
	y, err := m.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	return string(y)
}

const awkwardPatch = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: NAME
spec:
  template:
    spec:
      imagePullSecrets:
      - name: added
      topologySpreadConstraints:
      - topologyKey: kubernetes.io/hostname
        whenUnsatisfiable: DoNotSchedule
        maxSkew: 2
      tolerations:
      - key: a
        operator: Exists
      containers:
      - name: NAME
        args: [replaced]
        env:
        - name: NEW
          value: "1"
        ports:
        - containerPort: 9999
          name: extra
        securityContext:
          capabilities:
            drop: [NET_RAW]
        volumeMounts:
        - mountPath: /tmp
          $patch: delete
        - mountPath: /else
          name: else
      - name: sidecar
        image: sidecar
      volumes:
      - name: tmp
        $patch: delete
      - name: else
        emptyDir: {}
---
apiVersion: v1
kind: Service
metadata:
  name: NAME
spec:
  ports:
  - port: 81
    name: more
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: NAME
spec:
  policyTypes: [Ingress]
  egress: []
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: NAME
secrets:
- name: a
imagePullSecrets:
- name: b
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: own
spec:
  template:
    spec:
      containers:
      - name: own
        env:
        - name: NEW
          value: "1"
      - name: sidecar
        image: sidecar
`

// ownObject is one that an author adds, and patches elsewhere.
const ownObject = `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: own
spec:
  selector: {}
  serviceName: own
  template:
    spec:
      containers:
      - name: own
        image: own
        env:
        - name: OLD
          value: "1"
`

// service is the first workload that has all of these objects, if there is one.
func service(p plan.Plan) (name string, ok bool) {
	i := slices.IndexFunc(p.Workloads, func(w plan.Workload) bool { return w.Kind == plan.ServiceKind && w.Object() == "Deployment" })
	if i < 0 {
		return "", false
	}
	return p.Workloads[i].Name, true
}

func overlays(t *testing.T) map[string]overlay {
	t.Helper()
	specs, err := filepath.Glob("../../specs/*/pipeline.cue")
	if err != nil || len(specs) == 0 {
		t.Fatalf("no specs: %v", err)
	}
	out := map[string]overlay{}
	for _, name := range specs {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		built, bad, err := build.Text(name, src, generate.Options{SpecFile: "pipeline.cue"})
		if built == nil || err != nil {
			t.Fatal(bad, err)
		}
		if len(built.Plan.OwnFolders()) > 0 {
			continue // it renders nothing by itself
		}
		files := built.Set.Files()
		fs, err := inMemory(Readable(files))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if !isOverlay(f) {
				continue
			}
			dir := path.Dir(f.Path)
			out[name+" "+dir] = overlay{fs, dir}
			called, ok := service(built.Plan)
			if !ok {
				continue
			}
			patched := path.Join("patched", dir)
			for file, content := range map[string]string{
				"own.yaml":           ownObject,
				"patch.yaml":         strings.ReplaceAll(awkwardPatch, "NAME", called),
				"kustomization.yaml": "resources: [own.yaml, " + strings.Repeat("../", strings.Count(patched, "/")+1) + dir + "]\npatches: [{path: patch.yaml}]\n",
			} {
				if err := fs.WriteFile("/"+path.Join(patched, file), []byte(content)); err != nil {
					t.Fatal(err)
				}
			}
			out[name+" "+patched] = overlay{fs, patched}
		}
	}
	return out
}
