package diagnose_test

import (
	"maps"
	"testing"

	"github.com/pipegen/pipegen/internal/live/diagnose"
	"github.com/pipegen/pipegen/internal/live/livetest"
	"github.com/pipegen/pipegen/schema"
)

// older makes the commit before live, and lets the pods run it.
func older(t *testing.T, w *livetest.World) {
	digest := w.Push("main-"+livetest.Before, livetest.Before, "linux/amd64", "linux/arm64")
	w.Set(t, "github", folder+"source-commit", "", "@BEFORE@\n")
	w.Set(t, "github", folder+"kustomization.yaml", "", "images:\n- digest: "+digest+"\n  newName: ghcr.io/example/payments/payments\n  newTag: main-@BEFORE@\n")
	w.Set(t, "github", "/repos/example/payments/compare/@SOURCE@...@BEFORE@", "", map[string]any{"status": "behind"})
	for _, i := range []string{"2", "3", "4"} {
		w.Set(t, "argocd", app+"/resource-tree", "nodes."+i+".images", []any{"ghcr.io/example/payments/payments:main-x@" + digest})
	}
}

// running sets the run to be in progress.
func running(t *testing.T, w *livetest.World, status string) {
	w.Set(t, "github", runs, "workflow_runs.1.status", status)
	w.Set(t, "github", runs, "workflow_runs.1.conclusion", nil)
	older(t, w)
}

// ends sets the conclusion of the job at an index, and removes all jobs after it.
func ends(t *testing.T, w *livetest.World, place, conclusion string, steps []any, said string) {
	w.Set(t, "github", runs, "workflow_runs.1.conclusion", "failure")
	w.Set(t, "github", jobs, "jobs."+place+".conclusion", conclusion)
	w.Set(t, "github", jobs, "jobs."+place+".steps", steps)
	for i, other := range []string{"0", "1", "2", "3", "4"} {
		if i > int(place[0]-'0') {
			w.Set(t, "github", jobs, "jobs."+other+".conclusion", "skipped")
		}
	}
	w.Set(t, "github", jobs, "jobs.6.conclusion", "failure")
	annotations := []any{}
	if said != "" {
		annotations = append(annotations, map[string]any{"path": ".github", "start_line": 1, "annotation_level": "failure", "title": "", "message": said})
	}
	w.Set(t, "github", "/repos/example/payments/check-runs/"+string(place[0]+1)+"/annotations", "", annotations)
	older(t, w)
}

func failed(step string) []any {
	return []any{map[string]any{"name": "Set up job", "status": "completed", "conclusion": "success"}, map[string]any{"name": step, "status": "completed", "conclusion": "failure"}}
}

func jobFails(place, step, said string) func(*testing.T, *livetest.World) {
	return func(t *testing.T, w *livetest.World) { ends(t, w, place, "failure", failed(step), said) }
}

func noRun(t *testing.T, w *livetest.World) {
	w.Set(t, "github", runs, "workflow_runs", []any{})
	older(t, w)
}

// onECR moves the image to a registry of Amazon, where a Secret may pull it.
func onECR(pullSecret string) func(*schema.Spec) {
	return func(s *schema.Spec) {
		const host = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
		s.Registries = []schema.Named[schema.Registry]{{ID: host, Value: schema.Registry{Login: &schema.Login{AWS: &schema.AWSLogin{Role: "arn:aws:iam::123456789012:role/push"}}}}}
		s.Images[0].Value.Registry, s.Images[0].Value.PullSecret = host, pullSecret
	}
}

