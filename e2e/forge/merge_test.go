package forge_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/e2e/forge"
)

// proposal is a pull request as the API returns it.
type proposal struct {
	Number         int
	State, Title   string
	Body           *string
	Merged         bool
	MergeableState string  `json:"mergeable_state"`
	NodeID         string  `json:"node_id"`
	MergedAt       *string `json:"merged_at"`
	ClosedAt       *string `json:"closed_at"`
	AutoMerge      *struct {
		Method    string                 `json:"merge_method"`
		EnabledBy struct{ Login string } `json:"enabled_by"`
	} `json:"auto_merge"`
	Head, Base struct{ Ref, SHA string }
}

// open pushes a branch with one more commit and opens a pull request for it.
func open(t *testing.T, f *forge.Forge, c *forge.Clone, branch, base string) proposal {
	t.Helper()
	proposed(t, c, branch, branch, "1\n")
	status, _, text := ask(t, f, forge.APIToken, "POST", "org/app/pulls", `{"title":"Add `+branch+`","body":"Why not.","head":"`+branch+`","base":"`+base+`"}`)
	if status != http.StatusCreated {
		t.Fatalf("%d %s", status, text)
	}
	all := answer[[]proposal](t, f, "org/app/pulls?head=org:"+branch)
	return look(t, f, all[0].Number)
}

func look(t *testing.T, f *forge.Forge, number int) proposal {
	t.Helper()
	return answer[proposal](t, f, fmt.Sprint("org/app/pulls/", number))
}

// enable asks for auto-merge as gh does, and returns what GitHub has against it.
func enable(t *testing.T, f *forge.Forge, token, node string) string {
	t.Helper()
	const mutation = `mutation PullRequestAutoMerge($input:EnablePullRequestAutoMergeInput!){enablePullRequestAutoMerge(input: $input){clientMutationId}}`
	status, _, text := ask(t, f, token, "POST", "../graphql", `{"query":"`+mutation+`","variables":{"input":{"pullRequestId":"`+node+`","mergeMethod":"SQUASH"}}}`)
	if status != http.StatusOK {
		return fmt.Sprint(status, " ", text)
	}
	if text == `{"data":{"enablePullRequestAutoMerge":{"clientMutationId":null}}}` {
		return ""
	}
	return text
}

// TestAPullRequestWaitsForAReview: nothing is merged into a branch under review
// without approval; an approved pull request merges itself, and the webhook is
// notified.
func TestAPullRequestWaitsForAReview(t *testing.T) {
	f := start(t)
	c := clone(t, f, "org/app")
	first := commit(t, c, "Begin", map[string]string{"a": "1\n"})
	f.SetReviews("org/app", "main", true)
	f.SetAutoMerge("org/app", true)
	p := open(t, f, c, "b", "main")
	if p.MergeableState != "blocked" || p.AutoMerge != nil || p.Base.SHA != first.SHA {
		t.Errorf("%+v", p)
	}
	if err := f.Merge(t.Context(), "org/app", 1); err == nil || !strings.Contains(err.Error(), "At least 1 approving review is required") {
		t.Error(err)
	}
	if said := enable(t, f, forge.APIToken, p.NodeID); said != "" {
		t.Fatal(said)
	}
	if p := look(t, f, 1); p.State != "open" || p.AutoMerge == nil || p.AutoMerge.Method != "squash" || p.AutoMerge.EnabledBy.Login == "" {
		t.Errorf("%+v", p)
	}
	address, told := listener(t, http.StatusOK)
	f.SetHook("org/app", forge.Hook{URL: address, Secret: secret, Events: []string{"push"}, Active: true})
	check(t, f.Approve(t.Context(), "org/app", 1))
	e := pushed(t, next(t, told))
	if p := look(t, f, 1); p.State != "closed" || !p.Merged || p.MergedAt == nil || p.AutoMerge != nil {
		t.Errorf("%+v", p)
	}
	if e.Ref != "refs/heads/main" || e.Before != first.SHA || len(e.Commits) != 1 || e.Commits[0].Message != "Add b (#1)\n\nWhy not." || e.Commits[0].Added[0] != "b" {
		t.Errorf("%+v", e)
	}
}

// TestAnApprovalHoldsForWhatWasSeen: the next push takes it away.
func TestAnApprovalHoldsForWhatWasSeen(t *testing.T) {
	f := start(t)
	c := clone(t, f, "org/app")
	commit(t, c, "Begin", map[string]string{"a": "1\n"})
	f.SetReviews("org/app", "main", true)
	open(t, f, c, "b", "main")
	check(t, f.Approve(t.Context(), "org/app", 1))
	if p := look(t, f, 1); p.State != "open" || p.MergeableState != "clean" {
		t.Errorf("approved, and nobody merges it: %+v", p)
	}
	git(t, c, "push", "--quiet", "origin", git(t, c, "commit-tree", "-p", "b", "-m", "More", "b^{tree}")+":refs/heads/b")
	if p := look(t, f, 1); p.MergeableState != "blocked" {
		t.Errorf("%+v", p)
	}
	check(t, f.Approve(t.Context(), "org/app", 1))
	check(t, f.Merge(t.Context(), "org/app", 1))
	if f.Approve(t.Context(), "org/app", 2) == nil || f.Merge(t.Context(), "org/other", 1) == nil {
		t.Error("a pull request that does not exist is approved and merged")
	}
}

