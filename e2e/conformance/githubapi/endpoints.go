package main

// endpoints are those that internal/live and the generated workflow ask, and the two by
// which tests look at a pull request and merge it.
var endpoints = []string{
	"GET /repos/{owner}/{repo}",
	"GET /repos/{owner}/{repo}/actions/organization-secrets",
	"GET /repos/{owner}/{repo}/actions/organization-variables",
	"GET /repos/{owner}/{repo}/actions/permissions",
	"GET /repos/{owner}/{repo}/actions/runs/{run_id}",
	"GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs",
	"GET /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments",
	"GET /repos/{owner}/{repo}/actions/secrets",
	"GET /repos/{owner}/{repo}/actions/variables",
	"GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}",
	"GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs",
	"GET /repos/{owner}/{repo}/activity",
	"GET /repos/{owner}/{repo}/attestations/{subject_digest}",
	"GET /repos/{owner}/{repo}/branches/{branch}",
	"GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations",
	"GET /repos/{owner}/{repo}/commits",
	"GET /repos/{owner}/{repo}/commits/{ref}",
	"GET /repos/{owner}/{repo}/compare/{basehead}",
	"GET /repos/{owner}/{repo}/contents/{path}",
	"GET /repos/{owner}/{repo}/environments/{environment_name}/secrets",
	"GET /repos/{owner}/{repo}/environments/{environment_name}/variables",
	"GET /repos/{owner}/{repo}/hooks",
	"GET /repos/{owner}/{repo}/hooks/{hook_id}/deliveries",
	"GET /repos/{owner}/{repo}/pulls/{pull_number}",
	"GET /repos/{owner}/{repo}/rules/branches/{branch}",
	"POST /repos/{owner}/{repo}/pulls",
	"PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge",
}
