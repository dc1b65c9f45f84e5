package gitrepo

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// written is a repository with an origin, in which the file a/b/live/x was "one" and is
// "two", beside other files.
func written(t *testing.T) (dir, origin string) {
	t.Helper()
	t.Setenv("HOME", t.TempDir())
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	dir, origin = t.TempDir(), t.TempDir()
	git(t, origin, "init", "--quiet", "--bare", "--initial-branch=main")
	git(t, dir, "init", "--quiet", "--initial-branch=main")
	git(t, dir, "config", "user.name", "Ann")
	git(t, dir, "config", "user.email", "ann@example.org")
	git(t, dir, "remote", "add", "origin", origin)
	for _, content := range []string{"one", "two"} {
		for _, name := range []string{"a/b/live/x", "a/b/y", "a/zü\n\"z", "a.b", "b"} {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		git(t, dir, "add", "--all")
		git(t, dir, "commit", "--quiet", "-m", content)
	}
	git(t, dir, "push", "--quiet", "-u", "origin", "main")
	return dir, origin
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	out, err := run(context.Background(), dir, "", args...)
	if err != nil {
		t.Fatalf("git %v: %v", args, err)
	}
	return strings.TrimSpace(out)
}

func TestCommitFolder(t *testing.T) {
	dir, _ := written(t)
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	sha, err := CommitFolder(dir, "HEAD", "a/b/live", "HEAD~1", "back\n\nBody.\n", at)
	if err != nil {
		t.Fatal(err)
	}
	if got := git(t, dir, "diff", "--name-only", "HEAD", sha); got != "a/b/live/x" {
		t.Errorf("it changes %q", got)
	}
	if content, ok := File(dir, sha, "a/b/live/x"); !ok || string(content) != "one" {
		t.Errorf("the file has %q", content)
	}
	commits := Log(dir, "-1", sha)
	if len(commits) != 1 || commits[0].Author != "Ann" || !commits[0].At.Equal(at) || commits[0].Message != "back\n\nBody." || Parents(dir, sha) != 1 {
		t.Errorf("%+v", commits)
	}
	git(t, dir, "fsck", "--strict")
	if changed, err := Changed(dir, ""); err != nil || len(changed) > 0 {
		t.Errorf("the working tree has changed: %v %v", changed, err)
	}
	for _, folder := range []string{"a/b/none", "none"} {
		if _, err := CommitFolder(dir, "HEAD", folder, "HEAD~1", "x", at); err == nil {
			t.Errorf("%s is not there, and was restored", folder)
		}
	}
}

// TestCommitFiles: only the named files of the folder are other ones, in an order that git accepts.
func TestCommitFiles(t *testing.T) {
	dir, _ := written(t)
	files := map[string][]byte{"x": []byte("three"), "a": []byte("new\n")}
	sha, err := CommitFiles(dir, "HEAD", "a/b/live", files, "forward\n", time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	if got := git(t, dir, "diff", "--name-only", "HEAD", sha); got != "a/b/live/a\na/b/live/x" {
		t.Errorf("it changes %q", got)
	}
	for name, want := range files {
		if content, ok := File(dir, sha, "a/b/live/"+name); !ok || string(content) != string(want) {
			t.Errorf("%s has %q", name, content)
		}
	}
	git(t, dir, "fsck", "--strict")
	if changed, err := Changed(dir, ""); err != nil || len(changed) > 0 {
		t.Errorf("the working tree has changed: %v %v", changed, err)
	}
	if _, err := CommitFiles(dir, "HEAD", "a/b/none", files, "x", time.Now()); err == nil {
		t.Error("a folder that is not there was changed")
	}
}

// TestAdds: a commit adds something to others unless all before it is in their histories.
func TestAdds(t *testing.T) {
	dir, _ := written(t)
	head, before := git(t, dir, "rev-parse", "HEAD"), git(t, dir, "rev-parse", "HEAD~1")
	for _, c := range []struct {
		commit string
		known  []string
		want   bool
	}{
		{head, nil, true},
		{head, []string{before}, true},
		{before, []string{head}, false},
		{head, []string{before, strings.Repeat("e", 40), head}, false},
	} {
		if got, err := Adds(dir, c.commit, c.known); got != c.want || err != nil {
			t.Errorf("%s to %v: %v %v", c.commit, c.known, got, err)
		}
	}
}

// TestCommitSigned: where commits have to be signed and cannot be, no commit is
// made.
func TestCommitSigned(t *testing.T) {
	dir, _ := written(t)
	git(t, dir, "config", "commit.gpgSign", "true")
	git(t, dir, "config", "gpg.program", "/nowhere/gpg")
	if _, err := CommitFolder(dir, "HEAD", "a/b/live", "HEAD~1", "back", time.Now()); err == nil || !strings.Contains(err.Error(), "gpg") {
		t.Errorf("%v", err)
	}
}

func TestPushAndHead(t *testing.T) {
	ctx := t.Context()
	dir, origin := written(t)
	old := git(t, dir, "rev-parse", "HEAD")
	sha, err := CommitFolder(dir, "HEAD", "a/b/live", "HEAD~1", "back", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := Push(ctx, dir, sha, "main"); err != nil || git(t, origin, "rev-parse", "main") != sha {
		t.Fatal(err)
	}
	if err := FastForward(dir, sha); err != nil || git(t, dir, "rev-parse", "HEAD") != sha {
		t.Error(err)
	}
	if err := Push(ctx, dir, old, "main"); err == nil {
		t.Error("origin has gone back")
	}
	if got := Fetched(dir, "main"); got != sha {
		t.Errorf("fetched is %s", got)
	}
	if _, err := Head(ctx, dir, "nowhere"); err == nil || !strings.Contains(err.Error(), "has no branch nowhere") {
		t.Errorf("%v", err)
	}
	stopped, stop := context.WithCancel(ctx)
	stop()
	if err := Push(stopped, dir, sha, "other"); err == nil || git(t, origin, "branch", "--list", "other") != "" {
		t.Error("it was pushed after the stop")
	}
}

func TestIdentity(t *testing.T) {
	dir, _ := written(t)
	if by, err := Identity(dir); err != nil || by != "Ann <ann@example.org>" {
		t.Errorf("%q %v", by, err)
	}
	t.Setenv("GIT_COMMITTER_NAME", "Eve\x1b[31m")
	if by, err := Identity(dir); err != nil || strings.ContainsRune(by, 0x1b) || !strings.HasPrefix(by, "Eve") {
		t.Errorf("%q %v", by, err)
	}
}

// TestObjects: a missing object, a folder or a large file is skipped.
func TestObjects(t *testing.T) {
	dir, _ := written(t)
	names := []string{"HEAD:a/b/live/x", "HEAD:none", "HEAD:a", "HEAD~1:b", "nothing", "HEAD:a/b/y", strings.Repeat("0", 40)}
	all, err := Objects(dir, names, 3)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"two", "", "", "one", "", "two", ""} {
		if string(all[i]) != want || (all[i] == nil) != (want == "") {
			t.Errorf("%s: %q", names[i], all[i])
		}
	}
	if all, err = Objects(dir, names, 2); err != nil || all[0] != nil {
		t.Errorf("a file that is too large was read: %q %v", all[0], err)
	}
	if _, err := Objects(filepath.Join(dir, "nowhere"), names, 3); err == nil {
		t.Error("there is no such folder")
	}
	files, err := Tree(dir, "HEAD", "a")
	if err != nil || len(files) != 3 || files["a/zü\n\"z"] == "" {
		t.Errorf("%v %v", files, err)
	}
}

// TestLogHostile: no commit message makes one commit look like several, or hides
// one.
func TestLogHostile(t *testing.T) {
	dir, _ := written(t)
	git(t, dir, "commit", "--quiet", "--allow-empty", "--author", "E\x1fve\x1e <e@example.org>", "-m", "x\x1e"+strings.Repeat("a", 40)+"\x1f2026-11-20T00:00:00Z\x1fforged\n2026-11-20T00:00:00Z")
	git(t, dir, "commit", "--quiet", "--allow-empty", "--allow-empty-message", "-m", "")
	commits := Log(dir, "HEAD")
	if len(commits) != 4 || commits[0].Message != "" || commits[2].Message != "two" || !strings.HasPrefix(commits[1].Message, "x\x1eaaaa") {
		t.Errorf("%+v", commits)
	}
}
