package forge_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/forge"
	"github.com/pipegen/pipegen/internal/live/remote"
)

func TestACommitIsFoundByEveryName(t *testing.T) {
	f := start(t)
	c := clone(t, f, "org/app")
	first := commit(t, c, "Begin\n\nWith a body.\n", map[string]string{"a": "1\n2\n", "b/c": "x\n"})
	feature := proposed(t, c, "feature/a", "a", "1\n3\n4\n")
	git(t, c, "tag", "--annotate", "--message", "One", "v1/rc", first.SHA)
	git(t, c, "push", "--quiet", "origin", "v1/rc")
	api := hub(f, forge.ReaderToken)
	for ref, want := range map[string]string{
		"main": first.SHA, "heads/main": first.SHA, "feature/a": feature, "refs/heads/feature/a": feature,
		"v1/rc": first.SHA, feature: feature, feature[:8]: feature, "HEAD": first.SHA,
	} {
		got, err := api.Commit(t.Context(), "org/app", ref)
		if err != nil || got.SHA != want {
			t.Errorf("%s is %s, want %s: %v", ref, got.SHA, want, err)
		}
	}
	got, err := api.Commit(t.Context(), "org/app", first.SHA)
	if err != nil || got.Message != "Begin\n\nWith a body." || got.URL != "https://github.com/org/app/commit/"+first.SHA || time.Since(got.At) > time.Minute {
		t.Errorf("%+v, %v", got, err)
	}
	if status, _, text := ask(t, f, forge.APIToken, "GET", "org/app/commits/feature/a", ""); status != http.StatusOK || !strings.Contains(text, `"stats":{"additions":2,"deletions":1,"total":3}`) {
		t.Errorf("%d %s", status, text)
	}
	for _, ref := range []string{"other", strings.Repeat("1", 40), "--all", "main:a"} {
		status, _, text := ask(t, f, forge.APIToken, "GET", "org/app/commits/"+ref, "")
		if status != http.StatusUnprocessableEntity || !strings.Contains(text, `"message":"No commit found for SHA: `+ref+`"`) {
			t.Errorf("%s: %d %s", ref, status, text)
		}
	}
	check(t, f.Init(t.Context(), "org/empty", "main"))
	if status, _, text := ask(t, f, forge.APIToken, "GET", "org/empty/commits/main", ""); status != http.StatusConflict || !strings.Contains(text, "Git Repository is empty.") {
		t.Errorf("an empty repository: %d %s", status, text)
	}
}

