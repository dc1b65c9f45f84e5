package gitrepo

import (
	"os"
	"path/filepath"
	"testing"
)

func TestRoot(t *testing.T) {
	top := t.TempDir()
	inner, linked := filepath.Join(top, "a", "inner"), filepath.Join(top, "a", "worktree")
	for _, dir := range []string{filepath.Join(top, ".git"), filepath.Join(inner, ".git"), filepath.Join(inner, "x", "y"), filepath.Join(linked, "z")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	// In a worktree or a submodule, .git is a file.
	if err := os.WriteFile(filepath.Join(linked, ".git"), []byte("gitdir: /elsewhere\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{
		top:                                 top,
		filepath.Join(top, "a"):             top,
		inner:                               inner,
		filepath.Join(inner, "x", "y"):      inner,
		filepath.Join(inner, "x", "..", ""): inner,
		filepath.Join(linked, "z"):          linked,
		filepath.Join(inner, "not", "yet"):  inner,
	} {
		if got := Root(dir); got != want {
			t.Errorf("Root(%s) = %q, want %q", dir, got, want)
		}
	}
	t.Chdir(filepath.Join(inner, "x"))
	if got := Root("."); got != inner {
		t.Errorf("Root(.) = %q, want %q", got, inner)
	}
}

func TestRootOfNothing(t *testing.T) {
	if _, err := os.Lstat("/.git"); err == nil {
		t.Fatal("this machine has a repository at /")
	}
	if got := Root("/"); got != "" {
		t.Errorf("Root(/) = %q", got)
	}
}

// TestAsk: git runs in the given directory, even inside a hook, whose environment
// names the repository of the hook.
func TestAsk(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	for _, d := range []string{dir, other} {
		ask(d, "init", "--quiet", "--initial-branch=trunk")
	}
	if got := ask(dir, "remote", "add", "origin", "git@github.com:org/repo.git"); got != "" {
		t.Fatal(got)
	}
	t.Setenv("GIT_DIR", filepath.Join(other, ".git"))
	if got, want := Origin(dir), "git@github.com:org/repo.git"; got != want {
		t.Errorf("Origin = %q, want %q", got, want)
	}
	if got := Origin(other); got != "" {
		t.Errorf("Origin = %q where there is none", got)
	}
	if got, _ := DefaultBranch(dir); got != "trunk" {
		t.Errorf("DefaultBranch = %q, want trunk", got)
	}
	if got := Origin(filepath.Join(dir, "nowhere")); got != "" {
		t.Errorf("Origin = %q outside of everything", got)
	}
}
