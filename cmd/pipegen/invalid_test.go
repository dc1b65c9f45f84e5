package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pipegen/pipegen/internal/diag"
)

const (
	invalidSpecs  = "../../specs/invalid"
	invalidGolden = "../../golden/invalid"
)

// otherCodes are the codes that no spec alone can cause, each with the script that
// causes it.
var otherCodes = map[diag.Code]string{
	diag.Pins:          "pins_refused.txtar",
	diag.Drift:         "check_drift.txtar",
	diag.Missing:       "check_drift.txtar",
	diag.FirstRun:      "first_run.txtar",
	diag.Foreign:       "generate_refused.txtar",
	diag.Blocked:       "generate_refused.txtar",
	diag.Overlay:       "check_live.txtar",
	diag.Orphan:        "generate_orphans.txtar",
	diag.Manifest:      "generate_orphans.txtar",
	diag.Flaw:          "import.txtar",
	diag.Migration:     "import_plan.txtar",
	diag.Inexpressible: "import.txtar",
}

// untested are the codes that no test can cause: bugs of pipegen.
var untested = []diag.Code{diag.Internal}

// TestInvalidSpecs compares the output of check for each invalid spec, and its exit
// code, with golden/invalid.
func TestInvalidSpecs(t *testing.T) {
	specs, err := filepath.Glob(filepath.Join(invalidSpecs, "*.cue"))
	if err != nil || len(specs) == 0 {
		t.Fatal("no specs", err)
	}
	specs, golden := mustAbs(t, specs...), mustAbs(t, invalidGolden)[0]
	if *update {
		if err := os.MkdirAll(golden, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	caused := map[diag.Code]bool{}
	var names []string
	for _, spec := range specs {
		name := strings.TrimSuffix(filepath.Base(spec), ".cue")
		names = append(names, name+".txt")
		t.Run(name, func(t *testing.T) {
			got, file := checkAlone(t, spec), filepath.Join(golden, name+".txt")
			linted := true
			if _, err := exec.LookPath("shellcheck"); err != nil {
				got = strings.Replace(got, "notice: shellcheck is not installed: the scripts of the spec were not checked\n", "", 1)
				if want, _ := os.ReadFile(file); bytes.Contains(want, []byte("(shellcheck: ")) {
					got, linted = string(want), false
				}
			}
			for _, code := range codesIn(got) {
				caused[code] = true
			}
			if !linted {
				t.Skip("shellcheck is not installed")
			}
			if !strings.HasSuffix(got, "exit 1\n") {
				t.Errorf("check takes this spec:\n%s", got)
			}
			compareGolden(t, file, got)
		})
	}
	present, err := os.ReadDir(golden)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range present {
		if !slices.Contains(names, e.Name()) {
			t.Errorf("golden/invalid/%s has no spec", e.Name())
		}
	}
	if t.Failed() {
		return
	}
	assertEveryCode(t, caused)
}

func mustAbs(t *testing.T, names ...string) []string {
	t.Helper()
	out := make([]string, len(names))
	for i, n := range names {
		var err error
		if out[i], err = filepath.Abs(n); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// checkAlone runs check on a copy of the spec in a git repository of its own.
func checkAlone(t *testing.T, spec string) string {
	t.Helper()
	src, err := os.ReadFile(spec)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "hello")
	if err := os.MkdirAll(filepath.Join(dir, ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	name := filepath.Base(spec)
	if err := os.WriteFile(name, src, 0o644); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	code := run([]string{"check", "-f", name}, streams{in: strings.NewReader(""), out: &stdout, err: &stderr, env: os.Getenv})
	if stderr.Len() > 0 {
		t.Errorf("stderr: %s", &stderr)
	}
	return strings.ReplaceAll(stdout.String(), filepath.Dir(dir), "/somewhere") + fmt.Sprintf("exit %d\n", code)
}

func compareGolden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; run: go test ./cmd/pipegen -update", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s moved:\n%s", file, diff)
	}
}

var codeAtEnd = regexp.MustCompile(`(?m): (?:error|warning): .* \[([a-z-]+)(?:, [A-Z][0-9]+)?\]$`)

func codesIn(output string) []diag.Code {
	var out []diag.Code
	for _, m := range codeAtEnd.FindAllStringSubmatch(output, -1) {
		out = append(out, diag.Code(m[1]))
	}
	return out
}

// assertEveryCode requires that a spec or a script causes each code of the table.
func assertEveryCode(t *testing.T, caused map[diag.Code]bool) {
	t.Helper()
	for _, all := range diag.All {
		code := all.Code
		script, listed := otherCodes[code]
		switch {
		case slices.Contains(untested, code):
			if caused[code] {
				t.Errorf("a spec causes %q", code)
			}
		case listed:
			text, err := os.ReadFile(filepath.Join("testdata", "script", script))
			if err != nil || !regexp.MustCompile(`\[`+string(code)+`(, \w+)?\\?\]`).Match(text) {
				t.Errorf("%s does not show the code %q: %v", script, code, err)
			}
		case !caused[code]:
			t.Errorf("no spec in specs/invalid causes %q", code)
		}
		delete(caused, code)
	}
	for code := range caused {
		t.Errorf("%q is not in the table of diag", code)
	}
}
