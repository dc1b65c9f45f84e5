package forge_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/e2e/forge"
)

// TestTheForgeHasTheEndpoints: the forge has exactly the endpoints in the cut
// description of GitHub.
func TestTheForgeHasTheEndpoints(t *testing.T) {
	var want, got []string
	for _, e := range loadPublished(t).endpoints() {
		want = append(want, nameless(e))
	}
	for _, e := range start(t).Endpoints() {
		got = append(got, nameless(e))
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the forge has\n%s\nand %s has\n%s", strings.Join(got, "\n"), publishedFile, strings.Join(want, "\n"))
	}
}

// TestAnswersAreAsGitHubPublishes validates the answers of every endpoint, and
// every kind of refusal, with GitHub's description.
func TestAnswersAreAsGitHubPublishes(t *testing.T) {
	f, p := busy(t), loadPublished(t)
	answered := map[string]bool{}
	for _, q := range slices.Concat(questions, refusals) {
		holds(t, f, p, q)
		answered[q.endpoint] = answered[q.endpoint] || q.status < 400
	}
	for _, e := range p.endpoints() {
		if !answered[e] {
			t.Errorf("%s was not answered", e)
		}
	}
	f.SetAPIReachable(false)
	holds(t, f, p, asked{"GET /repos/{owner}/{repo}/commits/{ref}", "org/app/commits/main", forge.APIToken, "", http.StatusServiceUnavailable})
}

func holds(t *testing.T, f *forge.Forge, p published, q asked) {
	t.Helper()
	method, _, _ := strings.Cut(q.endpoint, " ")
	status, _, text := ask(t, f, q.token, method, q.path, q.body)
	if status != q.status {
		t.Errorf("%s %s: %d, want %d: %s", method, q.path, status, q.status, text)
	} else if err := p.validate(q.endpoint, status, text); err != nil {
		t.Errorf("%s %s: %v", method, q.path, err)
	}
}

// TestTheDescriptionRefuses: an answer that lacks a field, or has one too many, is noticed.
func TestTheDescriptionRefuses(t *testing.T) {
	p := loadPublished(t)
	const run, merge = "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs", "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge"
	for _, x := range []struct {
		endpoint string
		status   int
		text     string
		fits     bool
	}{
		{run, http.StatusOK, `{"total_count":0,"workflow_runs":[]}`, true},
		{run, http.StatusOK, `{"workflow_runs":[]}`, false},
		{run, http.StatusOK, `{"total_count":1,"workflow_runs":[{"id":1}]}`, false},
		{run, http.StatusOK, `{"total_count":0,"workflow_runs":[],"pages":1}`, false},
		{run, http.StatusNotFound, `{"message":"Not Found","status":"404"}`, true},
		{run, http.StatusNotFound, `{"message":"Not Found","status":"403"}`, false},
		{run, http.StatusNotFound, `{"message":"Not Found"}`, false},
		{run, http.StatusNotFound, `{"error":"Not Found","status":"404"}`, false},
		{run, http.StatusCreated, `{"total_count":0,"workflow_runs":[]}`, false},
		{merge, http.StatusUnprocessableEntity, `{"message":"m","documentation_url":"d","errors":[{"code":"invalid"}],"status":"422"}`, true},
		{merge, http.StatusUnprocessableEntity, `{"message":"m","documentation_url":"d","errors":[{"field":"head"}],"status":"422"}`, false},
		{merge, http.StatusMethodNotAllowed, `{"message":"m","errors":[],"status":"405"}`, false},
	} {
		if err := p.validate(x.endpoint, x.status, x.text); (err == nil) != x.fits {
			t.Errorf("%d %s: %v", x.status, x.text, err)
		}
	}
}
