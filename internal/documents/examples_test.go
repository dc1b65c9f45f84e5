package documents

import (
	"fmt"
	"strings"
	"testing"
)

// These run check on every example.
func TestWorkloads(t *testing.T)    { checkExamples(t, "workloads.md") }
func TestTraffic(t *testing.T)      { checkExamples(t, "traffic.md") }
func TestRegistries(t *testing.T)   { checkExamples(t, "registries.md") }
func TestPods(t *testing.T)         { checkExamples(t, "pods.md") }
func TestEnvironments(t *testing.T) { checkExamples(t, "environments.md") }

func checkExamples(t *testing.T, page string) {
	blocks := blocksOf(read(t, page))
	for _, b := range blocks {
		if b.lang != "cue" {
			continue // Of a verb: TestLiveExamples runs it.
		}
		t.Run(fmt.Sprintf("line %d", b.line), func(t *testing.T) {
			t.Parallel()
			if output, code := try(t, base(blocks), b); code != 0 {
				t.Errorf("exit code %d:\n%s", code, output)
			}
		})
	}
}

// TestWorkflowOfATag: the workflow that tags what an environment runs keeps the rules that import checks.
func TestWorkflowOfATag(t *testing.T) {
	for _, b := range blocksOf(read(t, "registries.md")) {
		if b.lang == "yaml" && strings.HasPrefix(b.text, "name: ") {
			if found := faultsOf(t, b.text); found != "" {
				t.Error(found)
			}
			return
		}
	}
	t.Error("docs/registries.md has no workflow")
}