var buildScenarios = map[string]scenario{
	"build/actions-off": {change: func(t *testing.T, w *livetest.World) {
		noRun(t, w)
		w.Set(t, "github", source, "commit.committer.date", "2026-11-20T10:11:00Z")
		w.Set(t, "github", "/repos/example/payments/actions/permissions", "enabled", false)
	}, says: "https://github.com/example/payments/settings/actions"},
	"build/workflow-missing": {change: func(t *testing.T, w *livetest.World) {
		noRun(t, w)
		w.Remove("github", runs)
		w.Remove("github", "/repos/example/payments/actions/workflows/ci.yaml")
	}, says: "pipegen generate"},
	"build/workflow-disabled": {change: func(t *testing.T, w *livetest.World) {
		noRun(t, w)
		w.Set(t, "github", "/repos/example/payments/actions/workflows/ci.yaml", "state", "disabled_inactivity")
	}, says: "gh workflow enable ci.yaml --repo example/payments"},
	"build/skipped": {change: func(t *testing.T, w *livetest.World) {
		noRun(t, w)
		w.Set(t, "github", source, "commit.message", "Typo [skip ci]")
	}, says: "[skip ci]"},
	"build/no-run": {change: noRun, says: "12m10s after the commit"},
	"build/not-startable": {change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "github", runs, "workflow_runs.1.conclusion", "startup_failure")
		w.Set(t, "github", jobs, "", map[string]any{"total_count": 0, "jobs": []any{}})
		w.Set(t, "github", "/repos/example/payments/actions/permissions", "allowed_actions", "selected")
		older(t, w)
	}, says: "the repository allows selected"},
	"build/approval": {change: func(t *testing.T, w *livetest.World) {
		running(t, w, "waiting")
		w.Set(t, "github", jobs, "jobs.4.status", "waiting")
		w.Set(t, "github", "/repos/example/payments/actions/runs/7001/pending_deployments", "", []any{map[string]any{
			"environment": map[string]any{"name": "production"}, "wait_timer": 0, "reviewers": []any{map[string]any{"type": "User", "reviewer": map[string]any{"login": "ada"}}}}})
	}, says: "for the approval of ada"},
	"build/turn": {change: func(t *testing.T, w *livetest.World) {
		running(t, w, "pending")
		w.Set(t, "github", jobs, "jobs.4.status", "pending")
	}, says: "Deploy to production"},
	"build/queued": {change: func(t *testing.T, w *livetest.World) {
		running(t, w, "queued")
		w.Set(t, "github", jobs, "jobs.0.status", "queued")
		w.Set(t, "github", jobs, "jobs.0.labels", []any{"ubuntu-24.04"})
	}, says: "ubuntu-24.04"},
	"build/queued: without a job": {change: func(t *testing.T, w *livetest.World) {
		running(t, w, "queued")
		w.Set(t, "github", jobs, "", map[string]any{"total_count": 0, "jobs": []any{}})
	}, says: "has no job yet"},
	"build/slow": {change: func(t *testing.T, w *livetest.World) {
		running(t, w, "in_progress")
		w.Set(t, "github", jobs, "jobs.1.status", "in_progress")
		w.Set(t, "github", jobs, "jobs.1.started_at", "2026-11-20T10:05:00Z")
		w.Set(t, "github", jobs, "jobs.1.steps", []any{map[string]any{"name": "Build the image", "status": "in_progress"}})
	}, says: "7m of its 8m, and is in the step Build the image"},
	"build/timed-out": {change: func(t *testing.T, w *livetest.World) {
		ends(t, w, "1", "cancelled", []any{}, "The job has exceeded the maximum execution time of 8m0s")
	}, says: "its limit of 8m"},
	"build/disk-full":              {change: jobFails("1", "Build the image", "ERROR: failed to solve: write /x: no space left on device"), says: "no space left"},
	"build/memory":                 {change: jobFails("0", "Test", "Process completed with exit code 137."), says: "exit code 137"},
	"build/registry-denied":        {change: jobFails("1", "Push by digest", "denied: permission_denied: write_package"), says: "https://github.com/example/payments/pkgs/container/payments"},
	"build/registry-denied: login": {change: jobFails("3", "Log in to the registry", ""), says: "the job Image was refused"},
	"build/registry-denied: by a role": {change: jobFails("1", "Take on the role in AWS", "Could not assume role with OIDC"), spec: onECR(""),
		says: "see that the role arn:aws:iam::123456789012:role/push trusts the subject repo:example/payments:environment:registry"},
	"build/registry-denied: no repository": {change: jobFails("1", "Push by digest", "name unknown: The repository with name 'payments' does not exist in the registry"), spec: onECR(""), says: "and that this exists"},
	"build/registry-denied: by a token": {change: jobFails("3", "Look for the login", "The secret QUAY_TOKEN is not set"), spec: func(s *schema.Spec) {
		s.Registries = []schema.Named[schema.Registry]{{ID: "quay.io", Value: schema.Registry{Login: &schema.Login{User: "QUAY_USER", Password: "QUAY_TOKEN"}}}}
		s.Images[0].Value.Registry = "quay.io"
	}, says: "see that QUAY_TOKEN of the environment registry may push to quay.io/example/payments/payments"},
	"build/outage":      {change: jobFails("1", "Push by digest", "buildx failed with: ERROR: failed to push: unexpected status from HEAD request to https://ghcr.io/v2/: 503 Service Unavailable"), says: "503 Service Unavailable"},
	"build/network":     {change: jobFails("1", "Build the image", "failed to do request: dial tcp: i/o timeout"), says: "i/o timeout"},
	"build/runner-lost": {change: jobFails("0", "", "The self-hosted runner lost communication with the server."), says: "lost communication"},
	"build/coverage":    {change: jobFails("0", "Require the coverage (criterion covered)", "coverage 79.00 % is below the required 90 %"), says: "79.00 %"},
	"build/vulnerable":  {change: jobFails("1", "Refuse known vulnerabilities (criterion scanned)", ""), says: "criterion scanned"},
	"build/smoke-test":  {change: jobFails("1", "Try the image as the cluster would run it", "The container stopped after 2 s."), says: "stopped after 2 s"},
	"build/files": {change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "github", jobs, "jobs.5.name", "Check the pipeline's files")
		ends(t, w, "4", "skipped", []any{}, "")
		w.Set(t, "github", jobs, "jobs.5.conclusion", "failure")
		w.Set(t, "github", jobs, "jobs.5.steps", failed("Hold the files against the spec"))
	}, says: "pipegen generate"},
	"build/tests":       {change: jobFails("0", "Test", "Process completed with exit code 1."), says: "in the step Test"},
	"build/image-build": {change: jobFails("1", "Build the image", "exit code: 2"), says: "exit code: 2"},
	"build/cancelled": {change: func(t *testing.T, w *livetest.World) {
		ends(t, w, "0", "cancelled", []any{}, "The run was canceled by @ada.")
		w.Set(t, "github", runs, "workflow_runs.1.conclusion", "cancelled")
	}, says: "gh run rerun 7001"},
	"build/job": {change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "github", jobs, "jobs.3.name", "Load test")
		ends(t, w, "3", "failure", failed("Press hard"), "too slow")
	}, says: "Load test ended as failure in the step Press hard: too slow"},
}

