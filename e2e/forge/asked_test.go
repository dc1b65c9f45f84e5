package forge_test

import (
	"strings"
	"testing"

	"github.com/pipegen/pipegen/e2e/forge"
)

// asked is a question and the status of its answer; the path lies below /repos.
type asked struct {
	endpoint, path, token, body string
	status                      int
}

// may returns a question with all rights to an endpoint of a repository.
func may(endpoint, path, body string, status int) asked {
	method, below, _ := strings.Cut(endpoint, " ")
	return asked{method + " /repos/{owner}/{repo}" + below, path, forge.APIToken, body, status}
}

// questions have answers, one after the other: those about pull requests change something.
var questions = []asked{
	may("GET ", "org/app", "", 200),
	may("GET ", "org/empty", "", 200),
	may("GET /actions/organization-secrets", "org/app/actions/organization-secrets", "", 200),
	may("GET /actions/organization-variables", "org/app/actions/organization-variables", "", 200),
	may("GET /actions/permissions", "org/app/actions/permissions", "", 200),
	may("GET /actions/permissions", "org/empty/actions/permissions", "", 200),
	may("GET /actions/runs/{run_id}", "org/app/actions/runs/7", "", 200),
	may("GET /actions/runs/{run_id}", "org/app/actions/runs/8", "", 200),
	may("GET /actions/runs/{run_id}/jobs", "org/app/actions/runs/7/jobs", "", 200),
	may("GET /actions/runs/{run_id}/jobs", "org/app/actions/runs/8/jobs", "", 200),
	may("GET /actions/runs/{run_id}/pending_deployments", "org/app/actions/runs/8/pending_deployments", "", 200),
	may("GET /actions/secrets", "org/app/actions/secrets", "", 200),
	may("GET /actions/variables", "org/app/actions/variables", "", 200),
	may("GET /actions/workflows/{workflow_id}", "org/app/actions/workflows/ci.yaml", "", 200),
	may("GET /actions/workflows/{workflow_id}/runs", "org/app/actions/workflows/ci.yaml/runs", "", 200),
	may("GET /activity", "org/app/activity", "", 200),
	may("GET /attestations/{subject_digest}", "org/app/attestations/sha256:1", "", 200),
	may("GET /branches/{branch}", "org/app/branches/main", "", 200),
	may("GET /branches/{branch}", "org/app/branches/feature%2Fa", "", 200),
	may("GET /check-runs/{check_run_id}/annotations", "org/app/check-runs/7000/annotations", "", 200),
	may("GET /commits", "org/app/commits", "", 200),
	may("GET /commits/{ref}", "org/app/commits/main", "", 200),
	may("GET /compare/{basehead}", "org/app/compare/main...feature%2Fb", "", 200),
	may("GET /contents/{path}", "org/app/contents/b/c%20d", "", 200),
	may("GET /contents/{path}", "org/app/contents/", "", 200),
	may("GET /environments/{environment_name}/secrets", "org/app/environments/production/secrets", "", 200),
	may("GET /environments/{environment_name}/variables", "org/app/environments/production/variables", "", 200),
	may("GET /hooks", "org/app/hooks", "", 200),
	may("GET /hooks/{hook_id}/deliveries", "org/app/hooks/1/deliveries", "", 200),
	may("GET /rules/branches/{branch}", "org/app/rules/branches/main", "", 200),
	may("GET /rules/branches/{branch}", "org/app/rules/branches/guarded", "", 200),
	may("POST /pulls", "org/app/pulls", `{"title":"Add g","head":"feature/a","base":"main"}`, 201),
	may("POST /pulls", "org/app/pulls", `{"title":"Change a","body":"Why not.","head":"feature/b","base":"main"}`, 201),
	may("GET /pulls", "org/app/pulls", "", 200),
	may("PATCH /pulls/{pull_number}", "org/app/pulls/3", `{"title":"Change all of a"}`, 200),
	may("GET /pulls/{pull_number}", "org/app/pulls/3", "", 200),
	may("GET /pulls/{pull_number}", "org/app/pulls/1", "", 200),
	may("POST /issues/{issue_number}/labels", "org/app/issues/3/labels", `{"labels":["preview","ready"]}`, 200),
	may("POST /issues/{issue_number}/labels", "org/app/issues/3/labels", `{"labels":["preview"]}`, 200),
	may("GET /pulls/{pull_number}", "org/app/pulls/3", "", 200),
	may("DELETE /issues/{issue_number}/labels/{name}", "org/app/issues/3/labels/ready", "", 200),
	may("POST /issues/{issue_number}/comments", "org/app/issues/3/comments", `{"body":"Why?"}`, 201),
	may("PUT /pulls/{pull_number}/merge", "org/app/pulls/2/merge", "", 200),
	may("GET /pulls/{pull_number}", "org/app/pulls/2", "", 200),
	may("GET /pulls", "org/app/pulls?state=all", "", 200),
}

