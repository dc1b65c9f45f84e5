package frompipeline

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/judge"
	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/drafttest"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/rules"
	"github.com/pipegen/pipegen/schema"
)

const nastyWorkflow = `
on: {push: {branches: [X], tags: [X]}, X: {}}
jobs:
  X: {runs-on: X, if: X, needs: X, timeout-minutes: X, steps: [{uses: X}, {run: X, name: X, env: {X: X}, working-directory: X}], services: {X: {image: X, ports: [X], options: --health-cmd X}}, env: {X: X}}
  test: {steps: [{run: X, name: X}, {uses: actions/setup-python@v5, with: {python-version: X}}, {run: pytest X --cov=X --cov-fail-under=X}, {env: {COVERAGE_MIN: X, COVERAGE_REPORT: X}, run: X}]}
  build: {needs: test, strategy: {matrix: {include: [{platform: X}]}}, steps: [{uses: docker/build-push-action@v6, with: {push: true, tags: X, platforms: X, context: X, file: X, target: X, build-args: "A=X"}, env: {TAG_SCHEME: X}}]}
  deploy: {needs: [build], environment: {name: X, url: X}, steps: [{uses: actions/checkout@v4, with: {repository: X, token: X, path: X, ref: X}}, {run: "cd X\nkustomize edit set image X=X\ngit push origin X"}]}
`

const nastyManifests = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: X, labels: {owner: X}, annotations: {email: X}}
spec:
  replicas: X
  progressDeadlineSeconds: X
  template:
    metadata: {labels: {X: X}}
    spec:
      serviceAccountName: X
      volumes: [{name: X, emptyDir: {}}]
      containers:
      - {name: X, image: X, imagePullPolicy: X, ports: [{containerPort: X, name: X}], env: [{name: X, value: X}, {name: X, valueFrom: {secretKeyRef: {name: X, key: X}}}], readinessProbe: {httpGet: {path: X, port: X}}, livenessProbe: {httpGet: {path: X}}, startupProbe: {periodSeconds: X, failureThreshold: X}, resources: {requests: {cpu: X, memory: X}, limits: {X: X}}, securityContext: {runAsUser: X}, volumeMounts: [{name: X, mountPath: X}]}
---
apiVersion: v1
kind: Service
metadata: {name: X}
spec: {selector: {X: X}, ports: [{port: X, targetPort: X}]}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: X, namespace: X, finalizers: [X]}
spec: {project: X, source: {repoURL: X, targetRevision: X, path: app}, destination: {server: X, namespace: X}, syncPolicy: {automated: {prune: X}, syncOptions: [X]}}
---
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: X, namespace: X}
spec: {goTemplate: true, generators: [{list: {elements: [{name: X, path: app}]}}], strategy: {type: X}, template: {metadata: {name: "{{ .name }}"}, spec: {project: X, source: {repoURL: X, path: "{{ .path }}"}, destination: {namespace: X}}}}
---
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: X}
spec: {goTemplate: true, generators: [{list: {elements: [{X: X}]}}], template: {metadata: {name: X, labels: {a: "{{ .missing }}", b: X}}, spec: {project: X}}}
---
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: X}
spec: {sourceRepos: [X], destinations: [{server: X, namespace: X}], syncWindows: [{kind: X, schedule: X, duration: X}], roles: [{name: X, policies: ["p, logs, get"], groups: [X]}]}
`

// severalWorkflow and severalManifests are those of several images and workloads.
const severalWorkflow = `
on: {push: {branches: [main], paths: [X]}}
jobs:
  test: {strategy: {matrix: {service: [X, b], X: [X]}}, steps: [{run: "make ${{ matrix.service }}", working-directory: X, name: X}]}
  build: {needs: test, strategy: {matrix: {service: [X, b], include: [{service: X, X: X, platform: X}], exclude: [{service: X, X: b}]}}, steps: [{uses: docker/build-push-action@v6, with: {push: true, tags: "ghcr.io/acme/${{ matrix.service }}:1", context: X, file: "${{ matrix.X }}", platforms: "${{ matrix.platform }}"}}]}
  other: {steps: [{run: "docker build -t § --platform § -f § §\ndocker tag § ghcr.io/acme/§\ndocker push ghcr.io/acme/§:§"}, {run: "pytest §"}]}
  deploy: {needs: [build], steps: [{run: "cd app\nkustomize edit set image a=ghcr.io/acme/§ b=ghcr.io/acme/b:§\ngit push origin main"}]}
