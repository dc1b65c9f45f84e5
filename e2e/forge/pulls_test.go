package forge_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/e2e/forge"
	"github.com/pipegen/pipegen/internal/live/github"
)

func opener(f *forge.Forge, token string) *github.Client {
	return &github.Client{API: f.API(), Token: token, Remote: asks()}
}

func TestAPullRequestIsOpenedAndMerged(t *testing.T) {
	f := start(t)
	c := clone(t, f, "org/app")
	first := commit(t, c, "Begin", map[string]string{"a": "1\n"})
	head := proposed(t, c, "feature/a", "b", "1\n")
	moved := commit(t, c, "Go on", map[string]string{"a": "2\n"})
	page, err := opener(f, forge.APIToken).Propose(t.Context(), "org/app", github.Proposal{Title: "Add b", Body: "It is missing.", Head: "feature/a", Base: "main"})
	if err != nil || page != "https://github.com/org/app/pull/1" {
		t.Fatalf("%s, %v", page, err)
	}
	type pull struct {
		Number      int
		State       string
		Merged      bool
		Mergeable   *bool
		MergeCommit string `json:"merge_commit_sha"`
		MergedAt    string `json:"merged_at"`
		Head, Base  struct{ Ref, SHA string }
	}
	p := answer[pull](t, f, "org/app/pulls/1")
	if p.Number != 1 || p.State != "open" || p.Merged || p.Mergeable == nil || !*p.Mergeable || p.Head.SHA != head || p.Base.SHA != moved.SHA || p.MergedAt != "" {
		t.Errorf("%+v", p)
	}
	if status, _, text := ask(t, f, forge.APIToken, "PUT", "org/app/pulls/1/merge", `{"sha":"`+first.SHA+`"}`); status != http.StatusConflict {
		t.Errorf("%d %s", status, text)
	}
	status, _, text := ask(t, f, forge.APIToken, "PUT", "org/app/pulls/1/merge", "")
	if status != http.StatusOK || !strings.Contains(text, `"merged":true`) {
		t.Fatalf("%d %s", status, text)
	}
	git(t, c, "pull", "--quiet", "--ff-only", "origin", "main")
	if got := git(t, c, "log", "-1", "--format=%s|%P|%cn"); got != "Add b (#1)|"+moved.SHA+"|GitHub" {
		t.Error(got)
	}
	if got := git(t, c, "ls-tree", "-r", "--name-only", "HEAD"); got != "a\nb" {
		t.Error(got)
	}
	sha := git(t, c, "rev-parse", "HEAD")
	if p := answer[pull](t, f, "org/app/pulls/1"); p.State != "closed" || !p.Merged || p.MergeCommit != sha || p.MergedAt == "" || p.Base.SHA != moved.SHA {
		t.Errorf("%+v", p)
	}
	if got := answer[[]activity](t, f, "org/app/activity?ref=main"); got[0].Type != "pr_merge" || got[0].After != sha || got[0].Before != moved.SHA {
		t.Errorf("%+v", got)
	}
	if status, _, text := ask(t, f, forge.APIToken, "PUT", "org/app/pulls/1/merge", ""); status != http.StatusMethodNotAllowed {
		t.Errorf("merged twice: %d %s", status, text)
	}
}

