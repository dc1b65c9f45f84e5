package judge

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/build"
)

var unkept = regexp.MustCompile(`^criterion (\w+) is not kept`)

// TestReach: each criterion is held against what it is for, and against nothing else.
func TestReach(t *testing.T) {
	src, err := os.ReadFile("testdata/several.cue")
	if err != nil {
		t.Fatal(err)
	}
	if found, err := Check(src); err != nil || len(found) > 0 {
		t.Fatal(err, found)
	}
	const (
		ci        = ".github/workflows/ci.yaml"
		probe     = "/spec/template/spec/containers/0/startupProbe/failureThreshold"
		strategy  = "/spec/strategy/rollingUpdate/maxUnavailable"
		automated = "/spec/syncPolicy/automated"
	)
	step := stepsOf(t, src, ci)
	replace := func(at, value string) string { return fmt.Sprintf(`{op: "replace", path: %q, value: %s}`, at, value) }
	remove := func(at string) string { return fmt.Sprintf(`{op: "remove", path: %q}`, at) }
	for _, c := range []struct {
		name, file, op string
		want           []string
	}{
		{"a worker that starts slowly", "shop/base/worker/deployment.yaml", replace(probe, "30"), []string{"starts"}},
		{"a service that starts slowly, and of which nobody promises more", "shop/base/web/deployment.yaml", replace(probe, "300"), []string{"back"}},
		{"downtime of a service", "shop/base/web/deployment.yaml", replace(strategy, "1"), []string{"smooth"}},
		{"downtime of what is in staging alone", "shop/base/debug/deployment.yaml", replace(strategy, "1"), nil},
		{"few pods in production", "shop/base/api/deployment.yaml", replace("/spec/replicas", "2"), []string{"many"}},
		{"few pods of another", "shop/base/web/deployment.yaml", replace("/spec/replicas", "1"), []string{"smooth", "some"}},
		{"nobody asks in production", "shop/overlays/production/kustomization.yaml", remove("/resources/4"), []string{"answers"}},
		{"nobody asks in staging", "shop/overlays/staging/kustomization.yaml", remove("/resources/6"), []string{"answersThere"}},
		{"who asks takes longer", "shop/smoke/debug/job.yaml", replace("/spec/template/spec/containers/0/env/2/value", `"61"`), []string{"answersThere"}},
		{"a stuck rollout that is seen late", "shop/base/api/deployment.yaml", replace("/spec/progressDeadlineSeconds", "1000"), []string{"back"}},
		{"one that is seen late in staging", "shop/base/debug/deployment.yaml", replace("/spec/progressDeadlineSeconds", "1000"), nil},
		{"the tests of an image pass with less", ci, replace(step("test-api", "covered")+"/env/COVERAGE_MIN", "70"), []string{"covered"}},
		{"the other tests pass with less", ci, replace(step("test", "coveredWeb")+"/env/COVERAGE_MIN", "50"), []string{"coveredWeb"}},
		{"a job that may take longer", ci, replace("/jobs/publish-api/timeout-minutes", "6"), []string{"published"}},
		{"another one", ci, replace("/jobs/publish-web/timeout-minutes", "20"), []string{"publishedWeb"}},
		{"one that may be longer still", ci, replace("/jobs/publish-web/timeout-minutes", "13"), nil},
		{"no scan", ci, replace(step("publish-web", "vulnerabilities")+"/with/exit-code", `"0"`), []string{"scannedWeb"}},
		{"no signature", ci, remove(step("image-web", "Sign")), []string{"signed"}},
		{"a signature in some runs", ci, replace(step("image-web", "Sign")+"/if", `"needs.changes.outputs.build-api == 'true'"`), []string{"signed"}},
		{"an attestation in no run", ci, replace(step("image-api", "Attest")+"/if", `"github.event_name == 'push'"`), []string{"attested"}},
		{"no attestation", ci, remove(step("image-api", "Attest")), []string{"attested"}},
		{"a person syncs production", "argocd/applications/shop-production.yaml", remove(automated), []string{"synced"}},
		{"a person syncs staging", "argocd/applications/shop-staging.yaml", remove(automated), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			patch := fmt.Sprintf("\npatches: [{file: %q, reason: \"It is tried.\", ops: [%s]}]\n", c.file, c.op)
			found, err := Check(append(slices.Clone(src), patch...))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range found {
				if m := unkept.FindStringSubmatch(d.Message); m != nil && !slices.Contains(got, m[1]) {
					got = append(got, m[1])
				} else if d.Code == "patch" {
					t.Error(d)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s\n%v", diff, found)
			}
		})
	}
}

// stepsOf finds steps of a workflow by what their names have in them.
func stepsOf(t *testing.T, src []byte, file string) func(job, name string) string {
	t.Helper()
	built, _, err := build.Text("pipeline.cue", src, generate.Options{SpecFile: "pipeline.cue"})
	if err != nil || built == nil {
		t.Fatal(err)
	}
	f, _ := built.Set.Lookup(artifact.Code, file)
	var w struct {
		Jobs map[string]struct{ Steps []struct{ Name string } }
	}
	if err := yaml.Unmarshal(f.Content, &w); err != nil {
		t.Fatal(err)
	}
	return func(job, name string) string {
		for i, s := range w.Jobs[job].Steps {
			if strings.Contains(s.Name, name) {
				return fmt.Sprintf("/jobs/%s/steps/%d", job, i)
			}
		}
		t.Fatalf("%s has no step with %q", job, name)
		return ""
	}
}
