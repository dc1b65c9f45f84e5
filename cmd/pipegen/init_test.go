package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pipegen/pipegen/internal/onramp/drafttest"
	"github.com/pipegen/pipegen/internal/onramp/fromsource"
)

const initSamples = "../../internal/onramp/detect/testdata"

// runHere runs pipegen in this process and returns its output.
func runHere(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	got := run(args, streams{in: strings.NewReader(""), out: &out, err: &out, env: func(string) string { return "" }})
	if got != want {
		t.Fatalf("pipegen %v exits %d, want %d:\n%s", args, got, want, &out)
	}
	return out.String()
}

func gitIn(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

// TestInitSamples compares the spec for each sample repository with testdata/init,
// and runs check and generate on it.
func TestInitSamples(t *testing.T) {
	entries, err := os.ReadDir(initSamples)
	if err != nil {
		t.Fatal(err)
	}
	golden, err := filepath.Abs("testdata/init")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, e := range entries {
		name := e.Name()
		if name == "fuzz" {
			continue
		}
		seen[name+".cue"] = true
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), name)
			if err := os.CopyFS(dir, os.DirFS(filepath.Join(initSamples, name))); err != nil {
				t.Fatal(err)
			}
			// The sample empty is not a git repository, and make has a detached
			// HEAD.
			if name != "empty" {
				gitIn(t, dir, "init", "-q", "-b", "main")
				gitIn(t, dir, "remote", "add", "origin", "git@github.com:Example/"+name+".git")
			}
			if name == "make" {
				gitIn(t, dir, "add", ".")
				gitIn(t, dir, "commit", "-q", "-m", "first")
				gitIn(t, dir, "checkout", "-q", "--detach")
			}
			said := runHere(t, 0, "init", dir)
			spec := filepath.Join(dir, "pipeline.cue")
			got, err := os.ReadFile(spec)
			if err != nil {
				t.Fatal(err)
			}
			drafttest.RequireFormatted(t, got)
			if marks := strings.Count(string(got), fromsource.Mark); strings.Count(said, "pipeline.cue:") != marks+1 {
				t.Errorf("the spec has %d marks, and init said\n%s", marks, said)
			}
			compareSpec(t, filepath.Join(golden, name+".cue"), got)

			runHere(t, 0, "check", "-f", spec)
			out := t.TempDir()
			runHere(t, 0, "generate", "-f", spec, "--out", out)
			runHere(t, 0, "check", "-f", spec, "--out", out)
			if again := runHere(t, 1, "init", dir); !strings.Contains(again, "never overwrites") {
				t.Errorf("a second init says %q", again)
			}
		})
	}
	orphans, _ := filepath.Glob(filepath.Join(golden, "*"))
	for _, o := range orphans {
		if !seen[filepath.Base(o)] {
			t.Errorf("%s belongs to no sample", o)
		}
	}
}

func compareSpec(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("run the test with -update and review the difference:\n%s", d)
	}
}

func TestInitOutOfTheOrdinary(t *testing.T) {
	t.Run("no folder", func(t *testing.T) {
		if said := runHere(t, 3, "init", filepath.Join(t.TempDir(), "none")); !strings.Contains(said, "there is no folder") {
			t.Error(said)
		}
	})
	t.Run("a file for a folder", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(file, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		runHere(t, 3, "init", file)
	})
	t.Run("a link that leads nowhere", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.Symlink("nowhere", filepath.Join(dir, "pipeline.cue")); err != nil {
			t.Fatal(err)
		}
		runHere(t, 1, "init", dir)
		requireFiles(t, dir, "pipeline.cue")
	})
	t.Run("outside of the folder", func(t *testing.T) { runHere(t, 2, "init", t.TempDir(), "--file", "../x.cue") })
	t.Run("folder of the file is missing", func(t *testing.T) { runHere(t, 3, "init", t.TempDir(), "--file", "a/x.cue") })
	t.Run("flags", func(t *testing.T) {
		dir := t.TempDir()
		said := runHere(t, 0, "init", dir, "--name", "agent", "--repository", "Org/Mono.Repo-", "--gitops", "org/mono.repo-",
			"--port", "9000", "--namespace", "agents", "--branch", "release", "--file", "a.cue")
		text, err := os.ReadFile(filepath.Join(dir, "a.cue"))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{`"agent"`, `"Org/Mono.Repo-"`, `gitops: repository: "org/mono.repo-"`, "9000", `namespace: "agents"`,
			`"release"`, `"org/mono.repo/agent"`} {
			if !strings.Contains(string(text), want) {
				t.Errorf("no %s in\n%s", want, text)
			}
		}
		if strings.Contains(said, "namespace") || strings.Contains(said, "GitOps") {
			t.Errorf("asks to look at what was given:\n%s", said)
		}
		runHere(t, 0, "check", "-f", filepath.Join(dir, "a.cue"))
	})
	for flag, value := range map[string]string{"name": "Foo Bar", "repository": "x", "branch": "a b", "gitops": "${{ x }}", "port": "0", "namespace": "A"} {
		t.Run("bad "+flag, func(t *testing.T) {
			dir := t.TempDir()
			if said := runHere(t, 2, "init", dir, "--"+flag, value); !strings.Contains(said, "--"+flag+" cannot be") {
				t.Error(said)
			}
			requireFiles(t, dir)
		})
	}
	t.Run("what stands in the way", func(t *testing.T) {
		dir := t.TempDir()
		gitIn(t, dir, "init", "-q")
		ci := filepath.Join(dir, ".github", "workflows", "ci.yaml")
		if err := os.MkdirAll(filepath.Dir(ci), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(ci, []byte("name: mine\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		if said := runHere(t, 0, "init", dir); !strings.Contains(said, "warning: ") || !strings.Contains(said, "ci.yaml") {
			t.Error(said)
		}
	})
	t.Run("subfolder", func(t *testing.T) {
		top := t.TempDir()
		gitIn(t, top, "init", "-q")
		dir := filepath.Join(top, "services", "ledger")
		if err := os.CopyFS(dir, os.DirFS(filepath.Join(initSamples, "go"))); err != nil {
			t.Fatal(err)
		}
		runHere(t, 0, "init", dir)
		text, err := os.ReadFile(filepath.Join(dir, "pipeline.cue"))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{`"ledger"`, `directory: "services/ledger"`,
			`"services/ledger/Dockerfile"`, `"services/ledger"`} {
			if !strings.Contains(string(text), want) {
				t.Errorf("no %s in\n%s", want, text)
			}
		}
		runHere(t, 0, "check", "-f", filepath.Join(dir, "pipeline.cue"))
	})
}

func requireFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if !cmp.Equal(got, want) {
		t.Errorf("the folder holds %v, want %v", got, want)
	}
}