// TestABranchUnderReviewTakesNoPush, and the API says why.
func TestABranchUnderReviewTakesNoPush(t *testing.T) {
	f := start(t)
	c := clone(t, f, "org/app")
	commit(t, c, "Begin", map[string]string{"a": "1\n"})
	f.SetReviews("org/app", "main", true)
	_, err := c.Change(t.Context(), "Go on", func(string) error { return write(c.Folder, map[string]string{"a": "2\n"}) })
	if err == nil || !strings.Contains(err.Error(), "remote: - Changes must be made through a pull request.") || strings.Contains(err.Error(), "curl") {
		t.Errorf("%v", err)
	}
	git(t, c, "push", "--quiet", "origin", "HEAD:refs/heads/main-2")
	rules := answer[[]struct {
		Type       string
		Parameters struct {
			Reviews int `json:"required_approving_review_count"`
		}
	}](t, f, "org/app/rules/branches/main")
	if len(rules) != 1 || rules[0].Type != "pull_request" || rules[0].Parameters.Reviews != 1 {
		t.Errorf("%+v", rules)
	}
	f.SetReviews("org/app", "main", false)
	git(t, c, "push", "--quiet", "origin", "main")
}

// TestAutoMergeIsRefusedInGitHubsWords, in the order in which they can be met.
func TestAutoMergeIsRefusedInGitHubsWords(t *testing.T) {
	f := start(t)
	c := clone(t, f, "org/app")
	commit(t, c, "Begin", map[string]string{"a": "1\n"})
	node := open(t, f, c, "b", "main").NodeID
	refused := func(token, node, kind, words string) {
		t.Helper()
		want := `{"data":{"enablePullRequestAutoMerge":null},"errors":[{"message":"` + words + `","path":["enablePullRequestAutoMerge"],"type":"` + kind + `"}]}`
		if got := enable(t, f, token, node); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	refused(forge.ReaderToken, node, "FORBIDDEN", "Resource not accessible by personal access token")
	refused(forge.APIToken, "PR_x", "NOT_FOUND", "Could not resolve to a node with the global id of 'PR_x'.")
	refused(forge.APIToken, node, "UNPROCESSABLE", "Auto merge is not allowed for this repository")
	f.SetAutoMerge("org/app", true)
	refused(forge.APIToken, node, "UNPROCESSABLE", "Pull request is in clean status")
	commit(t, c, "Go on", map[string]string{"b": "2\n"})
	refused(forge.APIToken, node, "UNPROCESSABLE", "Protected branch rules not configured for this branch")
	check(t, f.Reject(t.Context(), "org/app", 1))
	refused(forge.APIToken, node, "UNPROCESSABLE", "Pull request is closed")
	if got := enable(t, f, "wrong", node); !strings.HasPrefix(got, "401 ") {
		t.Error(got)
	}
	if _, _, text := ask(t, f, forge.APIToken, "POST", "../graphql", `{"query":"{viewer{login}}"}`); !strings.Contains(text, `"errors"`) {
		t.Error(text)
	}
}

// TestWhatIsInConflictWaits: an approval alone does not merge it.
func TestWhatIsInConflictWaits(t *testing.T) {
	f := start(t)
	c := clone(t, f, "org/app")
	commit(t, c, "Begin", map[string]string{"a": "1\n"})
	f.SetAutoMerge("org/app", true)
	f.SetReviews("org/app", "main", true)
	p := open(t, f, c, "b", "main")
	if said := enable(t, f, forge.APIToken, p.NodeID); said != "" {
		t.Fatal(said)
	}
	f.SetReviews("org/app", "main", false)
	commit(t, c, "Go on", map[string]string{"b": "2\n"})
	f.SetReviews("org/app", "main", true)
	check(t, f.Approve(t.Context(), "org/app", 1))
	if p := look(t, f, 1); p.State != "open" || p.MergeableState != "dirty" || p.AutoMerge == nil {
		t.Errorf("%+v", p)
	}
	check(t, f.Reject(t.Context(), "org/app", 1))
	if p := look(t, f, 1); p.State != "closed" || p.Merged || p.MergedAt != nil || p.ClosedAt == nil || p.AutoMerge != nil {
		t.Errorf("%+v", p)
	}
}
