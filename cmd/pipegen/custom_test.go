package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/diag"
)

// custom gives a spec folders for Kustomize files of the author's, in base and
// production.
const custom = `deploy: custom: {base: true, kinds: ["autoscaling/HorizontalPodAutoscaler", "networking.k8s.io/Ingress"]}
environments: production: custom: true
`

const component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"

const scaler = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: payments
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: payments
  minReplicas: 3
  maxReplicas: 9
`

const withoutReplicas = `patches:
- target:
    kind: Deployment
  patch: |
    - op: remove
      path: /spec/replicas
`

// patchOf is a part of the Deployment.
func patchOf(text string) map[string]string {
	return map[string]string{
		"base/custom/kustomization.yaml": component + "patches:\n- path: deployment.yaml\n",
		"base/custom/deployment.yaml":    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: payments\n" + text,
	}
}

func container(text string) map[string]string {
	return patchOf("spec:\n  template:\n    spec:\n      containers:\n      - name: payments\n" + text)
}

// TestOwnFilesKeepPromises writes Kustomize files of the author's that would break
// a promise or a rule. Each is reported at its line in the author's file.
func TestOwnFilesKeepPromises(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files map[string]string
		// at is the file and line, below the application's folder.
		at, code, says string
	}{
		{"fewer pods", patchOf("spec:\n  replicas: 1\n"), "base/custom/deployment.yaml:6", "promise", "criterion redundant is not kept"},
		{"no probe", container("        livenessProbe: null\n"), "base/custom/deployment.yaml:10", "k13", "no livenessProbe"},
		{"root", container("        securityContext:\n          runAsUser: 0\n"), "base/custom/deployment.yaml:11", "k10", "runAsUser"},
		{"the node's network", patchOf("spec:\n  template:\n    spec:\n      hostNetwork: true\n"), "base/custom/deployment.yaml:8", "k10", "hostNetwork"},
		{"an image", container("        image: nginx:latest\n"), "base/custom/deployment.yaml:10", "x05", `still runs "nginx:latest"`},
		{"a slow start", container("        startupProbe:\n          failureThreshold: 60\n"), "base/custom/deployment.yaml:11", "promise", "criterion ready is not kept"},
		{"an unknown class", patchOf("spec:\n  template:\n    spec:\n      priorityClassName: high\n"), "base/custom/deployment.yaml:8", "x10", "PriorityClass high"},
		{"fewer pods, in the kustomization", map[string]string{
			"overlays/production/custom/kustomization.yaml": component + "patches:\n- target:\n    kind: Deployment\n    name: payments\n  patch: |-\n    - op: replace\n      path: /spec/replicas\n      value: 2\n",
		}, "overlays/production/custom/kustomization.yaml:10", "promise", "criterion redundant is not kept"},
		{"images", map[string]string{
			"overlays/production/custom/kustomization.yaml": component + "images:\n- name: payments\n  newTag: latest\n",
		}, "overlays/production/custom/kustomization.yaml:3", "x02", "replaces images"},
		{"another namespace", map[string]string{
			"base/custom/kustomization.yaml": component + "resources:\n- account.yaml\n",
			"base/custom/account.yaml":       "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata:\n  name: other\nsubjects:\n- kind: ServiceAccount\n  name: robot\n  namespace: default\nroleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: Role\n  name: other\n",
		}, "base/custom/account.yaml:8", "x16", "default"},
		{"a kind that is not declared", map[string]string{
			"base/custom/kustomization.yaml": component + "resources:\n- map.yaml\n",
			"base/custom/map.yaml":           "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n",
		}, "base/custom/map.yaml:2", "x17", "does not allow ConfigMap"},
		{"a selector", map[string]string{
			"base/custom/kustomization.yaml": component + "patches:\n- path: service.yaml\n",
			"base/custom/service.yaml":       "apiVersion: v1\nkind: Service\nmetadata:\n  name: payments\nspec:\n  selector:\n    app.kubernetes.io/instance: another\n",
		}, "base/custom/service.yaml:6", "x20", "selects none"},
		{"a way in", map[string]string{
			"base/custom/kustomization.yaml": component + "resources:\n- ingress.yaml\n",
			"base/custom/ingress.yaml":       "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: payments\nspec:\n  rules:\n  - http:\n      paths:\n      - path: /\n        pathType: Prefix\n        backend:\n          service:\n            name: payments\n            port:\n              name: http\n",
		}, "", "non-goal", "Ingress payments"},
		{"a scaler with replicas", map[string]string{
			"base/custom/kustomization.yaml": component + "resources:\n- scaler.yaml\n",
			"base/custom/scaler.yaml":        scaler,
		}, "base/custom/scaler.yaml:5", "x18", "is scaled by"},
		{"a scaler below the promise", map[string]string{
			"base/custom/kustomization.yaml": component + "resources:\n- scaler.yaml\n" + withoutReplicas,
			"base/custom/scaler.yaml":        strings.Replace(scaler, "minReplicas: 3", "minReplicas: 2", 1),
		}, "base/custom/scaler.yaml:10", "promise", "criterion redundant is not kept"},
		{"another server", map[string]string{
			"base/custom/kustomization.yaml": component + "resources:\n- https://example.org/all.yaml\n",
		}, "base/custom/kustomization.yaml:4", "overlay", "no file of this repository"},
		{"another repository", map[string]string{
			"base/custom/kustomization.yaml":        component + "resources:\n- nested\n",
			"base/custom/nested/kustomization.yaml": "resources:\n- github.com/example/base?ref=v1\n",
		}, "base/custom/nested/kustomization.yaml:2", "overlay", "no file of this repository"},
		{"a file of settings from elsewhere", map[string]string{
			"base/custom/kustomization.yaml": component + "configMapGenerator:\n- name: a\n  files:\n  - a=https://example.org/a\n",
		}, "base/custom/kustomization.yaml:6", "overlay", "no file of this repository"},
		{"a program", map[string]string{
			"base/custom/kustomization.yaml": component + "helmCharts:\n- name: x\n",
		}, "base/custom/kustomization.yaml:3", "overlay", "it would start helm"},
		{"no such field", map[string]string{
			"base/custom/kustomization.yaml": component + "resource:\n- x.yaml\n",
		}, "base/custom/kustomization.yaml:3", "overlay", `unknown field "resource"`},
		{"a patch for nothing", map[string]string{
			"base/custom/kustomization.yaml": component + "patches:\n- path: other.yaml\n",
			"base/custom/other.yaml":         "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: other\n",
		}, "base/custom/kustomization.yaml:1", "overlay", "cannot be rendered"},
		{"no YAML", map[string]string{
			"base/custom/kustomization.yaml": component + "resources:\n- x.yaml\n",
			"base/custom/x.yaml":             "a: [\n",
		}, "base/custom/x.yaml:1", "overlay", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, found := withFiles(t, tt.files)
			for _, d := range found {
				if string(d.Code) == tt.code && strings.Contains(d.Message, tt.says) {
					if at := fmt.Sprintf("%s:%d", filepath.ToSlash(d.Pos.File), d.Pos.Line); !strings.Contains(at, tt.at) {
						t.Errorf("reported at %s: %s", at, d.Message)
					}
					return
				}
			}
			for _, d := range found {
				t.Logf("%s:%d %s %s", d.Pos.File, d.Pos.Line, d.Code, d.Message)
			}
			t.Errorf("nothing with the code %s says %q", tt.code, tt.says)
		})
	}
}

// TestOwnFilesThatFit: files that keep the promises are accepted, even with other
// files in the folder.
func TestOwnFilesThatFit(t *testing.T) {
	c, found := withFiles(t, map[string]string{
		"base/custom/kustomization.yaml": component + "resources:\n- scaler.yaml\n" + withoutReplicas,
		"base/custom/scaler.yaml":        scaler,
		"base/custom/unused.yaml":        "apiVersion: v1\nkind: ConfigMap\n",
		"base/custom/notes.yaml":         "{{ no YAML at all",
		"base/custom/nested/README.md":   "Notes.",
	})
	for _, d := range found {
		if d.Severity == diag.Warning && strings.Contains(d.Message, "allows networking.k8s.io/Ingress") {
			continue
		}
		t.Errorf("%s:%d %s %s", d.Pos.File, d.Pos.Line, d.Code, d.Message)
	}
	if len(c.custom) != 1 || filepath.Base(c.custom[0].Path) != "scaler.yaml" {
		t.Errorf("kustomize is said to read %v", c.custom)
	}
}

func withFiles(t *testing.T, files map[string]string) (*compiled, diag.List) {
	t.Helper()
	return withFilesOf(t, custom, files)
}

func withFilesOf(t *testing.T, more string, files map[string]string) (*compiled, diag.List) {
	t.Helper()
	t.Setenv("PATH", "")
	o := everyPromise(t, more)
	for name, content := range files {
		file := filepath.Join(o.out, "deployments", "payments", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return compiledOrNot(t, o)
}
