package documents

import (
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/rules"
)

const ownWorkflow = "../.github/workflows/ci.yaml"

// TestOwnWorkflows: the workflows of this repository keep the rules that import
// checks, and their actions are pinned as in the table of pins.
func TestOwnWorkflows(t *testing.T) {
	for _, file := range []string{ownWorkflow, "../.github/workflows/release.yaml"} {
		t.Run(path.Base(file), func(t *testing.T) { testOwnWorkflow(t, read(t, file)) })
	}
}

func testOwnWorkflow(t *testing.T, text string) {
	if found := faultsOf(t, text); found != "" {
		t.Error(found)
	}
	if !strings.Contains(text, "\npermissions: {}\n") {
		t.Error("what the token may do is not given job by job")
	}
	uses := regexp.MustCompile(`(?m)uses: +(\S+)@(\S+)  # (\S+)$`).FindAllStringSubmatch(text, -1)
	if len(uses) == 0 || len(uses) != strings.Count(text, "uses:") {
		t.Errorf("of %d actions, %d have a pin with its version", strings.Count(text, "uses:"), len(uses))
	}
	for _, u := range uses {
		// An action in a folder has the pin of its repository.
		name := strings.Join(strings.SplitN(u[1], "/", 3)[:2], "/")
		if pin := generate.Pinned()[name]; pin.SHA != u[2] || pin.Version != u[3] {
			t.Errorf("%s is pinned to %s (%s), and the table has %s (%s)", u[1], u[2], u[3], pin.SHA, pin.Version)
		}
	}
	tools := pins.ToolUses([]byte(text), generate.ToolForms())
	if got, want := len(tools), strings.Count(text, "docker/setup-buildx-action@"); got != want {
		t.Errorf("%d steps set up Buildx, and %d tools have a pin", want, got)
	}
	for _, u := range tools {
		if want := generate.Tools()[u.Name].Pin(); u.Pin != want {
			t.Errorf("line %d has %s %v, and the table %v", u.Line, u.Name, u.Pin, want)
		}
	}
}

// TestOwnWorkflowFaults: a fault that is put into the workflow is found.
func TestOwnWorkflowFaults(t *testing.T) {
	text := read(t, ownWorkflow)
	for _, change := range [][2]string{
		{"actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1", "actions/checkout@v7"},
		{"    timeout-minutes: 20\n", ""},
		{"persist-credentials: false", "persist-credentials: true"},
		{"  pull_request:\n", "  pull_request_target:\n"},
		{"${RESULTS}\"\n", "${{ github.head_ref }}\"\n"},
		{"runs-on: macos-15", "runs-on: macos-latest"},
		{"    needs: [linux, macos, builds, archives]", "    needs: [linux, macos, build, archives]"},
	} {
		if !strings.Contains(text, change[0]) {
			t.Errorf("the workflow has no %q", change[0])
		}
		if faultsOf(t, strings.Replace(text, change[0], change[1], 1)) == "" {
			t.Errorf("nobody sees that %q became %q", change[0], change[1])
		}
	}
}

// faultsOf is what the rules of import and actionlint find in a workflow.
func faultsOf(t *testing.T, text string) string {
	t.Helper()
	var out []string
	file := pipeline.Parse(artifact.File{Root: artifact.Code, Path: ".github/workflows/ci.yaml", Content: []byte(text)}, "ci.yaml")
	for _, d := range rules.Flaws(pipeline.Of([]*pipeline.File{file}, nil), nil) {
		out = append(out, d.Rule+": "+d.Message)
	}
	linter, err := actionlint.NewLinter(&strings.Builder{}, &actionlint.LinterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	found, err := linter.Lint("ci.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		out = append(out, f.Error())
	}
	return strings.Join(out, "\n")
}
