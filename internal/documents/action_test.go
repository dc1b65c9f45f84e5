package documents

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"
	"go.yaml.in/yaml/v3"
)

type action struct {
	Inputs map[string]struct{ Description, Default string }
	Runs   struct {
		Using string
		Steps []actionStep
	}
}

type actionStep struct {
	Name, If, Uses, Run, Shell string
	Env                        map[string]string
}

func theAction(t *testing.T) action {
	t.Helper()
	var a action
	if err := yaml.Unmarshal([]byte(read(t, "../action.yml")), &a); err != nil {
		t.Fatal(err)
	}
	if a.Runs.Using != "composite" || len(a.Runs.Steps) != 4 {
		t.Fatalf("%+v", a.Runs)
	}
	return a
}

// lint returns what actionlint reports for a workflow in a repository that has our
// action at its root.
func lint(t *testing.T, workflow string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"action.yml": read(t, "../action.yml"), ".github/workflows/ci.yaml": workflow, ".git/HEAD": ""} {
		name = filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	linter, err := actionlint.NewLinter(&bytes.Buffer{}, &actionlint.LinterOptions{WorkingDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	project, err := actionlint.NewProject(dir)
	if err != nil {
		t.Fatal(err)
	}
	found, err := linter.LintFile(filepath.Join(dir, ".github", "workflows", "ci.yaml"), project)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, f := range found {
		fmt.Fprintln(&out, f)
	}
	return out.String()
}

// TestActionInputs: actionlint takes a workflow that sets every input, and refuses
// one that misspells one.
func TestActionInputs(t *testing.T) {
	workflow := "name: CI\non: push\njobs:\n  check:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: ./\n        with:\n"
	for name, in := range theAction(t).Inputs {
		if in.Description == "" {
			t.Errorf("input %s is not described", name)
		}
		workflow += "          " + name + ": x\n"
	}
	if found := lint(t, workflow); found != "" {
		t.Error(found)
	}
	if found := lint(t, workflow+"          spek: x\n"); !strings.Contains(found, "spek") {
		t.Errorf("a misspelt input passes: %q", found)
	}
}

// TestActionScripts: values reach the scripts through env alone, shellcheck reports
// nothing, and actions are pinned as in the table of pins.
func TestActionScripts(t *testing.T) {
	for _, s := range theAction(t).Runs.Steps {
		if s.Uses != "" {
			assertPinned(t, "action.yml", read(t, "../action.yml"))
			continue
		}
		if s.Shell != "bash" || s.Name == "" || strings.Contains(s.Run, "${{") {
			t.Errorf("step %q: shell %q\n%s", s.Name, s.Shell, s.Run)
		}
		if !hasShellcheck() {
			t.Log("shellcheck is not installed")
			continue
		}
		cmd := exec.Command("shellcheck", "--shell=bash", "-")
		cmd.Stdin = strings.NewReader(s.Run)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("step %q: %v\n%s", s.Name, err, out)
		}
	}
}

var uses = regexp.MustCompile(`uses: +([\w.-]+/[\w.-]+)(/[\w./-]+)?@(\S+)(?:  # (\S+))?`)

// assertPinned requires that each action in a text is pinned as in the table of
// pins.
func assertPinned(t *testing.T, name, text string) {
	t.Helper()
	var table map[string]struct{ Version, SHA string }
	if err := json.Unmarshal([]byte(read(t, "../templates/actions.json")), &table); err != nil {
		t.Fatal(err)
	}
	for _, m := range uses.FindAllStringSubmatch(text, -1) {
		if pin := table[m[1]]; m[1] != ownAction && (pin.SHA == "" || m[3] != pin.SHA || m[4] != pin.Version) {
			t.Errorf("%s: %s; the table has %+v", name, m[0], pin)
		}
	}
}

// runner runs the scripts of the action as the runner does, with a go on the PATH
// that records its arguments and installs the pipegen of these tests.
type runner struct {
	dir, temp, path, log string
	// os is that of the machine, "" for Linux.
	os string
}

// notInstalled is the condition of steps that build pipegen.
const notInstalled = "${{ steps.release.outputs.installed != 'true' }}"

func newRunner(t *testing.T) runner {
	t.Helper()
	r := runner{dir: filepath.Join(t.TempDir(), "shop"), temp: t.TempDir(), path: t.TempDir()}
	r.log = filepath.Join(r.temp, "go.log")
	standIn := fmt.Sprintf("#!/bin/sh\necho \"go $* ($GOSUMDB)\" >> %q\nmkdir -p \"$GOBIN\" && cp %q \"$GOBIN/pipegen\"\n", r.log, filepath.Join(bin, "pipegen"))
	if err := errors.Join(os.Mkdir(r.dir, 0o755), os.WriteFile(filepath.Join(r.path, "go"), []byte(standIn), 0o755),
		os.WriteFile(filepath.Join(r.dir, "pipeline.cue"), []byte(base(blocksOf(read(t, "diagnostics.md")))), 0o644)); err != nil {
		t.Fatal(err)
	}
	if output, code := run(t, r.dir, "pipegen generate"); code != 0 {
		t.Fatal(output)
	}
	return r
}

var input = regexp.MustCompile(`\$\{\{ inputs\.([\w-]+) \}\}`)

// use runs the action with some inputs and returns what the log shows and the exit
// code of the step that ended it.
func (r runner) use(t *testing.T, with map[string]string) (output string, code int) {
	t.Helper()
	a := theAction(t)
	value := func(name string) string {
		in, ok := a.Inputs[name]
		if !ok {
			t.Errorf("there is no input %s", name)
		}
		if v, ok := with[name]; ok {
			return v
		}
		return in.Default
	}
	added, outputs := filepath.Join(t.TempDir(), "path"), filepath.Join(t.TempDir(), "outputs")
	for _, s := range a.Runs.Steps {
		installed, err := os.ReadFile(outputs)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		if s.Run == "" || s.If == notInstalled && string(installed) == "installed=true\n" {
			continue
		}
		more, err := os.ReadFile(added)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", s.Run)
		cmd.Dir = r.dir
		cmd.Env = append(os.Environ(), "PATH="+strings.TrimSpace(string(more))+":"+r.path+":/usr/bin:/bin", "RUNNER_TEMP="+r.temp,
			"GITHUB_PATH="+added, "GITHUB_OUTPUT="+outputs, "RUNNER_OS="+cmp.Or(r.os, "Linux"), "RUNNER_ARCH=X64", "GITHUB_ACTION_PATH="+r.path, "GITHUB_WORKSPACE="+r.dir)
		for name, v := range s.Env {
			cmd.Env = append(cmd.Env, name+"="+input.ReplaceAllStringFunc(v, func(m string) string { return value(input.FindStringSubmatch(m)[1]) }))
		}
		out, err := cmd.CombinedOutput()
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		output += string(out)
		if code = cmd.ProcessState.ExitCode(); code != 0 {
			return output, code
		}
	}
	return output, 0
}

// drift edits a generated file of the checkout.
func (r runner) drift(t *testing.T) {
	t.Helper()
	if output, code := run(t, r.dir, "sed -i.bak 's/ref: main/ref: trunk/' .github/workflows/ci.yaml"); code != 0 {
		t.Fatal(output)
	}
}

func TestActionPasses(t *testing.T) {
	r := newRunner(t)
	output, code := r.use(t, map[string]string{"sarif-file": "found.sarif"})
	if code != 0 || !strings.Contains(output, "pipegen: pipeline.cue is valid") || strings.Contains(output, "::error") {
		t.Errorf("exit code %d:\n%s", code, output)
	}
	if got, want := read(t, r.log), "go install -C "+r.path+" ./cmd/pipegen (sum.golang.org)\n"; got != want {
		t.Errorf("what is installed is %q, want the source of the action: %q", got, want)
	}
	if results := resultsIn(t, r); results != 0 {
		t.Errorf("%d results", results)
	}
}

func TestActionFails(t *testing.T) {
	r := newRunner(t)
	r.drift(t)
	output, code := r.use(t, map[string]string{"sarif-file": "found.sarif", "version": "v1.2.3"})
	if code != 1 || !regexp.MustCompile(`(?m)^::error file=\.github/workflows/ci\.yaml,line=\d+,title=pipegen drift::`).MatchString(output) {
		t.Errorf("exit code %d:\n%s", code, output)
	}
	if got, want := read(t, r.log), "go install github.com/pipegen/pipegen/cmd/pipegen@v1.2.3 (sum.golang.org)\n"; got != want {
		t.Errorf("what is installed is %q, want %q", got, want)
	}
	if results := resultsIn(t, r); results == 0 {
		t.Error("no results")
	}
	if output, code := r.use(t, map[string]string{"format": "text"}); code != 1 || strings.Contains(output, "::") || !strings.Contains(output, "[drift]") {
		t.Errorf("format text, exit code %d:\n%s", code, output)
	}
}

// TestActionCannotRun: a run without a report keeps its exit code and leaves no file
// that an upload would choke on.
func TestActionCannotRun(t *testing.T) {
	for _, c := range []struct {
		with map[string]string
		code int
		says string
	}{
		{map[string]string{"args": "--no-such-flag"}, 2, "no-such-flag"},
		{map[string]string{"file": "a b;exit 0.cue"}, 3, "there is no a b;exit 0.cue"},
		{map[string]string{"args": "--out=x\n--code=y"}, 2, "--out says where both repositories are"},
		{map[string]string{"code": "x", "gitops": "y", "args": "--out=z"}, 2, "--out says where both repositories are"},
		{map[string]string{"version": "latest"}, 2, "must be a release such as v1.2.3"},
		{map[string]string{"version": "v1.2.3@x"}, 2, "must be a release such as v1.2.3"},
	} {
		r := newRunner(t)
		c.with["sarif-file"] = "found.sarif"
		if output, code := r.use(t, c.with); code != c.code || !strings.Contains(output, c.says) {
			t.Errorf("%v: exit code %d, want %d:\n%s", c.with, code, c.code, output)
		}
		if _, err := os.Stat(filepath.Join(r.dir, "found.sarif")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%v: found.sarif is left (%v)", c.with, err)
		}
		if _, err := os.Stat(r.log); c.with["version"] != "" && !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%v: go was run", c.with)
		}
	}
}