`

const severalManifests = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: X, annotations: {argocd.argoproj.io/sync-wave: X, X: X}, labels: {app.kubernetes.io/part-of: X}}
spec:
  template:
    metadata: {labels: {app: X}}
    spec:
      volumes: [{name: X, emptyDir: {sizeLimit: X}}]
      containers:
      - {name: X, image: a, command: [X, X], args: [X], env: [{name: X, value: "http://§/"}], readinessProbe: {httpGet: {path: X}}, volumeMounts: [{name: X, mountPath: X}], securityContext: {runAsUser: X}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: b}
spec:
  template:
    metadata: {labels: {app: b}}
    spec: {containers: [{name: b, image: b, args: [X], livenessProbe: {exec: {command: [X]}}, ports: [{containerPort: X}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cache}
spec:
  template:
    metadata: {labels: {app: cache}}
    spec: {containers: [{name: cache, image: "§@sha256:d94d07ba9e7d6de898b6d96c1a072f6f8266c687af78a74f380087a0addf5d17", command: [X], ports: [{containerPort: 6379}]}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec: {schedule: X, timeZone: X, concurrencyPolicy: X, successfulJobsHistoryLimit: X, failedJobsHistoryLimit: X, suspend: X, jobTemplate: {spec: {activeDeadlineSeconds: X, backoffLimit: X, template: {spec: {restartPolicy: X, containers: [{name: n, image: b, command: [X]}]}}}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: X, annotations: {argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/sync-wave: X}}
spec: {activeDeadlineSeconds: X, template: {spec: {containers: [{name: X, image: a, args: [X]}]}}}
---
apiVersion: batch/v1
kind: Job
metadata: {generateName: X, annotations: {argocd.argoproj.io/hook: X}}
spec: {template: {spec: {containers: [{name: X, image: X}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: cache}
spec: {selector: {app: cache}, ports: [{port: X}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: X}
spec: {podSelector: {matchLabels: {app: cache}}, policyTypes: [Ingress, X], ingress: [{from: [{podSelector: {matchLabels: {app: X}}}, {namespaceSelector: {matchLabels: {X: X}}}, {podSelector: X}]}], egress: [{to: [{podSelector: {matchLabels: {app: b}}}], ports: [{port: X}]}]}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: several, namespace: argocd}
spec: {project: several, source: {repoURL: "https://github.com/acme/gitops", targetRevision: main, path: app}, destination: {namespace: X}}
`

// nasty returns a pipeline in which every X is replaced by a text.
func nasty(text, workflow, manifests string) *pipeline.Model {
	quoted, err := json.Marshal(text)
	if err != nil {
		quoted = []byte(`""`)
	}
	fill := strings.NewReplacer("§", strings.Trim(string(quoted), `"`), `"A=X"`, strings.Replace(string(quoted), `"`, `"A=`, 1), "--health-cmd X", string(quoted),
		`"cd X\nkustomize edit set image X=X\ngit push origin X"`, strings.Replace(string(quoted), `"`, `"kustomize edit set image app=`, 1),
		"pytest X --cov=X --cov-fail-under=X", string(quoted), " X", " "+string(quoted), "[X", "["+string(quoted), "{X", "{"+string(quoted))
	file := func(root artifact.Root, name, content string) *pipeline.File {
		return pipeline.Parse(artifact.File{Root: root, Path: name, Content: []byte(fill.Replace(content))}, name)
	}
	return pipeline.Of([]*pipeline.File{
		file(artifact.Code, ".github/workflows/ci.yaml", workflow),
		file(artifact.GitOps, "app/all.yaml", manifests),
	}, check.NewRenderer().Overlays)
}

var numeric = regexp.MustCompile(`^[0-9.:]+$`)

// TestNastyIsRead makes sure that the templates are read completely if the text is
// harmless.
func TestNastyIsRead(t *testing.T) {
	m := nasty("x", nastyWorkflow, nastyManifests)
	if len(m.Workflows) != 1 || len(m.Workflows[0].Jobs) != 4 || len(m.Targets) != 1 || len(m.Targets[0].Objects) != 6 || len(m.Writers) != 1 || len(m.ApplicationSets) != 2 || len(m.Applications) != 2 {
		for _, f := range m.Files {
			t.Log(f.Path, f.Fault, f.FaultLine, string(f.Content[:min(900, len(f.Content))]))
		}
		t.Fatalf("%d workflows, %d targets, %d writers", len(m.Workflows), len(m.Targets), len(m.Writers))
	}
	loaded, found := schema.Load("pipeline.cue", requireDraft(t, "x", severalWorkflow, severalManifests))
	if found.Failed() || len(loaded.Spec.Images) != 2 || len(loaded.Spec.Workloads) != 5 || len(loaded.Spec.Tests) != 2 {
		t.Fatalf("%v %+v", found, loaded.Spec)
	}
}

// TestNasty drafts from originals whose values are arbitrary text: the draft is
// always accepted.
func TestNasty(t *testing.T) {
	for _, text := range append(drafttest.NastyTexts(), "a: b", "- x", "‹github.sha›", "-1", "1e9", "[]", "{}", "null", "~") {
		requireDraft(t, text, nastyWorkflow, nastyManifests)
	}
	for _, text := range drafttest.NastyTexts() {
		// Numbers come to the same places in both.
		if !numeric.MatchString(text) {
			requireDraft(t, text, severalWorkflow, severalManifests)
		}
	}
}

func requireDraft(t *testing.T, text, workflow, manifests string) []byte {
	t.Helper()
	m := nasty(text, workflow, manifests)
	held := judged
	if workflow == severalWorkflow && text != "x" {
		// The rules of so many files take a second for each text.
		held = func(text []byte, _ []Own) (diag.List, error) { return judge.Compile(text) }
	}
	// What was judged last, and what was wrong with it.
	var last []byte
	var refused diag.List
	drafted, err := Draft(m, detect.Project{Folder: text, Subfolder: "."}, Choice{}, func(text []byte, own []Own) (diag.List, error) {
		var err error
		last = text
		refused, err = held(text, own)
		return refused, err
	})
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	draft, left := drafted.Text, drafted.Left
	drafttest.RequireFormatted(t, draft)
	if len(refused) > 0 || !bytes.Equal(last, draft) {
		t.Fatalf("%q: the draft was refused, or not judged as it is: %v\n%s", text, refused, draft)
	}
	for _, d := range append(left, rules.Flaws(m, nil)...) {
		if strings.ContainsFunc(d.Message, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0x9b }) {
			t.Errorf("%q: the message %q could act on a terminal", text, d.Message)
		}
		if d.Severity != diag.Warning {
			t.Errorf("%q: %s is no warning", text, d.Message)
		}
	}
	return draft
}
