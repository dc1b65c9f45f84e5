package forge_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/forge"
	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/live/remote"
)

func start(t *testing.T) *forge.Forge {
	t.Helper()
	f, err := forge.Start(t.TempDir())
	check(t, err)
	t.Cleanup(f.Close)
	return f
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func clone(t *testing.T, f *forge.Forge, repository string) *forge.Clone {
	t.Helper()
	c, err := f.Clone(t.Context(), repository, "main", t.TempDir())
	check(t, err)
	return c
}

// commit writes files, removes those without a text, and pushes.
func commit(t *testing.T, c *forge.Clone, message string, files map[string]string) forge.Commit {
	t.Helper()
	made, err := c.Change(t.Context(), message, func(string) error { return write(c.Folder, files) })
	check(t, err)
	return made
}

func write(folder string, files map[string]string) error {
	for name, text := range files {
		path := filepath.Join(folder, name)
		if text == "" {
			if err := os.Remove(path); err != nil {
				return err
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func git(t *testing.T, c *forge.Clone, args ...string) string {
	t.Helper()
	out, err := c.Git(t.Context(), args...)
	check(t, err)
	return out
}

// proposed pushes a branch with one more commit.
func proposed(t *testing.T, c *forge.Clone, branch, file, text string) string {
	t.Helper()
	git(t, c, "checkout", "--quiet", "-b", branch)
	check(t, write(c.Folder, map[string]string{file: text}))
	git(t, c, "add", "--all")
	git(t, c, "commit", "--quiet", "--message", "Change "+file)
	git(t, c, "push", "--quiet", "origin", branch)
	sha := git(t, c, "rev-parse", "HEAD")
	git(t, c, "checkout", "--quiet", "main")
	return sha
}

func asks() *remote.Client {
	return remote.New(time.Now, func(ctx context.Context, _ time.Duration) error { return ctx.Err() })
}

func hub(f *forge.Forge, token string) *github.Client {
	return &github.Client{API: f.API(), Token: token, Remote: asks()}
}

// ask is a question as any client puts it; the path lies below /repos.
func ask(t *testing.T, f *forge.Forge, token, method, path, body string) (status int, header http.Header, text string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, f.API()+"/repos/"+path, strings.NewReader(body))
	check(t, err)
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	check(t, err)
	defer response.Body.Close()
	out, err := io.ReadAll(response.Body)
	check(t, err)
	return response.StatusCode, response.Header, string(out)
}

// answer is what a question with all rights gets, in JSON.
func answer[T any](t *testing.T, f *forge.Forge, path string) T {
	t.Helper()
	status, _, text := ask(t, f, forge.APIToken, http.MethodGet, path, "")
	var out T
	if err := json.Unmarshal([]byte(text), &out); err != nil || status != http.StatusOK {
		t.Fatalf("%s: %d %s: %v", path, status, text, err)
	}
	return out
}

// eventually waits for what happens beside the test.
func eventually(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !happened(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(what + " does not happen")
		}
	}
}