// deployFails lets the deploy job fail in a step with a message.
func deployFails(t *testing.T, w *livetest.World, step, said string) {
	ends(t, w, "4", "failure", failed(step), said)
}

const commitStep = "Commit the image to the GitOps repository"

func deploySays(step, said string) func(*testing.T, *livetest.World) {
	return func(t *testing.T, w *livetest.World) { deployFails(t, w, step, said) }
}

const refusal = "The push was refused five times. Either the credential may not write, or a rule of the branch main forbids direct pushes; the log above has git's own words."

var imageScenarios = map[string]scenario{
	"image/not-built": {change: jobFails("0", "Test", ""), symptom: diagnose.Image, says: "pipegen doctor build"},
	"image/not-built: left out behind a deploy that stood back": {change: func(t *testing.T, w *livetest.World) {
		older(t, w)
		w.Set(t, "github", jobs, "jobs.4.conclusion", "skipped")
	}, symptom: diagnose.Image, says: "the environment before production has left this commit alone"},
	"image/secret-missing": {change: func(t *testing.T, w *livetest.World) {
		deployFails(t, w, "Look for the credential", "")
		w.Set(t, "github", "/repos/example/payments/environments/production/secrets", "", map[string]any{"total_count": 0, "secrets": []any{}})
	}, says: "there is no secret GITOPS_APP_PRIVATE_KEY in the environment production"},
	"image/secret-missing: said by the job": {change: func(t *testing.T, w *livetest.World) {
		deployFails(t, w, "Look for the credential", "The variable GITOPS_APP_CLIENT_ID is not set, so nothing can be deployed.")
		w.Set(t, "github", "/repos/example/payments/check-runs/5/annotations", "0.title", "Variable missing")
	}, says: "GITOPS_APP_CLIENT_ID is not set"},
	"image/environment-branch": {change: deploySays("", `Branch "main" is not allowed to deploy to production due to environment protection rules.`), says: "deployment branches"},
	"image/app-refused":        {change: deploySays("Ask for a token that may write to the GitOps repository alone", "Not Found"), says: "install the App on example/deployments"},
	"image/credential-refused": {change: deploySays("Check out the GitOps repository", "Bad credentials"), says: "Bad credentials"},
	"image/archived": {change: func(t *testing.T, w *livetest.World) {
		deployFails(t, w, commitStep, refusal)
		w.Set(t, "github", "/repos/example/deployments", "archived", true)
	}, says: "archived"},
	"image/branch-guarded": {change: func(t *testing.T, w *livetest.World) {
		deployFails(t, w, commitStep, refusal)
		w.Set(t, "github", "/repos/example/deployments/rules/branches/main", "", []any{map[string]any{"type": "pull_request", "ruleset_source": "example"}})
	}, says: "pull_request of example"},
	"image/branch-guarded: by a classic rule": {change: func(t *testing.T, w *livetest.World) {
		deployFails(t, w, commitStep, refusal)
		w.Set(t, "github", "/repos/example/deployments/branches/main", "protected", true)
	}, says: "https://github.com/example/deployments/settings/branches"},
	"image/no-write": {change: deploySays(commitStep, refusal), says: "Contents: read and write"},
	"image/branch-guarded: by the rule": {change: func(t *testing.T, w *livetest.World) {
		deployFails(t, w, commitStep, refusal)
		w.Set(t, "github", "/repos/example/deployments/branches/main", "protected", true)
	}, says: `gitops: write: "pull-request"`},
	"image/no-write: proposed": {spec: proposing, change: func(t *testing.T, w *livetest.World) {
		deployFails(t, w, "Propose the image to the GitOps repository", refusal)
		w.Set(t, "github", "/repos/example/deployments/branches/main", "protected", true)
	}, says: "Contents and Pull requests: read and write"},
	"image/may-not-propose": {spec: proposing, change: deploySays("Propose the image to the GitOps repository", "No pull request could be opened: the credential needs more."), says: "Pull requests: read and write"},
	"image/unmerged": {spec: proposing, change: func(t *testing.T, w *livetest.World) {
		older(t, w)
		pullRequest(t, w, map[string]any{"mergeable_state": "blocked", "auto_merge": map[string]any{}})
	}, says: "see at https://github.com/example/deployments/pull/7 which review or check is missing"},
	"image/unmerged: by hand": {spec: proposing, change: func(t *testing.T, w *livetest.World) {
		older(t, w)
		pullRequest(t, w, map[string]any{"mergeable_state": "clean"})
	}, says: "allow auto-merge and squash merging in the settings of example/deployments"},
	"image/unmerged: no rule asks for the review": {spec: reviewing, change: func(t *testing.T, w *livetest.World) {
		asked(t, w, "clean")
	}, says: "no rule of the branch keeps it from being merged, and no machine merges it"},
	"image/unmerged: by a person": {spec: reviewing, change: func(t *testing.T, w *livetest.World) {
		asked(t, w, "blocked")
	}, says: "a rule of the branch is not met, and a person has to merge it"},
	"image/no-write: by a key": {spec: keyed, change: deploySays(commitStep, refusal), says: "delete the deploy key at https://github.com/example/deployments/settings/keys, and add it again with Allow write access"},
	"image/unmerged: in conflict": {spec: proposing, change: func(t *testing.T, w *livetest.World) {
		older(t, w)
		pullRequest(t, w, map[string]any{"mergeable_state": "dirty"})
	}, says: "gh run rerun 7001 --failed"},
	"image/proposal-closed": {spec: proposing, change: func(t *testing.T, w *livetest.World) {
		older(t, w)
		pullRequest(t, w, map[string]any{"state": "closed"})
	}, says: "reopen and merge it at https://github.com/example/deployments/pull/7"},
	"rollback/rollback-unmerged": {spec: proposing, symptom: diagnose.Rollback, change: func(t *testing.T, w *livetest.World) {
		pullRequest(t, w, map[string]any{"mergeable_state": "blocked", "title": "roll back payments in production by 1: main-x",
			"head": map[string]any{"sha": livetest.GitOps, "label": "example:rollback/payments-production-0a1b2c3d4e5f"}})
	}, says: "a rule of the branch is not met"},
	"rollback/rollback-unmerged: in conflict": {spec: proposing, symptom: diagnose.Rollback, change: func(t *testing.T, w *livetest.World) {
		pullRequest(t, w, map[string]any{"mergeable_state": "dirty", "head": map[string]any{"sha": livetest.GitOps, "label": "example:rollback/payments-production-0a1b2c3d4e5f"}})
	}, says: "gh workflow run rollback.yaml --repo example/payments -f environment=production -f to=TAG"},
	"image/silent: the proposal was merged": {spec: proposing, change: func(t *testing.T, w *livetest.World) {
		older(t, w)
		pullRequest(t, w, map[string]any{"state": "closed", "merged_at": "2026-11-20T10:09:30Z"})
	}, says: "90a1b2c3d4e5 is live"},
	"image/no-effect":         {change: deploySays(commitStep, "payments/overlays/production does not render x: the edit has no effect."), says: "does not render"},
	"image/history-rewritten": {change: deploySays(commitStep, "source-commit names abc, and this repository does not have it, so nobody can say which commit is newer."), says: "source-commit"},
	"image/deploy-lost":       {change: deploySays(commitStep, "The self-hosted runner lost communication with the server."), says: "the rest is repeated"},
	"image/deploy-timed-out": {change: func(t *testing.T, w *livetest.World) {
		ends(t, w, "4", "timed_out", []any{}, "")
	}, says: "gh run rerun 7001 --failed"},
	"image/deploy-cancelled": {change: func(t *testing.T, w *livetest.World) {
		ends(t, w, "4", "cancelled", []any{}, "")
		w.Set(t, "github", runs, "workflow_runs.1.conclusion", "cancelled")
	}, says: "unless a newer run has deployed"},
	"image/stale": {change: func(t *testing.T, w *livetest.World) {
		older(t, w)
		w.Set(t, "github", "/repos/example/payments/check-runs/5/annotations", "", []any{map[string]any{"annotation_level": "notice", "title": "Not deployed", "message": "production runs 90a1, which is newer than 3f2a."}})
	}, says: "which is newer than"},
	"image/taken-back": {change: func(t *testing.T, w *livetest.World) {
		older(t, w)
		w.Set(t, "github", deploys, "0.commit.message", "roll back payments in production by 1: main-@BEFORE@")
	}, symptom: diagnose.Image, says: "roll back payments"},
	"image/elsewhere": {change: func(t *testing.T, w *livetest.World) {
		older(t, w)
		w.Set(t, "github", "/repos/example/deployments/activity", "", []any{map[string]any{"after": livetest.Seed, "ref": "refs/heads/staging", "activity_type": "push"}})
		w.Set(t, "github", "/repos/example/deployments/commits/@SEED@", "", map[string]any{"sha": livetest.Seed, "html_url": "https://github.com/example/deployments/commit/x",
			"commit": map[string]any{"message": "deploy payments to production: main-x\n\nSource: example/payments@" + livetest.Source, "committer": map[string]any{"date": "2026-11-20T10:08:50Z"}}})
	}, says: "the branch staging, and the spec says main"},
	"image/live-unreadable": {change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "github", folder+"kustomization.yaml", "", "images: []\n")
	}, says: "has no images"},
	"image/live-unreadable: not there": {change: func(t *testing.T, w *livetest.World) {
		w.Remove("github", folder+"kustomization.yaml")
	}, says: "has no such thing"},
	"image/deploy-failed": {change: deploySays("Get the kustomize that Argo CD renders with", "curl: (22)"), says: "curl: (22)"},
	"image/silent":        {change: older, says: "90a1b2c3d4e5 is live"},
}

