package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pipegen/pipegen/internal/detect"
	"github.com/pipegen/pipegen/schema"
	"github.com/pipegen/pipegen/templates"
)

const initSamples = "../../internal/detect/testdata"

// runHere runs pipegen in this process and returns all that it printed.
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

// TestInitSamples holds the spec that each sample repository gives against
// testdata/init, and takes it through check and generate.
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
			// The sample empty is no git repository, and make has a detached HEAD.
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
			requireFormatted(t, got)
			if marks := strings.Count(string(got), checkMark); strings.Count(said, "pipeline.cue:") != marks+1 {
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

func requireFormatted(t *testing.T, text []byte) {
	t.Helper()
	again, err := schema.Format(text)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(again), string(text)); d != "" {
		t.Errorf("cue fmt would change it:\n%s", d)
	}
}

// A fragment is CUE by itself, has at most one hole a line, and each hole is a
// setting that some repository fills.
func TestStarterFragments(t *testing.T) {
	entries, err := templates.Files.ReadDir("starter")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		src, err := templates.Files.ReadFile("starter/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		requireFormatted(t, src)
		for line := range strings.Lines(string(src)) {
			if n := len(hole.FindAllString(line, -1)); n > 1 {
				t.Errorf("%s: %d holes in %q", e.Name(), n, line)
			}
		}
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
	for flag, value := range map[string]string{"name": "Foo Bar", "repository": "x", "branch": "a b", "gitops": "${{ x }}", "port": "80", "namespace": "A"} {
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
		for _, want := range []string{`"ledger"`, `"services/ledger/go.mod"`, `"cd services/ledger && go test`, `"services/ledger/cover.out"`,
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

// Of many that write at once exactly one wins, and its file is whole.
func TestWriteNew(t *testing.T) {
	dir := t.TempDir()
	place := filepath.Join(dir, "pipeline.cue")
	for _, write := range []func(string, []byte) error{writeNew, writeExclusive} {
		os.Remove(place)
		var wg sync.WaitGroup
		var mu sync.Mutex
		won := -1
		for i := range 8 {
			wg.Go(func() {
				if err := write(place, bytes.Repeat([]byte{byte('a' + i)}, 1<<16)); err == nil {
					mu.Lock()
					defer mu.Unlock()
					if won >= 0 {
						t.Error("two have won")
					}
					won = i
				} else if !errors.Is(err, os.ErrExist) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		got, err := os.ReadFile(place)
		if err != nil || won < 0 || !bytes.Equal(got, bytes.Repeat([]byte{byte('a' + won)}, 1<<16)) {
			t.Errorf("not the file of the winner %d: %v", won, err)
		}
		requireFiles(t, dir, "pipeline.cue")
	}
}

func TestAsk(t *testing.T) {
	d := newDraft(detect.Facts{Folder: "shop", Subfolder: "."}, nil)
	if err := d.settle(); err != nil {
		t.Fatal(err)
	}
	// A name that the schema refuses, then one; the guess for the repository's
	// branch; an answer that is no port; then the end of the input.
	var said strings.Builder
	in := "Shop!\nstore\nacme/store\n\n\nstores\nhigh\n9000\n"
	if err := ask(d, strings.NewReader(in), &said); err != nil {
		t.Fatal(err)
	}
	text, err := d.finish()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"store"`, `"acme/store"`, `"acme/gitops"`, `namespace: "stores"`, "9000", "healthy store."} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %s in\n%s\n%s", want, text, &said)
		}
	}
	for _, want := range []string{"[acme/gitops]: ", "[store]: ", `"Shop!"`, "high", "[/health]: \n"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("no %q in the talk:\n%s", want, &said)
		}
	}
	if strings.Count(string(text), checkMark) != 3 {
		t.Errorf("what was answered is no guess:\n%s", text)
	}
}

func TestOnTerminal(t *testing.T) {
	if onTerminal(streams{in: strings.NewReader(""), out: io.Discard}) {
		t.Error("a string is no terminal")
	}
}

// FuzzInit writes a spec for facts made of arbitrary text: it always passes.
func FuzzInit(f *testing.F) {
	for i, text := range nastyTexts {
		f.Add(uint64(i), text)
	}
	f.Fuzz(func(t *testing.T, seed uint64, text string) {
		r := rand.New(rand.NewPCG(seed, 1))
		requirePassing(t, randomFacts(r, []string{text, text, "app", ""}))
	})
}

// TestInitAlwaysPasses does the same with texts that are known to be nasty.
func TestInitAlwaysPasses(t *testing.T) {
	for seed := range uint64(100) {
		requirePassing(t, randomFacts(rand.New(rand.NewPCG(seed, 2)), nastyTexts))
	}
}

func requirePassing(t *testing.T, facts detect.Facts) {
	t.Helper()
	d := newDraft(facts, nil)
	if err := d.settle(); err != nil {
		t.Fatalf("%v\n%+v", err, facts)
	}
	text, err := d.finish()
	if err != nil {
		t.Fatalf("%v\n%+v", err, facts)
	}
	requireFormatted(t, text)
}

var nastyTexts = []string{"", "app", "Org", "main", "a/b", "../x", "/abs", "-rf", "${{ secrets.X }}", "$(id)", "`id`", "\\(name)", `"`, `\`, "'", "#",
	"a b", "a\nb", "a\r", "\x00", "\x1b[31m", "\x7f", "\u2028", "\ufeff", "\xff\xfe", "日本", "é", "// x", "*/", "}", "{", "]", "a..b", "a--b", "a__b",
	"_", ".", "..", "x.lock", strings.Repeat("a", 50), strings.Repeat("ab-", 200), "ÄÖÜ", "a.-b", "a_.b", "1", "99999999999999999999", "3.11", "3.99",
	"10001", "0", "10001:70000", "65535:65535", "12345:20000", "name: 3", "%s", "%!d", "ꟻ", "CHECK: x", " // CHECK: x"}

func randomFacts(r *rand.Rand, texts []string) detect.Facts {
	text := func() string { return texts[r.IntN(len(texts))] }
	yes := func() bool { return r.IntN(2) == 0 }
	maybe := func() []string {
		var out []string
		for range r.IntN(3) {
			out = append(out, text())
		}
		return out
	}
	f := detect.Facts{Folder: text(), Subfolder: ".", Branch: text(), BranchSure: yes(), MakeTest: yes()}
	if yes() {
		f.Subfolder = text()
	}
	if yes() {
		f.Remote = &detect.Remote{Host: text(), Repository: text() + "/" + text()}
		if yes() {
			f.Remote.Host = "github.com"
		}
	}
	switch r.IntN(6) {
	case 0:
		f.Python = &detect.Python{Manager: []string{"uv", "poetry", "pip"}[r.IntN(3)], Locked: yes(), Requirements: maybe(), Version: text(),
			Exact: yes(), Name: text(), Packages: maybe(), Tests: text(), Pytest: detect.Presence(r.IntN(3)), PytestCov: detect.Presence(r.IntN(3))}
	case 1:
		f.Go = &detect.Go{Module: text(), Version: text()}
	case 2:
		f.Node = &detect.Node{Manager: []string{"npm", "pnpm", "yarn", "berry"}[r.IntN(4)], ManagerPinned: yes(), HasTest: yes()}
		if yes() {
			f.Node.Lock, f.Node.CoverageFlags = "package-lock.json", "--coverage"
		}
		if yes() {
			f.Node.VersionFile = ".nvmrc"
		}
	case 3:
		f.Java = &detect.Java{Tool: []string{"maven", "gradle"}[r.IntN(2)], Wrapper: yes(), Runnable: yes(), Version: text()}
		if yes() {
			f.Java.Report = "target/site/jacoco/jacoco.xml"
		}
	case 4:
		f.Rust = &detect.Rust{Toolchain: text(), Locked: yes()}
	}
	if yes() {
		f.Docker = &detect.Docker{Path: "Dockerfile", User: text(), HealthPath: text(), HealthPort: r.IntN(70000), Images: maybe()}
		for range r.IntN(3) {
			f.Docker.Ports = append(f.Docker.Ports, r.IntN(65535)+1)
		}
		if yes() {
			f.Docker.Images = append(f.Docker.Images, fmt.Sprintf("%s:%d", []string{"node", "rust", "python", "openjdk"}[r.IntN(4)], r.IntN(30)))
		}
	}
	for range r.IntN(3) {
		f.Workflows = append(f.Workflows, detect.Workflow{Path: text(), Ours: yes()})
	}
	return f
}