// TestActionTakesRelease: the archive of a release is run when the attestation proves it, and never without; where there is
// none, pipegen is built.
func TestActionTakesRelease(t *testing.T) {
	for _, c := range []struct {
		name, gh, os string
		code         int
		built        bool
		says         string
	}{
		{"proven", "exit 0", "Linux", 0, false, "is valid"},
		{"not proven", `[ "$1" != attestation ]`, "Linux", 1, false, "it is not run"},
		{"no archive", `[ "$2" != download ]`, "Linux", 0, true, "it is built from its source"},
		{"another system", "exit 1", "Windows", 0, true, "is valid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRunner(t)
			r.os = c.os
			asked := filepath.Join(r.temp, "gh.log")
			gh := fmt.Sprintf("#!/bin/sh\necho \"$*\" >> %q\nif [ \"$2\" = download ]; then tar -cf - -C %q pipegen | gzip -1 > \"$9/$7\"; fi\n%s\n", asked, bin, c.gh)
			if err := os.WriteFile(filepath.Join(r.path, "gh"), []byte(gh), 0o755); err != nil {
				t.Fatal(err)
			}
			output, code := r.use(t, map[string]string{"version": "v1.2.3"})
			if code != c.code || !strings.Contains(output, c.says) {
				t.Errorf("exit code %d, want %d:\n%s", code, c.code, output)
			}
			if _, err := os.Stat(r.log); errors.Is(err, os.ErrNotExist) == c.built {
				t.Errorf("built: %v, want %v", err == nil, c.built)
			}
			if c.name == "proven" && !strings.Contains(read(t, asked), "--source-ref refs/tags/v1.2.3\n") {
				t.Errorf("gh was asked:\n%s", read(t, asked))
			}
		})
	}
}

