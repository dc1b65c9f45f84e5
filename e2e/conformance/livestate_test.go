package conformance

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// kustomizeCLI compiles the command that CI runs.
func kustomizeCLI(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "kustomize")
	if out, err := exec.Command("go", "build", "-C", filepath.Join(product, "bench", "tools"), "-o", bin, "sigs.k8s.io/kustomize/kustomize/v5").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return bin
}

// estate is both repositories of a spec, in git.
type estate struct {
	t                             *testing.T
	pipegen, kustomize, spec, out string
	gitops                        string
	// lives are the folders that CI writes to.
	lives []string
}

func liveFolders(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() && e.Name() == "live" {
			out = append(out, name)
		}
		return err
	})
	if err != nil || len(out) == 0 {
		t.Fatalf("live folders: %q, %v", out, err)
	}
	return out
}

func newEstate(t *testing.T, pipegen, kustomize, name string) *estate {
	t.Helper()
	e := &estate{t: t, pipegen: pipegen, kustomize: kustomize, out: t.TempDir()}
	src, err := os.ReadFile(filepath.Join(product, "specs", name, "pipeline.cue"))
	if err != nil {
		t.Fatal(err)
	}
	e.spec = filepath.Join(e.out, "pipeline.cue")
	if err := os.WriteFile(e.spec, src, 0o644); err != nil {
		t.Fatal(err)
	}
	e.generate()
	e.lives = liveFolders(t, e.out)
	manifests, err := filepath.Glob(filepath.Join(e.out, "*", ".pipegen", "gitops"))
	if err != nil || len(manifests) != 1 {
		t.Fatalf("manifests: %q, %v", manifests, err)
	}
	e.gitops = filepath.Dir(filepath.Dir(manifests[0]))
	e.git("init", "--quiet", "--initial-branch=main")
	e.git("config", "user.name", "t")
	e.git("config", "user.email", "t@example.org")
	e.commit("scaffold")
	return e
}

func (e *estate) must(dir, name string, args ...string) string {
	e.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		e.t.Fatalf("%s %s: %v\n%s", filepath.Base(name), strings.Join(args, " "), err, out)
	}
	return string(out)
}

func (e *estate) git(args ...string) string { return e.must(e.gitops, "git", args...) }

func (e *estate) commit(message string) string {
	e.t.Helper()
	e.git("add", "--all")
	e.git("commit", "--quiet", "--message", message)
	return strings.TrimSpace(e.git("rev-parse", "HEAD"))
}

func (e *estate) generate() string {
	e.t.Helper()
	return e.must(e.out, e.pipegen, "generate", "-f", "pipeline.cue", "--out", e.out)
}

func (e *estate) check() string {
	e.t.Helper()
	return e.must(e.out, e.pipegen, "check", "-f", "pipeline.cue", "--out", e.out)
}

// bump does what the deploy job does.
func (e *estate) bump(live, image, sha string) string {
	e.t.Helper()
	name := filepath.Base(filepath.Join(live, "..", "..", ".."))
	e.must(live, e.kustomize, "edit", "set", "image", name+"="+image)
	if err := os.WriteFile(filepath.Join(live, "source-commit"), []byte(sha+"\n"), 0o644); err != nil {
		e.t.Fatal(err)
	}
	return e.commit("deploy " + image)
}

// change edits the spec.
func (e *estate) change(pattern, replacement string) {
	e.t.Helper()
	src, err := os.ReadFile(e.spec)
	if err != nil {
		e.t.Fatal(err)
	}
	changed := regexp.MustCompile(pattern).ReplaceAll(src, []byte(replacement))
	if string(changed) == string(src) {
		e.t.Fatalf("the spec has no %s", pattern)
	}
	if err := os.WriteFile(e.spec, changed, 0o644); err != nil {
		e.t.Fatal(err)
	}
}

func digest(c string) string { return "sha256:" + strings.Repeat(c, 64) }

func TestLiveState(t *testing.T) {
	pipegen, kustomize := build(t), kustomizeCLI(t)

	// The live image is data, in any form that kustomize or a person writes.
	t.Run("every form", func(t *testing.T) {
		e := newEstate(t, pipegen, kustomize, "minimal")
		kustomization := filepath.Join(e.lives[0], "kustomization.yaml")
		seed, err := os.ReadFile(kustomization)
		if err != nil {
			t.Fatal(err)
		}
		ref := regexp.MustCompile(`newName: (\S+)`).FindSubmatch(seed)
		if ref == nil {
			t.Fatalf("no image in\n%s", seed)
		}
		name := filepath.Base(filepath.Join(e.lives[0], "..", "..", ".."))
		for i, form := range []string{":v1@" + digest("a"), "@" + digest("b"), ":v2", ":v3@" + digest("c")} {
			e.bump(e.lives[0], string(ref[1])+form, strings.Repeat(fmt.Sprint(i), 40))
			e.kept(form)
		}
		for what, text := range map[string]string{
			"another order and a comment": "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n# by hand\nimages:\n  - newTag: v4 # the good one\n    newName: " +
				string(ref[1]) + "\n    name: " + name + "\n    digest: " + digest("d") + "\n",
			"carriage returns": strings.ReplaceAll(string(seed), "\n", "\r\n"),
		} {
			if err := os.WriteFile(kustomization, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			e.commit(what)
			e.kept(what)
		}
	})

	// Files that were generated in between touch no line of a deploy.
	t.Run("reverts", func(t *testing.T) {
		e := newEstate(t, pipegen, kustomize, "two-environments")
		lives := e.lives
		if len(lives) != 2 {
			t.Fatalf("live folders: %q", lives)
		}
		src, _ := os.ReadFile(filepath.Join(lives[0], "kustomization.yaml"))
		ref := string(regexp.MustCompile(`newName: (\S+)`).FindSubmatch(src)[1])
		for i, live := range lives {
			e.bump(live, fmt.Sprintf("%s:v1@%s", ref, digest("a")), strings.Repeat(fmt.Sprint(i), 40))
		}
		before, _ := os.ReadFile(filepath.Join(lives[0], "kustomization.yaml"))
		first := e.bump(lives[0], ref+":v2@"+digest("b"), strings.Repeat("b", 40))
		e.bump(lives[1], ref+":v2@"+digest("b"), strings.Repeat("b", 40))
		for _, c := range [][2]string{{`intent:\s+".*"`, `intent: "Another sentence."`}, {`port:\s+\d+`, "port: 9191"}} {
			e.change(c[0], c[1])
			if out := e.generate(); !strings.Contains(out, "updated") {
				t.Fatalf("nothing was generated:\n%s", out)
			}
			e.commit("regenerate")
		}
		e.git("revert", "--no-edit", first)
		after, _ := os.ReadFile(filepath.Join(lives[0], "kustomization.yaml"))
		if string(after) != string(before) {
			t.Errorf("the revert gives\n%s\nwant\n%s", after, before)
		}
		e.check()
		if out := e.generate(); !strings.Contains(out, "nothing changed") {
			t.Errorf("after the revert:\n%s", out)
		}
	})
}

// kept asserts that neither verb reports or changes the live folder.
func (e *estate) kept(form string) {
	e.t.Helper()
	if out := e.generate(); !strings.Contains(out, "nothing changed") {
		e.t.Errorf("%s: generate says\n%s", form, out)
	}
	if out := e.check(); strings.Contains(out, "error") {
		e.t.Errorf("%s: check says\n%s", form, out)
	}
	if out := e.git("status", "--porcelain"); out != "" {
		e.t.Errorf("%s: git sees\n%s", form, out)
	}
}
