package conformance

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// product is where pipegen's own module lies.
const product = "../.."

// sarifLog is what GitHub asks of a log beyond its schema.
type sarifLog struct {
	Runs []struct {
		Tool struct {
			Driver struct {
				Rules []struct {
					ID    string
					Short struct{ Text string } `json:"shortDescription"`
					Full  struct{ Text string } `json:"fullDescription"`
					Help  struct{ Text string }
				}
			}
		}
		Results []struct {
			RuleID    string
			RuleIndex int
			Message   struct{ Text string }
			Locations []struct {
				PhysicalLocation struct {
					ArtifactLocation struct{ URI string }
					Region           struct{ StartLine int }
				}
			}
			PartialFingerprints map[string]string
		}
	}
}

// build compiles pipegen as it stands.
func build(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "pipegen")
	if out, err := exec.Command("go", "build", "-C", product, "-o", bin, "./cmd/pipegen").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return bin
}

// run returns what pipegen prints in a directory, and its exit code. A workspace of
// the runner that the test itself is in would be another checkout.
func run(t *testing.T, bin, dir string, args ...string) ([]byte, int) {
	t.Helper()
	cmd := exec.Command(bin, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GITHUB_WORKSPACE=")
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out, cmd.ProcessState.ExitCode()
}

// validate holds a log against the schema and against what GitHub asks for, and
// returns how many results it has of each file.
func validate(t *testing.T, schema *jsonschema.Schema, out []byte) map[string]int {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := schema.Validate(doc); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	var log sarifLog
	if err := json.Unmarshal(out, &log); err != nil {
		t.Fatal(err)
	}
	if len(log.Runs) != 1 {
		t.Fatalf("%d runs", len(log.Runs))
	}
	run, of := log.Runs[0], map[string]int{}
	for _, r := range run.Tool.Driver.Rules {
		if r.Short.Text == "" || r.Full.Text == "" || r.Help.Text == "" {
			t.Errorf("rule %s has no text", r.ID)
		}
	}
	for _, r := range run.Results {
		if r.RuleIndex >= len(run.Tool.Driver.Rules) || run.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("result %s points at rule %d", r.RuleID, r.RuleIndex)
		}
		if r.Message.Text == "" || len(r.PartialFingerprints) == 0 || len(r.Locations) != 1 {
			t.Errorf("result %s lacks something: %+v", r.RuleID, r)
			continue
		}
		at := r.Locations[0].PhysicalLocation
		of[at.ArtifactLocation.URI]++
		if at.Region.StartLine < 1 || at.ArtifactLocation.URI == "" || strings.HasPrefix(at.ArtifactLocation.URI, "/") || strings.HasPrefix(at.ArtifactLocation.URI, "..") {
			t.Errorf("result %s is at %+v", r.RuleID, at)
		}
	}
	return of
}

// TestSARIF validates what check says of every bad spec, of an edited tree, and of
// a clean one.
func TestSARIF(t *testing.T) {
	schema, err := loadSARIF()
	if err != nil {
		t.Fatal(err)
	}
	specs, err := filepath.Glob(filepath.Join(product, "specs", "invalid", "*.cue"))
	if err != nil || len(specs) == 0 {
		t.Fatal("no specs", err)
	}
	bin := build(t)
	check := func(t *testing.T, dir string, exit int, flags ...string) map[string]int {
		t.Helper()
		out, code := run(t, bin, dir, append([]string{"check", "--format", "sarif"}, flags...)...)
		if code != exit {
			t.Fatalf("check exits %d, want %d:\n%s", code, exit, out)
		}
		return validate(t, schema, out)
	}
	t.Run("specs", func(t *testing.T) {
		dir := t.TempDir()
		if out, err := exec.Command("git", "init", "--quiet", dir).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		for _, spec := range specs {
			name := filepath.Join(dir, strings.TrimSuffix(filepath.Base(spec), ".cue"))
			if err := os.Mkdir(name, 0o755); err != nil {
				t.Fatal(err)
			}
			place(t, spec, name)
		}
		// One run reads them all, in a quarter of the time that one for each takes.
		results := check(t, dir, 1, "--all")
		for _, spec := range specs {
			name := strings.TrimSuffix(filepath.Base(spec), ".cue")
			if results[name+"/pipeline.cue"] == 0 {
				t.Errorf("%s has no result", name)
			}
		}
	})
	t.Run("drift", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "hello")
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		place(t, filepath.Join(product, "specs", "minimal", "pipeline.cue"), dir)
		if out, code := run(t, bin, dir, "generate"); code != 0 {
			t.Fatalf("generate exits %d:\n%s", code, out)
		}
		if found := check(t, dir, 0); len(found) != 0 {
			t.Errorf("results of a tree that is as generated: %v", found)
		}
		// One file of the checkout, and one that no checkout holds.
		spoil(t, filepath.Join(dir, ".github", "workflows", "ci.yaml"), "ref: main", "ref: trunk")
		spoil(t, filepath.Join(dir, "..", "deployments", "hello", "base", "deployment.yaml"), "containerPort: 8080", "containerPort: 1")
		n := 0
		for _, results := range check(t, dir, 1) {
			n += results
		}
		if n < 4 {
			t.Errorf("%d results of two edits that each break a proof", n)
		}
	})
	t.Run("refuses", func(t *testing.T) {
		for _, bad := range []string{`{}`, `{"version": "2.1.0"}`, `{"version": "2.1.0", "runs": [{"tool": {"driver": {}}}]}`,
			`{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"message": {"text": "x"}, "levl": "error"}]}]}`,
			`{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x", "informationUri": "a b%"}}}]}`} {
			doc, err := jsonschema.UnmarshalJSON(strings.NewReader(bad))
			if err != nil {
				t.Fatal(err)
			}
			if schema.Validate(doc) == nil {
				t.Errorf("the schema takes %s", bad)
			}
		}
	})
}

// place puts a spec into a directory under its usual name.
func place(t *testing.T, spec, dir string) {
	t.Helper()
	text, err := os.ReadFile(spec)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "pipeline.cue"), text, 0o644); err != nil {
		t.Fatal(err)
	}
}

func spoil(t *testing.T, file, old, new string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte(old)) {
		t.Fatalf("%s does not have %q", file, old)
	}
	if err := os.WriteFile(file, bytes.ReplaceAll(text, []byte(old), []byte(new)), 0o644); err != nil {
		t.Fatal(err)
	}
}
