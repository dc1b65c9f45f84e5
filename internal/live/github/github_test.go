package github_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/live/livetest"
	"github.com/pipegen/pipegen/internal/live/remote"
)

func client(address, token string) *github.Client {
	return &github.Client{API: address, Token: token,
		Remote: remote.New(livetest.Now, livetest.NoSleep)}
}

// TestRequests: requests change nothing, and name the version of the API.
func TestRequests(t *testing.T) {
	var asked []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.RequestURI)
		if r.Header.Get("X-GitHub-Api-Version") != "2022-11-28" || !strings.HasPrefix(r.Header.Get("Accept"), "application/vnd.github") {
			t.Errorf("headers are %v", r.Header)
		}
		fmt.Fprint(w, "null")
	}))
	t.Cleanup(s.Close)
	c, ctx := client(s.URL, "t"), t.Context()
	c.Commit(ctx, "o/r", "feature/a b")
	c.History(ctx, "o/r", "abc", "x/live")
	c.File(ctx, "o/r", "abc", "x y/?.yaml")
	c.Contains(ctx, "o/r", "head", "base")
	c.Changed(ctx, "o/r", "head", "base")
	c.PushedAt(ctx, "o/r", "refs/heads/main", "abc")
	c.Attestations(ctx, "o/r", "sha256:1")
	c.Runs(ctx, "o/r", "ci.yaml", "abc")
	c.Jobs(ctx, "o/r", 7)
	c.Repository(ctx, "o/r")
	c.Workflow(ctx, "o/r", "ci.yaml")
	c.Policy(ctx, "o/r")
	c.Rules(ctx, "o/r", "feature/a")
	c.Branch(ctx, "o/r", "feature/a")
	c.Pushes(ctx, "o/r")
	c.Secrets(ctx, "o/r", "pro/d")
	c.Variables(ctx, "o/r", "")
	c.PendingDeployments(ctx, "o/r", 7)
	c.Annotations(ctx, "o/r", 8)
	c.RecentRuns(ctx, "o/r", "rollback.yaml", "main")
	c.Hooks(ctx, "o/r")
	c.Deliveries(ctx, "o/r", 9)
	want := []string{
		"GET /repos/o/r/commits/feature%2Fa%20b",
		"GET /repos/o/r/commits?path=x%2Flive&per_page=100&sha=abc",
		"GET /repos/o/r/contents/x%20y/%3F.yaml?ref=abc",
		"GET /repos/o/r/compare/base...head?per_page=1",
		"GET /repos/o/r/compare/base...head?per_page=1",
		"GET /repos/o/r/activity?per_page=100&ref=refs%2Fheads%2Fmain",
		"GET /repos/o/r/attestations/sha256:1",
		"GET /repos/o/r/actions/workflows/ci.yaml/runs?head_sha=abc&per_page=100",
		"GET /repos/o/r/actions/runs/7/jobs?filter=latest&per_page=100&page=1",
		"GET /repos/o/r",
		"GET /repos/o/r/actions/workflows/ci.yaml",
		"GET /repos/o/r/actions/permissions",
		"GET /repos/o/r/rules/branches/feature%2Fa?per_page=100",
		"GET /repos/o/r/branches/feature%2Fa",
		"GET /repos/o/r/activity?per_page=100",
		"GET /repos/o/r/environments/pro%2Fd/secrets?per_page=30&page=1",
		"GET /repos/o/r/actions/variables?per_page=30&page=1",
		"GET /repos/o/r/actions/organization-variables?per_page=30&page=1",
		"GET /repos/o/r/actions/runs/7/pending_deployments",
		"GET /repos/o/r/check-runs/8/annotations?per_page=100",
		"GET /repos/o/r/actions/workflows/rollback.yaml/runs?branch=main&per_page=20",
		"GET /repos/o/r/hooks?per_page=100",
		"GET /repos/o/r/hooks/9/deliveries?per_page=30",
	}
	if strings.Join(asked, "\n") != strings.Join(want, "\n") {
		t.Errorf("asked\n%s\nwant\n%s", strings.Join(asked, "\n"), strings.Join(want, "\n"))
	}
}

// TestJobsOfManyPages: a matrix has more jobs than fit on a page.
func TestJobsOfManyPages(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page := r.URL.Query().Get("page")
		n := map[string]int{"1": 100, "2": 100, "3": 5}[page]
		fmt.Fprintf(w, `{"total_count":205,"jobs":[%s]}`, strings.TrimSuffix(strings.Repeat(`{"name":"`+page+`"},`, n), ","))
	}))
	t.Cleanup(s.Close)
	jobs, err := client(s.URL, "t").Jobs(t.Context(), "o/r", 7)
	if err != nil || len(jobs) != 205 || jobs[204].Name != "3" {
		t.Errorf("%d jobs: %v", len(jobs), err)
	}
}

// TestNamesOfManyPages: a secret on the second page is not called missing, and an
// endless list ends.
func TestNamesOfManyPages(t *testing.T) {
	asked := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		fmt.Fprintf(w, `{"total_count":1000000,"secrets":[{"name":"S%s","value":"never read"}]}`, r.URL.Query().Get("page"))
	}))
	t.Cleanup(s.Close)
	names, err := client(s.URL, "t").Secrets(t.Context(), "o/r", "production")
	if err != nil || asked != 10 || len(names) != 10 || names[1] != "S2" {
		t.Errorf("asked %d times, got %v: %v", asked, names, err)
	}
}

// TestEndlessJobs: a server that promises more than it gives is not asked forever.
func TestEndlessJobs(t *testing.T) {
	asked := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		fmt.Fprint(w, `{"total_count":1000000,"jobs":[{"name":"x"}]}`)
	}))
	t.Cleanup(s.Close)
	if _, err := client(s.URL, "t").Jobs(t.Context(), "o/r", 7); err != nil || asked > 10 {
		t.Errorf("asked %d times: %v", asked, err)
	}
}

func TestWithoutToken(t *testing.T) {
	w := livetest.New(t)
	_, err := client(w.GitHub.URL, "").Commit(t.Context(), "example/payments", "main")
	if !remote.Is(err, remote.Unauthorized) || !strings.Contains(err.Error(), "set GITHUB_TOKEN") {
		t.Error(err)
	}
	_, err = client(w.GitHub.URL, "wrong-secret").Commit(t.Context(), "example/payments", "main")
	if !remote.Is(err, remote.Unauthorized) || strings.Contains(err.Error(), "wrong-secret") || strings.Contains(err.Error(), "set GITHUB_TOKEN") {
		t.Error(err)
	}
}

// TestCommitWithoutSHA: an answer without a commit is refused, and not taken for
// the commit "".
func TestCommitWithoutSHA(t *testing.T) {
	w := livetest.New(t)
	w.Set(t, "github", "/repos/example/payments/commits/main", "", map[string]any{"message": "moved"})
	if _, err := client(w.GitHub.URL, livetest.GitHubToken).Commit(t.Context(), "example/payments", "main"); !remote.Is(err, remote.Malformed) {
		t.Error(err)
	}
}
