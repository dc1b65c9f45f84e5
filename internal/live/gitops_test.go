package live

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/live/remote"
)

// repository returns a repository with a deploy and its revert on the branch main.
func repository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	git := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.org"}, args...)...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "live"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	git("init", "--quiet", "--initial-branch=main")
	write("one\n")
	git("add", ".")
	git("commit", "--quiet", "-m", "first")
	write("two\n")
	git("commit", "--quiet", "-am", "deploy shop to production: v2", "-m", "Image: x")
	git("revert", "--no-edit", "HEAD")
	return dir
}

func TestCheckout(t *testing.T) {
	c, ctx := Checkout{Dir: repository(t), Branch: "main"}, t.Context()
	head, err := c.Head(ctx)
	if err != nil || len(head.SHA) != 40 || head.At.IsZero() {
		t.Fatalf("%+v %v", head, err)
	}
	history, err := c.History(ctx, head.SHA, "live")
	if err != nil || len(history) != 3 {
		t.Fatalf("%+v %v", history, err)
	}
	if s := history[1].Subject(); s != "deploy shop to production: v2" {
		t.Errorf("the subject is %q", s)
	}
	got := gatherer{target: Target{Application: "shop"}}.deploys("production", history)
	if len(got) != 2 || !got[0].Back || got[1].Back {
		t.Errorf("%+v: want the revert and the deploy", got)
	}
	if file, err := c.File(ctx, history[1].SHA, "live"); err != nil || string(file) != "two\n" {
		t.Errorf("%q %v", file, err)
	}
	if _, err := c.File(ctx, head.SHA, "elsewhere"); !remote.Is(err, remote.NotFound) {
		t.Errorf("a file that is not there gives %v", err)
	}
	if _, err := c.File(ctx, strings.Repeat("b", 40), "live"); err == nil || remote.Is(err, remote.NotFound) || !strings.Contains(err.Error(), "as of its last fetch") {
		t.Errorf("a commit that is not there gives %v", err)
	}
	for _, q := range []struct {
		head, base string
		want       bool
	}{{head.SHA, history[2].SHA, true}, {history[2].SHA, head.SHA, false}, {head.SHA, strings.Repeat("0", 40), false}, {head.SHA, "--all", false}} {
		if got, err := c.Contains(ctx, q.head, q.base); err != nil || got != q.want {
			t.Errorf("%s in %s: %t %v", q.base, q.head, got, err)
		}
	}
	if _, err := (Checkout{Dir: t.TempDir(), Branch: "main"}).Head(ctx); err == nil {
		t.Error("an empty folder has a branch")
	}
}

func TestParseImages(t *testing.T) {
	digest := "sha256:" + strings.Repeat("0a", 32)
	for text, words := range map[string]string{
		"images:\n- {newName: a/b, newTag: v1, digest: \"" + digest + "\"}\n": "",
		"images: []":    "no images",
		"images: {}":    "no YAML of a kustomization",
		"images: [1, 2": "no YAML",
		"images:\n- {newName: a}\n- {newName: b}": "by tag and digest",
		"images:\n- {newName: a, newTag: v1, digest: \"" + digest + "\"}\n- {newName: a, newTag: v2, digest: \"" + digest + "\"}": "twice",
		"images:\n- {newName: a, newTag: v1}":                                    "by tag and digest",
		"images:\n- {newName: a, newTag: v1, digest: sha256:0}":                  "by tag and digest",
		"images:\n- {newName: a, newTag: ../../x, digest: \"" + digest + "\"}\n": "by tag and digest",
		"":                             "no images",
		strings.Repeat("#", maxLive+1): "more than 16 KiB",
	} {
		l, err := parseImages([]byte(text))
		if words == "" && (err != nil || l[0].Digest != digest) || words != "" && (err == nil || !strings.Contains(err.Error(), words)) {
			t.Errorf("%q: %+v %v", text, l, err)
		}
	}
}

// FuzzParseImages: an image that is accepted can be part of an address.
func FuzzParseImages(f *testing.F) {
	f.Add([]byte("images:\n- {newName: a/b, newTag: v1, digest: sha256:" + strings.Repeat("0", 64) + "}\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		all, err := parseImages(file)
		for _, i := range all {
			if err != nil || len(i.Digest) != 71 || strings.ContainsAny(i.Tag, "/?#") {
				t.Errorf("%+v %v", i, err)
			}
		}
	})
}
