//go:build unix && !solaris && !aix

package workspace

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
)

func TestLock(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "repo/", "")
	link(t, "repo", filepath.Join(dir, "other-name"))
	before := snapshot(t, dir)
	roots := Roots{artifact.Code: filepath.Join(dir, "repo"), artifact.GitOps: filepath.Join(dir, "other-name")}
	// A folder with two names is locked once: a run must not wait for itself.
	release, err := Lock(roots)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tryLock(filepath.Join(dir, "repo")); !errors.Is(err, errLocked) {
		t.Errorf("a second lock: %v", err)
	}
	release()
	unlock, err := tryLock(filepath.Join(dir, "repo"))
	if err != nil {
		t.Fatalf("after the release: %v", err)
	}
	unlock()
	sameTree(t, snapshot(t, dir), before)
}

// A repository that does not exist yet is created for as long as it is locked.
func TestLockOfMissingRoot(t *testing.T) {
	dir := t.TempDir()
	roots := Roots{artifact.Code: filepath.Join(dir, "a", "b"), artifact.GitOps: filepath.Join(dir, "a", "c")}
	release, err := Lock(roots)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tryLock(filepath.Join(dir, "a", "b")); !errors.Is(err, errLocked) {
		t.Errorf("a second lock: %v", err)
	}
	put(t, dir, "a/c/file", "written under the lock")
	release()
	if _, err := os.Stat(filepath.Join(dir, "a", "b")); err == nil {
		t.Error("an empty folder stays")
	}
	if got := read(t, dir, "a/c/file"); got != "written under the lock" {
		t.Errorf("the file became %q", got)
	}
}

func TestLockOfUncreatableRoot(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "file", "")
	release, err := Lock(Roots{artifact.Code: filepath.Join(dir, "file", "repo")})
	if err != nil {
		t.Fatal(err)
	}
	release()
}
