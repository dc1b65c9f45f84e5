package conformance

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"sigs.k8s.io/yaml"
)

// golden is a symbolic link to the product's golden directory. Reached through
// it the files count as this module's, so the go command does not serve a
// cached result after one of them has changed.
const golden = "testdata/golden"

var validator = sync.OnceValues(NewValidator)

func newValidator(t *testing.T) *Validator {
	t.Helper()
	v, err := validator()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestGolden(t *testing.T) {
	tree := os.DirFS(golden)
	all, overlays, argocd, err := files(tree)
	if err != nil {
		t.Fatal(err)
	}
	if len(overlays) == 0 || len(argocd) == 0 {
		t.Fatalf("%s has %d overlays and %d Argo CD manifests: nothing to validate is no success",
			golden, len(overlays), len(argocd))
	}
	v := newValidator(t)

	// A key given twice in a base or a patch is gone once kustomize has read it.
	for _, name := range all {
		for _, doc := range read(t, tree, name) {
			if _, err := yaml.YAMLToJSONStrict(doc); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	for _, dir := range overlays {
		objects, err := render(filepath.Join(golden, dir))
		if err != nil {
			t.Errorf("%s: %v", dir, err)
		}
		for _, object := range objects {
			if err := v.Validate(object); err != nil {
				t.Errorf("%s: %v", dir, err)
			}
		}
	}
	for _, name := range argocd {
		for _, doc := range read(t, tree, name) {
			if err := v.Validate(doc); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	t.Logf("%d overlays, %d Argo CD manifests", len(overlays), len(argocd))
}

func read(t *testing.T, tree fs.FS, name string) [][]byte {
	t.Helper()
	data, err := fs.ReadFile(tree, name)
	if err != nil {
		t.Fatal(err)
	}
	docs, err := documents(data)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return docs
}

// TestRefuses proves that the validator can fail: each sample passes as it
// stands and is refused, for the reason given, after one replacement.
func TestRefuses(t *testing.T) {
	samples := map[string][]struct{ name, old, new, want string }{
		"deployment.yaml": {
			{"unknown field", "replicas:", "replicaz:", "unknown field spec.replicaz"},
			{"unknown field, deep", "mountPath:", "mountPaht:", "unknown field spec.template.spec.containers[0].volumeMounts[0].mountPaht"},
			{"unknown field of metadata", "  namespace:", "  namespaze:", "unknown field metadata.namespaze"},
			{"wrong type", "replicas: 2", `replicas: "2"`, "spec.replicas in body must be of type integer"},
			{"out of range", "replicas: 2", "replicas: 3000000000", "replicas"},
			{"missing required", "- name: sample", "- workingDir: /", "spec.template.spec.containers[0].name: Required"},
			{"missing name", "  name: sample\n  namespace", "  namespace", "metadata.name: Required"},
			{"bad enum", "IfNotPresent", "Sometimes", `imagePullPolicy: Unsupported value: "Sometimes"`},
			{"bad int-or-string", "maxSurge: 1", "maxSurge: [1]", "maxSurge"},
			{"bad quantity", "256Mi", "256MiB", "quantities must match"},
			{"bad label", "name: sample\nspec", "name: sam ple\nspec", "metadata.labels: Invalid value"},
			{"list key twice", "name: PORT", "name: LOG_LEVEL", "env[1]: Duplicate value"},
			{"key twice", "replicas: 2", "replicas: 2\n  replicas: 3", `key "replicas" already set`},
			{"unknown kind", "kind: Deployment", "kind: Deploiment", "unknown kind"},
			{"unknown version", "apps/v1", "apps/v1beta1", "unknown kind"},
		},
		"application.yaml": {
			{"unknown field", "selfHeal:", "selfheal:", "unknown field spec.syncPolicy.automated.selfheal"},
			{"unknown field of metadata", "finalizers:", "finalisers:", "unknown field metadata.finalisers"},
			{"wrong type", "prune: true", `prune: "true"`, "spec.syncPolicy.automated.prune in body must be of type boolean"},
			{"wrong type in a list", "CreateNamespace=true", "{CreateNamespace: true}", "syncOptions[0] in body must be of type string"},
			{"missing required", "project: sample", "", "spec.project: Required"},
			// No spec of an Application has an enum in the CRD.
			{"bad enum", "phase: Hydrated", "phase: Wet", `phase: Unsupported value: "Wet"`},
			{"bad format", "2026-01-02T03:04:05Z", "yesterday", "date-time"},
			{"key twice", "prune: true", "prune: true\n      prune: false", `key "prune" already set`},
		},
		"applicationset.yaml": {
			{"unknown field", "goTemplateOptions:", "goTemplateOption:", "unknown field spec.goTemplateOption"},
			{"unknown generator", "- list:", "- lists:", "unknown field spec.generators[0].lists"},
			{"unknown field of the template", "targetRevision:", "revision:", "unknown field spec.template.spec.source.revision"},
			{"unknown field of its metadata", `name: "{{ .name }}"`, "name: x\n      ownerReferences: []", "unknown field spec.template.metadata.ownerReferences"},
			{"wrong type", "preserveResourcesOnDeletion: true", `preserveResourcesOnDeletion: "true"`, "spec.syncPolicy.preserveResourcesOnDeletion in body must be of type boolean"},
			{"wrong type in the template", "prune: true", `prune: "{{ .prune }}"`, "spec.template.spec.syncPolicy.automated.prune in body must be of type boolean"},
			{"missing required", "      project: sample", "      revisionHistoryLimit: 3", "spec.template.spec.project: Required"},
			{"bad enum", "create-update", "update", `applicationsSync: Unsupported value: "update"`},
			{"key twice", "goTemplate: true", "goTemplate: true\n  goTemplate: true", `key "goTemplate" already set`},
		},
		"appproject.yaml": {
			{"unknown field", "sourceRepos:", "sourceRepoz:", "unknown field spec.sourceRepoz"},
			{"wrong type", "destinations:\n    - server", "destinations:\n      server", "spec.destinations in body must be of type array"},
			{"missing required", `    - group: ""` + "\n      kind", "    - kind", "clusterResourceWhitelist[0].group: Required"},
			{"bad integer", "1700000000", "1.5", "iat"},
			// The CRD of AppProject has no enum at all.
		},
	}
	v := newValidator(t)
	for file, cases := range samples {
		data, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		if err := v.Validate(data); err != nil {
			t.Errorf("%s as it stands: %v", file, err)
		}
		for _, c := range cases {
			t.Run(file+"/"+c.name, func(t *testing.T) {
				bad := strings.Replace(string(data), c.old, c.new, 1)
				if bad == string(data) {
					t.Fatalf("%q is not in the sample", c.old)
				}
				err := v.Validate([]byte(bad))
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("got %v, want %q", err, c.want)
				}
			})
		}
	}
}

// TestSourceSum proves that other content than the pinned one is refused.
func TestSourceSum(t *testing.T) {
	other := source{kubernetes.module, argocd.sum}
	if _, err := other.dir(); err == nil || !strings.Contains(err.Error(), "pinned is") {
		t.Errorf("got %v", err)
	}
}
