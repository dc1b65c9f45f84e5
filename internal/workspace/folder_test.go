package workspace_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/workspace"
)

func put(t *testing.T, dir, name string, content []byte) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAuthorFolder(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	put(t, outside, "secret.yaml", []byte("a: 1\n"))
	put(t, dir, "app/custom/kustomization.yaml", []byte("kind: Component\n"))
	put(t, dir, "app/custom/deep/x.yaml", []byte("x: 1\n"))
	put(t, dir, "app/other.yaml", nil)
	for link, target := range map[string]string{
		"app/custom/file.yaml": filepath.Join(outside, "secret.yaml"), "app/custom/folder": outside,
		"app/custom/near.yaml": "../other.yaml", "linked": "app",
	} {
		if err := os.Symlink(target, filepath.Join(dir, filepath.FromSlash(link))); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	roots := workspace.Roots{artifact.GitOps: dir}
	for folder, want := range map[string][]string{
		"app/custom":        {"app/custom/deep/x.yaml", "app/custom/kustomization.yaml"},
		"app/nowhere":       nil,
		"app/other.yaml":    nil,
		"app/custom/folder": nil,
		"linked/custom":     nil,
	} {
		files, err := workspace.AuthorFolder(roots, artifact.GitOps, folder)
		if err != nil {
			t.Errorf("%s: %v", folder, err)
		}
		var got []string
		for _, f := range files {
			if f.Owner != artifact.Seeded || f.Root != artifact.GitOps {
				t.Errorf("%s belongs to %s in %s", f.Path, f.Owner, f.Root)
			}
			got = append(got, f.Path)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", folder, diff)
		}
	}
	if files, err := workspace.AuthorFolder(workspace.Roots{artifact.GitOps: filepath.Join(dir, "none")}, artifact.GitOps, "app"); err != nil || files != nil {
		t.Errorf("a repository that is not there: %v, %v", files, err)
	}
}

func TestAuthorFolderIsBounded(t *testing.T) {
	many, large, together := t.TempDir(), t.TempDir(), t.TempDir()
	for i := range 201 {
		put(t, many, fmt.Sprintf("custom/%d.yaml", i), nil)
	}
	put(t, large, "custom/x.yaml", make([]byte, 1<<20+1))
	for i := range 5 {
		put(t, together, fmt.Sprintf("custom/%d.yaml", i), make([]byte, 1<<20))
	}
	for dir, want := range map[string]string{many: "more than 200 files", large: "custom/x.yaml has more than 1 MiB", together: "4 MiB"} {
		if _, err := workspace.AuthorFolder(workspace.Roots{artifact.GitOps: dir}, artifact.GitOps, "custom"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
