package forge_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/forge"
)

type activity struct {
	ID                 int64
	Ref, Before, After string
	Type               string `json:"activity_type"`
	Timestamp          time.Time
}

const none = "0000000000000000000000000000000000000000"

func TestEveryPushIsAnActivity(t *testing.T) {
	f := start(t)
	c := clone(t, f, "org/app")
	before := time.Now()
	first := commit(t, c, "Begin", map[string]string{"a": "1\n"})
	second := commit(t, c, "Go on", map[string]string{"a": "2\n"})
	git(t, c, "push", "--quiet", "origin", "HEAD:refs/heads/feature/a")
	git(t, c, "push", "--quiet", "--force", "origin", first.SHA+":refs/heads/feature/a")
	git(t, c, "push", "--quiet", "origin", ":feature/a")
	git(t, c, "tag", "v1", first.SHA)
	git(t, c, "push", "--quiet", "origin", "v1")
	want := []activity{
		{Ref: "refs/heads/feature/a", Before: first.SHA, After: none, Type: "branch_deletion"},
		{Ref: "refs/heads/feature/a", Before: second.SHA, After: first.SHA, Type: "force_push"},
		{Ref: "refs/heads/feature/a", Before: none, After: second.SHA, Type: "branch_creation"},
		{Ref: "refs/heads/main", Before: first.SHA, After: second.SHA, Type: "push"},
		{Ref: "refs/heads/main", Before: none, After: first.SHA, Type: "branch_creation"},
	}
	got := answer[[]activity](t, f, "org/app/activity")
	for i, a := range got {
		if a.ID == 0 || a.Timestamp.Before(before.Truncate(time.Second)) {
			t.Errorf("%+v", a)
		}
		got[i].ID, got[i].Timestamp = 0, time.Time{}
	}
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%+v, want %+v", got[i], want[i])
		}
	}
	for _, ref := range []string{"main", "refs/heads/main"} {
		if got := answer[[]activity](t, f, "org/app/activity?ref="+ref); len(got) != 2 {
			t.Errorf("%s: %+v", ref, got)
		}
	}
	api := hub(f, forge.ReaderToken)
	at, err := api.PushedAt(t.Context(), "org/app", "refs/heads/main", second.SHA)
	exact := f.PushedAt("org/app", "refs/heads/main", second.SHA)
	if err != nil || !at.Equal(exact.Truncate(time.Second)) || exact.Before(before) {
		t.Errorf("GitHub says %s, the forge %s: %v", at, exact, err)
	}
	if f.PushedAt("org/app", "refs/tags/v1", first.SHA).IsZero() || !f.PushedAt("org/app", "refs/heads/main", "abc").IsZero() {
		t.Error("the forge does not tell which refs had which commit")
	}
	if pushes, err := api.Pushes(t.Context(), "org/app"); err != nil || len(pushes) != 5 || pushes[3].After != second.SHA {
		t.Errorf("%+v, %v", pushes, err)
	}
}

// TestGitOverHTTPS: a repository has the address that it has on GitHub, with its two
// spellings, for whoever trusts the forge and has the password.
func TestGitOverHTTPS(t *testing.T) {
	f := start(t)
	c := clone(t, f, "org/app")
	first := commit(t, c, "Begin", map[string]string{"a": "1\n"})
	trusted := filepath.Join(t.TempDir(), forge.Host)
	check(t, os.WriteFile(trusted, f.Certificate(), 0o644))
	over := func(args ...string) string {
		t.Helper()
		command := exec.CommandContext(t.Context(), "git", args...)
		command.Dir = c.Folder
		command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "GIT_TERMINAL_PROMPT=0", "GIT_SSL_CAINFO=" + trusted, "HTTPS_PROXY=" + f.Proxy()}
		out, err := command.CombinedOutput()
		if err != nil {
			return "failed: " + string(out)
		}
		return string(out)
	}
	address := "https://" + forge.User + ":" + forge.Password + "@" + forge.Host + "/org/app"
	for _, spelled := range []string{address, address + ".git"} {
		if out := over("ls-remote", spelled, "refs/heads/main"); !strings.HasPrefix(out, first.SHA) {
			t.Error(out)
		}
		if out := over("-c", "protocol.version=0", "ls-remote", spelled); !strings.Contains(out, first.SHA) {
			t.Error(out)
		}
	}
	if n := len(f.Looks("org/app")); n != 2 {
		t.Errorf("%d looks", n)
	}
	if out := over("ls-remote", "https://"+forge.Host+"/org/app"); !strings.HasPrefix(out, "failed") {
		t.Error("nobody asked for a password: " + out)
	}
	over("push", address, first.SHA+":refs/heads/next")
	if f.PushedAt("org/app", "refs/heads/next", first.SHA).IsZero() {
		t.Error("a push over HTTPS was not noticed")
	}
	bare := filepath.Join(t.TempDir(), "partial")
	if out := over("clone", "--quiet", "--bare", "--filter=blob:none", address, bare); out != "" {
		t.Error(out)
	}
	if out := over("-C", bare, "rev-list", "--objects", "--missing=print", "--all"); !strings.Contains(out, "?") {
		t.Error("the filter was ignored: " + out)
	}
	f.SetReachable(false)
	if out := over("ls-remote", address); !strings.HasPrefix(out, "failed") {
		t.Error("an unreachable forge answers: " + out)
	}
}

func TestInitKeepsWhatThereIs(t *testing.T) {
	f := start(t)
	c := clone(t, f, "org/app")
	first := commit(t, c, "Begin", map[string]string{"a": "1\n"})
	check(t, f.Init(t.Context(), "org/app", "main"))
	if got, err := hub(f, forge.APIToken).Commit(t.Context(), "org/app", "main"); err != nil || got.SHA != first.SHA {
		t.Errorf("%+v, %v", got, err)
	}
	if f.Path("org/app") != filepath.Join(f.Root(), "org", "app") {
		t.Error(f.Path("org/app"))
	}
	for _, name := range []string{"", "app", "../app", "org/..", "org/a'b", "org/a/b"} {
		if f.Init(t.Context(), name, "main") == nil {
			t.Errorf("%q is taken for a name", name)
		}
	}
}
