package act

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/e2e/runner"
)

// ownChart is a chart that a team has in its GitOps repository.
var ownChart = map[string]string{
	"Chart.yaml":  "apiVersion: v2\nname: agent\nversion: 1.0.0\n",
	"values.yaml": "# Ours.\nimage:\n  name: ghcr.io/org/repo/fastapi-agent\n  # The last release before pipegen.\n  tag: \"0.9\"\n",
	"templates/deployment.yaml": regexp.MustCompile(`image: .*`).ReplaceAllLiteralString(ownManifests["deployment.yaml"],
		`image: "{{ .Values.image.name }}:{{ .Values.image.tag }}"`),
}

// TestOwnChart: the deploy of a chart writes the live folder alone, is seen in what Helm renders, with the digest although
// the chart takes a tag alone, and is taken back by the workflow.
func TestOwnChart(t *testing.T) {
	helm, err := exec.LookPath("helm")
	if err != nil {
		t.Skip("Helm is not installed")
	}
	// A Helm that go has built does not know its patch release. That the right one is downloaded is not tested.
	folder := t.TempDir()
	runner.Write(t, filepath.Join(folder, "helm"), fmt.Sprintf("#!/bin/sh\n[ \"$1\" = version ] && echo v4.2.1 || exec %s \"$@\"\n", helm))
	if err := os.Chmod(filepath.Join(folder, "helm"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder+":"+os.Getenv("PATH"))
	files := map[string]string{}
	for name, text := range ownChart {
		files["../gitops-repo/charts/agent/"+name] = text
	}
	w := world{runner.New(t, runner.Options{Files: files, Spec: func(text string) string {
		for field, own := range map[string]string{
			"deploy":   "deploy: own: helm: {chart: \"charts/agent\", image: {repository: \"image.name\", tag: \"image.tag\"}}\n",
			"criteria": "criteria: back: {statement: \"A bad deploy is gone within five minutes.\", rollback: within: \"5m\"}\n",
		} {
			text = regexp.MustCompile(`(?ms)^`+field+`: \{\n.*?^\}\n`).ReplaceAllLiteralString(text, own)
		}
		return text
	}})}
	runs := func(want runner.Deployed) {
		t.Helper()
		clone := w.Folder("gitops-repo")
		w.Git(t, clone, "fetch", "--quiet", "origin")
		w.Git(t, clone, "reset", "--quiet", "--hard", "origin/main")
		values := filepath.Join(w.Live, "values.yaml")
		cmd := exec.CommandContext(t.Context(), helm, "template", "agent", "charts/agent", "--values", values)
		cmd.Dir = clone
		rendered, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("helm: %v\n%s", err, rendered)
		}
		if !strings.Contains(string(rendered), `image: "`+want.Reference()+`"`) {
			t.Errorf("Helm does not render %s:\n%s", want.Reference(), rendered)
		}
		for name, text := range ownChart {
			if got, err := os.ReadFile(filepath.Join(clone, "charts/agent", name)); err != nil || string(got) != text {
				t.Errorf("%s is another one after the deploy: %v", name, err)
			}
		}
		w.Pipegen(t, "check")
	}
	const green = "attest=success deploy-production=success gate=success image=success publish=success,success test=success"
	first := w.Develop(t, "version = 2")
	w.Run(t, first).Want(t, green)
	one := w.Published(t, first.SHA)
	runs(one)
	second := w.Develop(t, "version = 3")
	w.Run(t, second).Want(t, green)
	runs(w.Published(t, second.SHA))
	w.Run(t, w.Rollback(second.SHA, map[string]any{"environment": "production", "steps": "1", "to": ""})).Want(t, "rollback-production=success")
	runs(one)
	// An overlay that kustomize refuses stops a deploy, although Helm renders the chart.
	gitops := w.Folder("gitops-repo")
	runner.Write(t, filepath.Join(gitops, filepath.Dir(w.Live), "kustomization.yaml"), "resources: [gone.yaml]\n")
	w.Git(t, gitops, "commit", "--quiet", "--all", "--message", "a slip")
	w.Git(t, gitops, "push", "--quiet", "origin", "HEAD:main")
	slip := w.Git(t, gitops, "rev-parse", "HEAD")
	third := w.Develop(t, "version = 4")
	w.Run(t, third).Want(t, strings.NewReplacer("deploy-production=success", "deploy-production=failure", "gate=success", "gate=failure").Replace(green))
	if now := w.Git(t, gitops, "ls-remote", "origin", "refs/heads/main"); !strings.HasPrefix(now, strings.TrimSpace(slip)) {
		t.Errorf("a deploy to an overlay that does not render was committed: %s", now)
	}
	w.Git(t, gitops, "revert", "--no-edit", "HEAD")
	// A digest that no container gets is refused before anybody sees it.
	w.Git(t, gitops, "mv", "charts/agent/templates/deployment.yaml", "charts/agent/templates/_deployment.yaml")
	w.Git(t, gitops, "commit", "--quiet", "--message", "nothing runs")
	w.Git(t, gitops, "push", "--quiet", "origin", "HEAD:main")
	if result := w.Run(t, third); !result.Has("error", "does not render") {
		t.Errorf("no error says that the image is not rendered: %+v", result.Notes)
	}
}
