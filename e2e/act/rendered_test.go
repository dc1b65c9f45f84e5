package act

import (
	"strings"
	"testing"

	"github.com/pipegen/pipegen/e2e/runner"
)

// TestRendered: the workflow of the GitOps repository commits what a deploy renders to the branch of the environment, once,
// and a pull request sees the difference and writes nothing.
func TestRendered(t *testing.T) {
	t.Parallel()
	w := world{runner.New(t, runner.Options{Spec: func(spec string) string {
		return strings.NewReplacer("\tbranch:     \"main\"\n\tcredential", "\trendered: {}\n\tcredential", "3 minutes", "10 minutes", `"3m"`, `"10m"`, "5 minutes", "20 minutes", `"5m"`, `"20m"`).Replace(spec)
	}})}
	const branch, manifest = "environments/production", "fastapi-agent/overlays/production/manifest.yaml"
	w.Run(t, w.Develop(t, "version = 2")).Want(t, "attest=success deploy-production=success gate=success image=success measure=success publish=success,success test=success")

	deployments := w.Folder("gitops-repo")
	w.Git(t, deployments, "pull", "--quiet", "--rebase", "origin", "main")
	sha := w.Git(t, deployments, "rev-parse", "HEAD")
	code := w.Code
	w.Code = w.GitOps // which has the workflow
	push := w.Push(sha)
	push.Workflow, push.Secrets = "fastapi-agent-render.yaml", nil
	w.Run(t, push).Want(t, "render-production=success")
	bare := w.Bare(w.GitOps)
	if !strings.Contains(w.Git(t, bare, "show", branch+":"+manifest), w.Image+":") || !strings.Contains(w.Git(t, bare, "show", branch+":hydrator.metadata"), sha) {
		t.Error("the branch does not have what the deploy renders")
	}
	head := w.Git(t, bare, "rev-parse", branch)
	w.Run(t, push).Want(t, "render-production=success")

	w.Git(t, deployments, "switch", "--quiet", "--create", "change")
	runner.Write(t, w.Folder("gitops-repo/fastapi-agent/overlays/production/kustomization.yaml"), "namespace: elsewhere\nresources:\n- ../../base\ncomponents:\n- live\n")
	w.Git(t, deployments, "commit", "--quiet", "--all", "--message", "change")
	w.Git(t, deployments, "switch", "--quiet", "--detach", sha)
	w.Git(t, deployments, "merge", "--quiet", "--no-ff", "--message", "merge", "change")
	w.Git(t, deployments, "push", "--quiet", "origin", "HEAD:refs/pull/7/merge")
	pull := runner.Event{Name: "pull_request", Ref: "refs/pull/7/merge", SHA: w.Git(t, deployments, "rev-parse", "HEAD"), Workflow: push.Workflow, Payload: map[string]any{
		"action": "opened", "number": 7, "pull_request": map[string]any{"number": 7, "base": map[string]any{"ref": "main"}, "head": map[string]any{"ref": "change"}},
		"repository": map[string]any{"full_name": w.GitOps, "default_branch": "main"},
	}}
	seen := w.Run(t, pull)
	seen.Want(t, "difference=success")
	if !strings.Contains(seen.Summary, "### production") || !strings.Contains(seen.Summary, "+  namespace: elsewhere") {
		t.Errorf("the summary does not show what changes:\n%s", seen.Summary)
	}
	if now := w.Git(t, bare, "rev-parse", branch); now != head {
		t.Error("the second run or the pull request has changed the branch")
	}
	w.Code = code
}