// TestArchives: the action asks for archives as goreleaser names them, and only of systems that it builds for.
func TestArchives(t *testing.T) {
	var release struct {
		ProjectName string `yaml:"project_name"`
		Builds      []struct{ Goos, Goarch []string }
		Archives    []struct {
			NameTemplate string `yaml:"name_template"`
		}
	}
	if err := yaml.Unmarshal([]byte(read(t, "../.goreleaser.yaml")), &release); err != nil {
		t.Fatal(err)
	}
	if got := release.Archives[0].NameTemplate; release.ProjectName != "pipegen" || got != "{{ .ProjectName }}_{{ .Version }}_{{ .Os }}_{{ .Arch }}" {
		t.Errorf("archives are named %q", got)
	}
	platforms := regexp.MustCompile(`platform=(\w+)_(\w+)`).FindAllStringSubmatch(read(t, "../action.yml"), -1)
	if len(platforms) != 4 {
		t.Errorf("the action knows %d platforms", len(platforms))
	}
	for _, m := range platforms {
		if b := release.Builds[0]; !slices.Contains(b.Goos, m[1]) || !slices.Contains(b.Goarch, m[2]) {
			t.Errorf("no release is built for %s_%s", m[1], m[2])
		}
	}
}

func resultsIn(t *testing.T, r runner) int {
	t.Helper()
	var log struct {
		Runs []struct{ Results []json.RawMessage }
	}
	if err := json.Unmarshal([]byte(read(t, filepath.Join(r.dir, "found.sarif"))), &log); err != nil {
		t.Fatal(err)
	}
	return len(log.Runs[0].Results)
}