// asked has the pull request of a deploy wait for a person.
func asked(t *testing.T, w *livetest.World, state string) {
	older(t, w)
	w.Set(t, "github", jobs, "jobs.4.name", "Propose for production")
	pullRequest(t, w, map[string]any{"mergeable_state": state})
}

// proposing makes CI open a pull request for each deploy.
func proposing(s *schema.Spec) { s.GitOps.Write = "pull-request" }

// reviewing leaves the merge to a person.
func reviewing(s *schema.Spec) { s.GitOps.Write = "review" }

// keyed has CI push with a deploy key.
func keyed(s *schema.Spec) { s.GitOps.Credential = &schema.Credential{DeployKey: "GITOPS_DEPLOY_KEY"} }

// pullRequest is the newest pull request for deploys to production as GitHub
// returns it, with some fields replaced.
func pullRequest(t *testing.T, w *livetest.World, fields map[string]any) {
	all := map[string]any{"number": 7, "html_url": "https://github.com/example/deployments/pull/7", "title": "deploy payments to production: main-x", "state": "open",
		"merged_at": nil, "updated_at": "2026-11-20T10:09:00Z", "mergeable_state": "unknown", "auto_merge": nil, "head": map[string]any{"sha": livetest.GitOps}}
	maps.Copy(all, fields)
	w.Set(t, "github", "/repos/example/deployments/pulls", "", []any{all})
	w.Set(t, "github", "/repos/example/deployments/pulls/7", "", all)
}

// webhook makes a spec rely on a webhook.
func webhook(s *schema.Spec) { s.ArgoCD.Webhook = true }
