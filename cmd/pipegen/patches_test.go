package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/diag"
)

// everyPromise returns the spec with every kind of criterion, followed by more
// text.
func everyPromise(t *testing.T, more string) specOptions {
	t.Helper()
	src, err := os.ReadFile("../../specs/every-promise/pipeline.cue")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	spec := filepath.Join(dir, "pipeline.cue")
	if err := os.WriteFile(spec, append(src, []byte("\n"+more)...), 0o600); err != nil {
		t.Fatal(err)
	}
	return specOptions{spec: spec, out: dir}
}

const (
	ciFile          = ".github/workflows/ci.yaml"
	deploymentFile  = "payments/base/deployment.yaml"
	overlayFile     = "payments/overlays/production/kustomization.yaml"
	applicationFile = "argocd/applications/payments-production.yaml"
	projectFile     = "argocd/projects/payments.yaml"
)

// TestPatchesKeepPromises applies patches that would break a promise or a rule.
// Each is refused at its operation.
func TestPatchesKeepPromises(t *testing.T) {
	// Findings of shellcheck come before those of the proofs.
	t.Setenv("PATH", "")
	const container = "/spec/template/spec/containers/0"
	for _, tt := range []struct {
		name, file, op string
		// code is the code of a finding, and says a part of its message.
		code, says string
	}{
		{"publish without tests", ciFile, `op: "remove", path: "/jobs/publish/needs"`, "t02", "does not wait for job test"},
		{"build without tests", ciFile, `op: "remove", path: "/jobs/build/needs"`, "t02", "does not wait for job test"},
		{"a red gate passes", ciFile, `op: "add", path: "/jobs/test/continue-on-error", value: true`, "w23", "goes on when a step has failed"},
		{"a red step passes", ciFile, `op: "add", path: "/jobs/test/steps/3/continue-on-error", value: true`, "w23", "goes on when a step has failed"},
		{"tests are skipped", ciFile, `op: "add", path: "/jobs/test/if", value: "github.event_name == 'push'"`, "t02", "does not test every run"},
		{"anybody publishes", ciFile, `op: "remove", path: "/jobs/publish/if"`, "x07", "publish"},
		{"pull requests publish", ciFile, `op: "replace", path: "/jobs/publish/if", value: "always()"`, "x07", "publish"},
		{"another branch deploys", ciFile, `op: "replace", path: "/jobs/deploy-production/if", value: "github.ref == 'refs/heads/dev'"`, "x07", "deploy-production"},
		{"pull requests may push", ciFile, `op: "add", path: "/jobs/build/permissions/packages", value: "write"`, "x07", "build"},
		{"rights for all", ciFile, `op: "replace", path: "/permissions", value: "write-all"`, "w16", ""},
		{"a longer way to the image", ciFile, `op: "replace", path: "/jobs/test/timeout-minutes", value: 60`, "promise", "criterion published is not kept"},
		{"no limit", ciFile, `op: "remove", path: "/jobs/image/timeout-minutes"`, "promise", "criterion published is not kept"},
		{"less coverage", ciFile, `op: "replace", path: "/jobs/test/steps/4/env/COVERAGE_MIN", value: "10"`, "promise", "criterion covered is not kept"},
		{"no coverage", ciFile, `op: "remove", path: "/jobs/test/steps/4"`, "promise", "criterion covered is not kept"},
		{"coverage now and then", ciFile, `op: "add", path: "/jobs/test/steps/4/if", value: "github.event_name == 'push'"`, "s02", "tested and covered rest on it"},
		{"no scan", ciFile, `op: "remove", path: "/jobs/publish/steps/4"`, "promise", "criterion scanned is not kept"},
		{"a scan of critical ones", ciFile, `op: "replace", path: "/jobs/publish/steps/4/with/severity", value: "CRITICAL"`, "promise", "criterion scanned is not kept"},
		{"a scan that only reports", ciFile, `op: "replace", path: "/jobs/publish/steps/4/with/exit-code", value: "0"`, "s02", "criterion scanned rests on it"},
		{"an action that moves", ciFile, `op: "replace", path: "/jobs/test/steps/0/uses", value: "actions/checkout@v7"`, "x28", "actions/checkout"},
		{"an expression in a script", ciFile, `op: "replace", path: "/jobs/test/steps/3/run", value: "echo ${{ github.sha }}"`, "w19", "inside of a script"},
		{"a title in a script", ciFile, `op: "replace", path: "/jobs/test/steps/3/run", value: "echo ${{ github.event.pull_request.title }}"`, "workflow", "untrusted"},
		{"a secret in the tests", ciFile, `op: "add", path: "/jobs/test/env", value: {TOKEN: "${{ secrets.TOKEN }}"}`, "w21", "reads the secret TOKEN outside"},
		{"a secret of nobody", ciFile, `op: "add", path: "/jobs/deploy-production/env", value: {TOKEN: "${{ secrets.TOKEN }}"}`, "x10", "the spec says nothing of it"},
		{"runs that stop one another", ciFile, `op: "replace", path: "/concurrency/group", value: "ci"`, "w28", "holds two commits"},
		{"the gate forgets", ciFile, `op: "replace", path: "/jobs/gate/needs", value: ["test"]`, "x29", "gate"},
		{"a key that GitHub lacks", ciFile, `op: "add", path: "/jobs/test/timeout", value: 5`, "workflow", "timeout"},
		{"another folder", ciFile, `op: "replace", path: "/on/push/branches/0", value: "dev"`, "x08", ""},
		{"fewer pods", deploymentFile, `op: "replace", path: "/spec/replicas", value: 1`, "promise", "criterion redundant is not kept"},
		{"a gap", deploymentFile, `op: "replace", path: "/spec/strategy/rollingUpdate/maxUnavailable", value: 1`, "promise", "criterion uninterrupted is not kept"},
		{"all at once", deploymentFile, `op: "replace", path: "/spec/strategy", value: {type: "Recreate"}`, "promise", "criterion uninterrupted is not kept"},
		{"a slow start", deploymentFile, `op: "replace", path: "` + container + `/startupProbe/failureThreshold", value: 100`, "promise", "criterion ready is not kept"},
		{"no probe", deploymentFile, `op: "remove", path: "` + container + `/readinessProbe"`, "k13", "no readinessProbe"},
		{"one probe for all", deploymentFile, `op: "copy", from: "` + container + `/readinessProbe", path: "` + container + `/livenessProbe"`, "k13", "restarts the pods"},
		{"a stuck rollout", deploymentFile, `op: "remove", path: "/spec/progressDeadlineSeconds"`, "promise", "criterion reversible is not kept"},
		{"root", deploymentFile, `op: "replace", path: "` + container + `/securityContext/runAsUser", value: 0`, "k10", "runAsUser"},
		{"a root that is written to", deploymentFile, `op: "replace", path: "` + container + `/securityContext/readOnlyRootFilesystem", value: false`, "k10", "root file system"},
		{"every capability", deploymentFile, `op: "remove", path: "` + container + `/securityContext/capabilities"`, "k10", "capabilities"},
		{"another port", deploymentFile, `op: "replace", path: "` + container + `/ports/0/containerPort", value: 9999`, "x19", ""},
		{"an account of nobody", deploymentFile, `op: "replace", path: "/spec/template/spec/serviceAccountName", value: "default"`, "x10", "default"},
		{"another namespace", overlayFile, `op: "replace", path: "/namespace", value: "default"`, "x16", "default"},
		{"an image of its own", overlayFile, `op: "add", path: "/images", value: [{name: "payments", newTag: "latest"}]`, "x02", "replaces images"},
		{"no live image", overlayFile, `op: "remove", path: "/components/0"`, "x01", ""},
		{"a base from elsewhere", overlayFile, `op: "add", path: "/resources/-", value: "https://example.org/base.yaml"`, "overlay", "is no file of this repository"},
		{"no smoke test", overlayFile, `op: "replace", path: "/resources", value: ["../../base"]`, "s02", "criterion answers rests on it"},
		{"syncs by hand", applicationFile, `op: "remove", path: "/spec/syncPolicy/automated"`, "promise", "criterion synced is not kept"},
		{"a hook of Helm", deploymentFile, `op: "add", path: "/metadata/annotations", value: {"helm.sh/hook": "post-install"}`, "s02", "uninterrupted and redundant rest on it"},
		{"measurements that stop one another", ciFile, `op: "add", path: "/jobs/measure/concurrency", value: {group: "measure", "cancel-in-progress": true}`, "s02", "triggered"},
		{"another branch", applicationFile, `op: "replace", path: "/spec/source/targetRevision", value: "dev"`, "x15", "dev"},
		{"a field that a Deployment lacks", deploymentFile, `op: "add", path: "/spec/progresDeadlineSeconds", value: 1`, "s04", `did you mean "progressDeadlineSeconds"?`},
		{"a field that it needs", deploymentFile, `op: "remove", path: "/spec/selector"`, "s04", `field "selector" is missing`},
		{"a field that an Application lacks", applicationFile, `op: "move", from: "/spec/project", path: "/spec/projekt"`, "s04", `did you mean "project"?`},
		{"a field that kustomize lacks", overlayFile, `op: "move", from: "/resources", path: "/resurces"`, "overlay", `did you mean "resources"?`},
		{"one object twice", deploymentFile, `op: "replace", path: "/kind", value: "Service"}, {op: "replace", path: "/apiVersion", value: "v1"`, "overlay", "cannot be rendered with what is patched here"},
		{"every kind", projectFile, `op: "add", path: "/spec/namespaceResourceWhitelist/-", value: {group: "*", kind: "*"}`, "x17", ""},
		{"every place", projectFile, `op: "add", path: "/spec/destinations/-", value: {server: "*", namespace: "*"}`, "x16", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := everyPromise(t, fmt.Sprintf("patches: [{\n\tfile: %q\n\treason: \"An attack.\"\n\tops: [\n\t\t{%s},\n\t]\n}]\n", tt.file, tt.op))
			_, found := compiledOrNot(t, o)
			for _, d := range found {
				if string(d.Code) == tt.code && strings.Contains(d.Message, tt.says) && d.Severity != diag.Warning {
					if !strings.HasPrefix(d.Path, "patches[0]") || d.Pos.File != o.spec {
						t.Errorf("reported at %s:%d (%s): %s", d.Pos.File, d.Pos.Line, d.Path, d.Message)
					}
					return
				}
			}
			for _, d := range found {
				t.Logf("%s %s %s", d.Path, d.Code, d.Message)
			}
			t.Errorf("nothing with the code %s says %q", tt.code, tt.says)
		})
	}
}

// compiledOrNot is a spec with what is to be said of it, also where that is all.
func compiledOrNot(t *testing.T, o specOptions) (*compiled, diag.List) {
	t.Helper()
	c, found, err := o.loadAndCompile()
	if m := (mistakes{}); errors.As(err, &m) {
		return nil, m.Diagnostics
	}
	if err != nil {
		t.Fatal(err)
	}
	return c, found
}
