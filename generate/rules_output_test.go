package generate_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/criteria"
)

// TestEveryKindIsInASpec: what no spec promises is in no golden tree.
func TestEveryKindIsInASpec(t *testing.T) {
	var specs strings.Builder
	for _, name := range specNames(t) {
		specs.Write(readSpec(t, name))
	}
	for _, k := range criteria.Kinds() {
		if !regexp.MustCompile(`\b` + k.Name + `:`).MatchString(specs.String()) {
			t.Errorf("no spec has a criterion of the kind %s", k.Name)
		}
	}
}

// TestRulesInTheOutput checks the rules of time that say what the output must do or say, on the output of a spec with
// such promises. Those that refuse a spec are in TestRulesOfTime. Syncs in steps have no case: no spec can ask for RollingSync.
func TestRulesInTheOutput(t *testing.T) {
	_, set := compile(t, readSpec(t, "every-promise"))
	const (
		ci       = ".github/workflows/ci.yaml"
		rollback = ".github/workflows/rollback.yaml"
		readme   = ".github/workflows/README.md"
	)
	for rule, c := range map[string]struct{ file, has string }{
		"T01": {ci, `(?s)Measure criterion triggered.*pushed_at.*created_at`},
		"T02": {ci, `(?s)publish:.*?needs: test.*image:.*?needs: publish.*deploy-production:.*?needs: image`},
		"T03": {ci, `timeout-minutes: \d+  # criterion published`},
		"T04": {ci, `runner: ubuntu-24.04-arm`},
		"T05": {readme, `Measured\. Argo CD notices the commit within 240 s`},
		"T06": {"payments/smoke/job.yaml", `(?s)PostSync.*criterion: answers.*activeDeadlineSeconds: 105\n.*name: WITHIN\n +value: "45"`},
		"T07": {"argocd/projects/payments.yaml", `logs, get, payments/\*, allow`},
		"T12": {"payments/base/deployment.yaml", `failureThreshold: 19  # criterion ready`},
		"T14": {"payments/base/deployment.yaml", `progressDeadlineSeconds: 200`},
		"T15": {readme, `It tries once in that time; a failed try is repeated, and may come too late`},
		"T16": {readme, `notices within 240 s, 3 pods take about 90 s`},
		"T18": {rollback, `workflow_dispatch:`},
		"T20": {rollback, `Nothing was built`},
		"T26": {rollback, `The source still holds what was taken back`},
	} {
		found := false
		for _, f := range set.Files() {
			if f.Path == c.file {
				found = regexp.MustCompile(c.has).Match(f.Content)
			}
		}
		if !found {
			t.Errorf("%s: %s has no %s", rule, c.file, c.has)
		}
	}
}