func TestAPullRequestIsRefusedInGitHubsWords(t *testing.T) {
	f := start(t)
	c := clone(t, f, "org/app")
	first := commit(t, c, "Begin", map[string]string{"a": "1\n"})
	git(t, c, "push", "--quiet", "origin", first.SHA+":refs/heads/behind")
	proposed(t, c, "feature", "a", "2\n")
	commit(t, c, "Go on", map[string]string{"a": "3\n"})
	for _, x := range []struct{ token, head, base, words string }{
		{forge.APIToken, "behind", "main", "Validation Failed: No commits between main and behind"},
		{forge.APIToken, "missing", "main", "Validation Failed"},
		{forge.APIToken, "feature", "missing", "Validation Failed"},
		{forge.APIToken, "feature", "main", ""},
		{forge.APIToken, "org:feature", "main", "A pull request already exists for org:feature."},
		{forge.ReaderToken, "feature", "main", "the credential needs the right to write pull requests there"},
	} {
		_, err := opener(f, x.token).Propose(t.Context(), "org/app", github.Proposal{Title: "t", Head: x.head, Base: x.base})
		if (err == nil) != (x.words == "") || err != nil && !strings.Contains(err.Error(), x.words) {
			t.Errorf("%s into %s: %v", x.head, x.base, err)
		}
	}
	status, _, text := ask(t, f, forge.APIToken, "POST", "org/app/pulls", `{"title":"t","head":"missing","base":"main"}`)
	if status != http.StatusUnprocessableEntity || !strings.Contains(text, `{"code":"invalid","field":"head","resource":"PullRequest"}`) {
		t.Errorf("%d %s", status, text)
	}
	if p := answer[map[string]any](t, f, "org/app/pulls/1"); p["mergeable"] != false || p["mergeable_state"] != "dirty" {
		t.Errorf("%v", p)
	}
	for body, words := range map[string]string{"": "Pull Request is not mergeable", `{"merge_method":"merge"}`: "Merge commits are not allowed"} {
		if status, _, text := ask(t, f, forge.APIToken, "PUT", "org/app/pulls/1/merge", body); status != http.StatusMethodNotAllowed || !strings.Contains(text, words) {
			t.Errorf("%d %s", status, text)
		}
	}
}

func TestPullRequestsAreListed(t *testing.T) {
	f := start(t)
	c := clone(t, f, "org/app")
	commit(t, c, "Begin", map[string]string{"a": "1\n"})
	git(t, c, "push", "--quiet", "origin", "main:refs/heads/next")
	for _, branch := range []string{"b", "c", "d"} {
		open(t, f, c, branch, "main")
	}
	open(t, f, c, "e", "next")
	check(t, f.Merge(t.Context(), "org/app", 1))
	check(t, f.Reject(t.Context(), "org/app", 2))
	for parameters, want := range map[string]string{
		"": "[4 3]", "?state=open": "[4 3]", "?state=closed": "[2 1]", "?state=all": "[4 3 2 1]", "?state=all&per_page=1&page=2": "[3]",
		"?base=next": "[4]", "?state=all&head=org:b": "[1]", "?head=org:b": "[]", "?head=other:d": "[]", "?head=org:d&base=next": "[]",
		// GitHub takes no branch without its owner.
		"?head=b": "[4 3]",
	} {
		got := []int{}
		for _, p := range answer[[]proposal](t, f, "org/app/pulls"+parameters) {
			got = append(got, p.Number)
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%s: %v, want %s", parameters, got, want)
		}
	}
}

func TestAPullRequestIsChanged(t *testing.T) {
	f := start(t)
	c := clone(t, f, "org/app")
	commit(t, c, "Begin", map[string]string{"a": "1\n"})
	open(t, f, c, "b", "main")
	changed := func(body string, want int) {
		t.Helper()
		if status, _, text := ask(t, f, forge.APIToken, "PATCH", "org/app/pulls/1", body); status != want {
			t.Errorf("%s: %d %s", body, status, text)
		}
	}
	changed(`{"title":"New"}`, http.StatusOK)
	if p := look(t, f, 1); p.Title != "New" || *p.Body != "Why not." || p.State != "open" {
		t.Errorf("%+v", p)
	}
	changed(`{"body":"","state":"closed"}`, http.StatusOK)
	if p := look(t, f, 1); p.Title != "New" || p.Body != nil || p.State != "closed" {
		t.Errorf("%+v", p)
	}
	changed(`{"title":""}`, http.StatusUnprocessableEntity)
	changed(`{"state":"merged"}`, http.StatusUnprocessableEntity)
	changed(`{"state":"open"}`, http.StatusOK)
	changed(`{"state":"closed"}`, http.StatusOK)
	if _, err := opener(f, forge.APIToken).Propose(t.Context(), "org/app", github.Proposal{Title: "Again", Head: "b", Base: "main"}); err != nil {
		t.Fatal(err)
	}
	changed(`{"state":"open"}`, http.StatusUnprocessableEntity)
}