func TestHistoryOfAPath(t *testing.T) {
	f := start(t)
	c := clone(t, f, "org/app")
	first := commit(t, c, "Begin", map[string]string{"live/a": "1\n", "other": "1\n"})
	commit(t, c, "Elsewhere", map[string]string{"other": "2\n"})
	last := commit(t, c, "Deploy", map[string]string{"live/a": "2\n"})
	got, err := hub(f, forge.ReaderToken).History(t.Context(), "org/app", "main", "live")
	if err != nil || len(got) != 2 || got[0].SHA != last.SHA || got[1].SHA != first.SHA {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := hub(f, forge.ReaderToken).History(t.Context(), "org/app", "other", "live"); !remote.Is(err, remote.NotFound) {
		t.Error(err)
	}
	status, header, text := ask(t, f, forge.APIToken, "GET", "org/app/commits?per_page=2", "")
	next := fmt.Sprintf(`<%s/repos/org/app/commits?page=2&per_page=2>; rel="next"`, f.API())
	if status != http.StatusOK || strings.Count(text, `"comment_count"`) != 2 || !strings.Contains(header.Get("Link"), next) {
		t.Errorf("%d %s %s", status, header, text)
	}
	if all := answer[[]any](t, f, "org/app/commits?per_page=2&page=2"); len(all) != 1 {
		t.Errorf("the second page has %d", len(all))
	}
	if all := answer[[]any](t, f, "org/app/commits?per_page=2&page=3"); all == nil || len(all) != 0 {
		t.Errorf("the third page is %v", all)
	}
}

func TestContents(t *testing.T) {
	f := start(t)
	c := clone(t, f, "org/app")
	long := strings.Repeat("0123456789\n", 20)
	first := commit(t, c, "Begin", map[string]string{"x y/?.yaml": "old\n", "long": long})
	commit(t, c, "Go on", map[string]string{"x y/?.yaml": "new\n"})
	api := hub(f, forge.ReaderToken)
	for ref, want := range map[string]string{"main": "new\n", first.SHA: "old\n"} {
		if got, err := api.File(t.Context(), "org/app", ref, "x y/?.yaml"); err != nil || string(got) != want {
			t.Errorf("%s has %q: %v", ref, got, err)
		}
	}
	if _, err := api.File(t.Context(), "org/app", "main", "x y/other"); !remote.Is(err, remote.NotFound) {
		t.Error(err)
	}
	if _, err := api.File(t.Context(), "org/app", "other", "long"); !remote.Is(err, remote.NotFound) {
		t.Error(err)
	}
	type file struct {
		Type, Encoding, Content, Path string
		Size                          int
		HTMLURL                       string `json:"html_url"`
	}
	got := answer[file](t, f, "org/app/contents/long")
	text, err := base64.StdEncoding.DecodeString(got.Content)
	if err != nil || string(text) != long || got.Size != len(long) || got.Type != "file" || got.Encoding != "base64" || got.HTMLURL != "https://github.com/org/app/blob/main/long" {
		t.Errorf("%+v, %v", got, err)
	}
	for path, want := range map[string]string{"": "[{file   long 220 https://github.com/org/app/blob/main/long} {dir   x y 0 https://github.com/org/app/tree/main/x%20y}]",
		"x%20y": "[{file   x y/?.yaml 4 https://github.com/org/app/blob/main/x%20y/%3F.yaml}]"} {
		if got := fmt.Sprint(answer[[]file](t, f, "org/app/contents/"+path)); got != want {
			t.Errorf("the folder %q has %s", path, got)
		}
	}
}

func TestCompare(t *testing.T) {
	f := start(t)
	c := clone(t, f, "org/app")
	first := commit(t, c, "Begin", map[string]string{"a": "1\n"})
	proposed(t, c, "feature/a", "b", "1\n")
	commit(t, c, "Go on", map[string]string{"a": "2\n"})
	api := hub(f, forge.ReaderToken)
	for _, x := range []struct {
		base, head, status string
		ahead, behind      int
		contains           bool
	}{
		{first.SHA, "main", "ahead", 1, 0, true},
		{"main", first.SHA, "behind", 0, 1, false},
		{"main", "main", "identical", 0, 0, true},
		{"main", "feature/a", "diverged", 1, 1, false},
	} {
		if got, err := api.Contains(t.Context(), "org/app", x.head, x.base); err != nil || got != x.contains {
			t.Errorf("%s...%s: %v, %v", x.base, x.head, got, err)
		}
		got := answer[struct {
			Status string
			Ahead  int                  `json:"ahead_by"`
			Behind int                  `json:"behind_by"`
			Base   struct{ SHA string } `json:"merge_base_commit"`
		}](t, f, "org/app/compare/"+x.base+"..."+strings.ReplaceAll(x.head, "/", "%2F"))
		if got.Status != x.status || got.Ahead != x.ahead || got.Behind != x.behind || got.Base.SHA == "" {
			t.Errorf("%s...%s: %+v", x.base, x.head, got)
		}
	}
	if _, err := api.Contains(t.Context(), "org/app", "main", "other"); !remote.Is(err, remote.NotFound) {
		t.Error(err)
	}
}

func TestABranchWithRulesIsProtected(t *testing.T) {
	f := start(t)
	c := clone(t, f, "org/app")
	commit(t, c, "Begin", map[string]string{"a": "1\n"})
	proposed(t, c, "feature/a", "b", "1\n")
	f.SetRules("org/app", "feature/a", "pull_request", "update")
	api := hub(f, forge.ReaderToken)
	rules, err := api.Rules(t.Context(), "org/app", "feature/a")
	if err != nil || len(rules) != 2 || rules[0].Type != "pull_request" || rules[0].Source != "org/app" {
		t.Errorf("%+v, %v", rules, err)
	}
	for name, want := range map[string]bool{"feature/a": true, "main": false} {
		if b, err := api.Branch(t.Context(), "org/app", name); err != nil || b.Protected != want {
			t.Errorf("%s: %+v, %v", name, b, err)
		}
	}
	f.SetRules("org/app", "feature/a")
	if rules, err := api.Rules(t.Context(), "org/app", "feature/a"); err != nil || rules == nil || len(rules) != 0 {
		t.Errorf("%+v, %v", rules, err)
	}
	if _, err := api.Branch(t.Context(), "org/app", "other"); !remote.Is(err, remote.NotFound) {
		t.Error(err)
	}
}
