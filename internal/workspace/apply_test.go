package workspace

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
)

func TestApplyThenUnchanged(t *testing.T) {
	dir := t.TempDir()
	roots := Roots{artifact.Code: filepath.Join(dir, "new", "repo"), artifact.GitOps: filepath.Join(dir, "new", "gitops")}
	set := setOf(t,
		gen(artifact.Code, ".github/workflows/ci.yaml", "on: push\n"),
		gen(artifact.GitOps, "app/base/service.yaml", "kind: Service\n"),
		live(artifact.GitOps, "app/live/kustomization.yaml", "images: []\n"))
	if err := Apply(mustCompare(t, set, roots), roots, false); err != nil {
		t.Fatal(err)
	}
	for _, f := range set.Files() {
		if got := read(t, roots.Place(f)); got != string(f.Content) {
			t.Errorf("%s is %q", f.Path, got)
		}
	}
	before := snapshot(t, dir)
	changes := mustCompare(t, set, roots)
	want := "code/.github/workflows/ci.yaml unchanged, gitops/app/base/service.yaml unchanged, gitops/app/live/kustomization.yaml live"
	if got := summary(changes); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if err := Apply(changes, roots, false); err != nil {
		t.Fatal(err)
	}
	sameTree(t, snapshot(t, dir), before)
}

func TestApplyKeepsLiveContent(t *testing.T) {
	roots := twoRoots(t)
	put(t, roots[artifact.GitOps], "live.yaml", "tag: main-1234567\n")
	set := setOf(t, live(artifact.GitOps, "live.yaml", "tag: none\n"), gen(artifact.GitOps, "a.yaml", ""))
	if err := Apply(mustCompare(t, set, roots), roots, false); err != nil {
		t.Fatal(err)
	}
	if got := read(t, roots[artifact.GitOps], "live.yaml"); got != "tag: main-1234567\n" {
		t.Errorf("the live file became %q", got)
	}
}

func TestApplyKeepsMode(t *testing.T) {
	dir := t.TempDir()
	for name, mode := range map[string]os.FileMode{"run.sh": 0o755, "readonly.yaml": 0o444} {
		put(t, dir, name, header+"old\n")
		if err := os.Chmod(filepath.Join(dir, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	set := setOf(t, gen(artifact.Code, "run.sh", "new\n"), gen(artifact.Code, "readonly.yaml", "new\n"))
	roots := Roots{artifact.Code: dir}
	if err := Apply(mustCompare(t, set, roots), roots, true); err != nil {
		t.Fatal(err)
	}
	tree := snapshot(t, dir)
	if got, want := tree[filepath.Join(dir, "run.sh")], "-rwxr-xr-x "+header+"new\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := tree[filepath.Join(dir, "readonly.yaml")], "-r--r--r-- "+header+"new\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestApplyOneDirectoryForBoth(t *testing.T) {
	dir := t.TempDir()
	roots := Roots{artifact.Code: filepath.Join(dir, "repo"), artifact.GitOps: filepath.Join(dir, "repo")}
	set := setOf(t, gen(artifact.Code, "deploy/a.yaml", "a\n"), gen(artifact.GitOps, "deploy/b.yaml", "b\n"))
	if err := Apply(mustCompare(t, set, roots), roots, false); err != nil {
		t.Fatal(err)
	}
	if got, want := read(t, dir, "repo/deploy/a.yaml")+read(t, dir, "repo/deploy/b.yaml"), header+"a\n"+header+"b\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestApplyRefusesAll(t *testing.T) {
	roots := twoRoots(t)
	put(t, roots[artifact.Code], "a.yaml", "mine\n")
	put(t, roots[artifact.GitOps], "b.yaml/", "")
	put(t, roots[artifact.GitOps], "d.yaml", header+"old\n")
	set := setOf(t, gen(artifact.Code, "a.yaml", ""), gen(artifact.Code, "new/c.yaml", ""),
		gen(artifact.GitOps, "b.yaml", ""), gen(artifact.GitOps, "d.yaml", ""))
	before := snapshot(t, roots[artifact.Code], roots[artifact.GitOps])
	err := Apply(mustCompare(t, set, roots), roots, true)
	sameTree(t, snapshot(t, roots[artifact.Code], roots[artifact.GitOps]), before)
	var refused *RefusedError
	if !errors.As(err, &refused) {
		t.Fatalf("got %v", err)
	}
	if got, want := summary(refused.Changes), "code/a.yaml foreign, gitops/b.yaml blocked"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, name := range []string{filepath.Join(roots[artifact.Code], "a.yaml"), filepath.Join(roots[artifact.GitOps], "b.yaml")} {
		if !strings.Contains(err.Error(), name+": ") {
			t.Errorf("%q does not name %s", err, name)
		}
	}
}

// What somebody writes between Compare and Apply is not lost.
func TestApplyRefusesStaleComparison(t *testing.T) {
	tests := []struct {
		name    string
		between func(t *testing.T, dir string)
		want    string
	}{
		{"edited", func(t *testing.T, dir string) { put(t, dir, "old.yaml", header+"edited\n") }, "old.yaml changed on disk"},
		{"appeared", func(t *testing.T, dir string) { put(t, dir, "x/new.yaml", "") }, "new.yaml changed on disk"},
		{"gone", func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, "old.yaml")); err != nil {
				t.Fatal(err)
			}
		}, "old.yaml changed on disk"},
		{"became a link", func(t *testing.T, dir string) { link(t, t.TempDir(), filepath.Join(dir, "x")) }, "x is a symbolic link"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, "old.yaml", header+"old\n")
			roots := Roots{artifact.Code: dir}
			changes := mustCompare(t, setOf(t, gen(artifact.Code, "old.yaml", "new\n"), gen(artifact.Code, "x/new.yaml", "")), roots)
			tt.between(t, dir)
			before := snapshot(t, dir)
			err := Apply(changes, roots, true)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q in it", err, tt.want)
			}
			sameTree(t, snapshot(t, dir), before)
		})
	}
}

func TestApplyRemovesLeftovers(t *testing.T) {
	dir := t.TempDir()
	leftover := tempName()
	put(t, dir, "a/"+leftover, "half")
	put(t, dir, "a/.pipegen-notes.tmp", "a person's")
	put(t, dir, "a/"+tempName()+"/", "")
	put(t, dir, "elsewhere/"+leftover, "not our business now")
	before := snapshot(t, dir)
	roots := Roots{artifact.Code: dir}
	if err := Apply(mustCompare(t, setOf(t, gen(artifact.Code, "a/b.yaml", "")), roots), roots, false); err != nil {
		t.Fatal(err)
	}
	delete(before, filepath.Join(dir, "a", leftover))
	after := snapshot(t, dir)
	delete(after, filepath.Join(dir, "a", "b.yaml"))
	sameTree(t, after, before)
}

// A root that cannot be made must not leave the other one half made.
func TestApplyUnmakeableRoot(t *testing.T) {
	dir := t.TempDir()
	link(t, "nothing", filepath.Join(dir, "dangling"))
	roots := Roots{artifact.Code: filepath.Join(dir, "new", "repo"), artifact.GitOps: filepath.Join(dir, "dangling", "gitops")}
	set := setOf(t, gen(artifact.Code, "a.yaml", ""), gen(artifact.GitOps, "b.yaml", ""))
	before := snapshot(t, dir)
	err := Apply(mustCompare(t, set, roots), roots, false)
	var failed *WriteError
	if !errors.As(err, &failed) || len(failed.Written) != 0 || len(failed.NotWritten) != 2 {
		t.Errorf("got %v", err)
	}
	sameTree(t, snapshot(t, dir), before)
}