var refusals = []asked{
	{"GET /repos/{owner}/{repo}", "org/app", "wrong", "", 401},
	{"GET /repos/{owner}/{repo}", "org/app", "", "", 404},
	{"GET /repos/{owner}/{repo}/hooks", "org/app/hooks", forge.ReaderToken, "", 403},
	{"POST /repos/{owner}/{repo}/pulls", "org/app/pulls", forge.ReaderToken, "{}", 403},
	may("GET ", "org/other", "", 404),
	may("GET /actions/runs/{run_id}", "org/app/actions/runs/9", "", 404),
	may("GET /actions/workflows/{workflow_id}", "org/app/actions/workflows/other.yaml", "", 404),
	may("GET /attestations/{subject_digest}", "org/app/attestations/sha256:2", "", 404),
	may("GET /branches/{branch}", "org/app/branches/other", "", 404),
	may("GET /commits", "org/empty/commits", "", 409),
	may("GET /commits", "org/app/commits?sha=other", "", 404),
	may("GET /commits/{ref}", "org/empty/commits/main", "", 409),
	may("GET /commits/{ref}", "org/app/commits/other", "", 422),
	may("GET /compare/{basehead}", "org/app/compare/main...other", "", 404),
	may("GET /contents/{path}", "org/app/contents/other", "", 404),
	may("GET /environments/{environment_name}/secrets", "org/app/environments/staging/secrets", "", 404),
	may("GET /pulls/{pull_number}", "org/app/pulls/9", "", 404),
	may("PATCH /pulls/{pull_number}", "org/app/pulls/9", "{}", 404),
	may("PATCH /pulls/{pull_number}", "org/app/pulls/3", `{"title":""}`, 422),
	may("PUT /pulls/{pull_number}/merge", "org/app/pulls/1/merge", "", 405),
	may("DELETE /issues/{issue_number}/labels/{name}", "org/app/issues/3/labels/other", "", 404),
	may("POST /issues/{issue_number}/labels", "org/app/issues/9/labels", `{"labels":["a"]}`, 404),
	may("POST /issues/{issue_number}/comments", "org/app/issues/9/comments", `{"body":"a"}`, 404),
	may("POST /pulls", "org/app/pulls", "{", 400),
	may("POST /pulls", "org/app/pulls", "{}", 422),
	may("POST /pulls", "org/app/pulls", `{"title":"t","head":"other","base":"main"}`, 422),
	may("POST /pulls", "org/app/pulls", `{"title":"t","head":"feature/b","base":"main"}`, 422),
	may("PUT /pulls/{pull_number}/merge", "org/app/pulls/2/merge", "", 405),
	may("PUT /pulls/{pull_number}/merge", "org/app/pulls/3/merge", "", 405),
	may("PUT /pulls/{pull_number}/merge", "org/app/pulls/3/merge", `{"sha":"1"}`, 409),
}

// busy returns a forge with an example of everything that it can answer about.
func busy(t *testing.T) *forge.Forge {
	t.Helper()
	f := start(t)
	c := clone(t, f, "org/app")
	f.SetHook("org/app", forge.Hook{URL: "http://127.0.0.1:1", Secret: "s", Events: []string{"push"}, Active: true})
	commit(t, c, "Begin", map[string]string{".github/workflows/ci.yaml": "name: App\n", "a": "1\n2\n", "b/c d": "x\n", "e": "x\x00"})
	last := commit(t, c, "Go on", map[string]string{"a": "1\n3\n", "e": "", "f": "1\n"})
	proposed(t, c, "feature/a", "g", "1\n")
	proposed(t, c, "feature/b", "a", "4\n")
	commit(t, c, "Go on", map[string]string{"a": "5\n"})
	check(t, f.Init(t.Context(), "org/empty", "main"))
	f.SetPolicy("org/empty", false)
	for _, environment := range []string{"", "production"} {
		f.SetStored("org/app", environment, "secrets", "KEY")
		f.SetStored("org/app", environment, "variables", "ID")
	}
	f.SetRules("org/app", "main", "pull_request", "update", "deletion")
	f.SetAutoMerge("org/app", true)
	git(t, c, "push", "--quiet", "origin", "main:refs/heads/guarded")
	f.SetReviews("org/app", "guarded", true)
	if said := enable(t, f, forge.APIToken, open(t, f, c, "feature/c", "guarded").NodeID); said != "" {
		t.Fatal(said)
	}
	f.Attest("org/app", "sha256:1")
	f.Report(forge.Run{
		ID: 7, Repository: "org/app", Workflow: "ci.yaml", Event: "push", Branch: "main", SHA: last.SHA,
		Status: "completed", Conclusion: "success", Created: noon, Started: noon, Updated: noon, Jobs: []forge.Job{{
			Name: "Test", Status: "completed", Conclusion: "success", Created: noon, Started: noon, Completed: noon, Labels: []string{"ubuntu-24.04"},
			Steps:       []forge.Step{{Name: "Set up job", Status: "completed", Conclusion: "success", Started: noon, Completed: noon}},
			Annotations: []forge.Annotation{{Level: "warning", Title: "T", Message: "m"}},
		}},
	})
	// What waits has neither begun nor ended, and its commit may be gone.
	f.Report(forge.Run{
		ID: 8, Repository: "org/app", Workflow: "ci.yaml", Event: "push", SHA: strings.Repeat("1", 40), Status: "waiting", Created: noon,
		Jobs: []forge.Job{{Name: "Deploy", Status: "waiting", Steps: []forge.Step{{Name: "Set up job", Status: "queued"}}}},
	})
	f.SetPending(8, "production", "ada")
	eventually(t, "a delivery", func() bool { return len(answer[[]any](t, f, "org/app/hooks/1/deliveries")) > 0 })
	return f
}
