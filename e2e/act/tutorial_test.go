package act

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/e2e/runner"
)

// marked is a block of shell in the tutorial, with the word that says what becomes of it.
var marked = regexp.MustCompile("(?s)<!-- test: (\\w+) -->\n```sh\n(.*?)```\n")

// TestTutorial takes the steps of docs/tutorial.md in their order, from two empty repositories: each push runs the workflow,
// is deployed or refused as the page says, and the rollback brings back what ran before. Those for the cluster are left out.
func TestTutorial(t *testing.T) {
	w := newProject(t, "go", map[string]string{"pipeline.cue": "test: steps: [{name: \"Test\", run: \"true\"}]\n"})
	port := regexp.MustCompile(`port: (\d+)`).FindStringSubmatch(read(t, w.Folder("repo/pipeline.cue")))[1]
	w.Code, w.GitOps, w.Application, w.Image = "acme/greeter", "acme/deployments", "greeter", "ghcr.io/acme/greeter/greeter"
	w.Answers = []string{"/healthz"}
	runner.Write(t, w.own("api/users/deployer[bot].json"), `{"id": 12345}`)
	for _, repository := range []string{w.Code, w.GitOps} {
		w.Git(t, "", "init", "--quiet", "--bare", w.Bare(repository))
	}
	home := t.TempDir()
	var deployed []string
	blocks := marked.FindAllStringSubmatch(read(t, "../../docs/tutorial.md"), -1)
	for _, block := range blocks {
		mark, script := block[1], strings.Replace(block[2], "pipegen new go .", "pipegen new go . --port "+port, 1)
		if mark == "cluster" {
			continue
		}
		w.take(t, home, script)
		switch mark {
		case "push":
			w.pushed(t, "attest=success deploy-production=success gate=success image=success measure=success publish=success test=success")
			deployed = append(deployed, w.live(t))
		case "refused":
			w.pushed(t, "gate=failure test=failure")
			if now := w.live(t); now != deployed[len(deployed)-1] {
				t.Errorf("what was refused is deployed: %s", now)
			}
		case "rollback":
			if now := w.live(t); now != deployed[len(deployed)-2] || now == deployed[len(deployed)-1] {
				t.Errorf("%s is live after the rollback, of %v", now, deployed)
			}
		}
	}
	if len(deployed) != 3 || deployed[2] == deployed[0] || deployed[2] == deployed[1] {
		t.Errorf("the page has deployed %v", deployed)
	}
}

// take runs a block of the page where the one before has left off.
func (w world) take(t *testing.T, home, script string) {
	t.Helper()
	at := filepath.Join(home, "at")
	command := exec.CommandContext(t.Context(), "bash", "-c", fmt.Sprintf("set -e\nif test -e %[1]s; then cd \"$(cat %[1]s)\"; fi\n%[2]spwd > %[1]s\n", at, script))
	command.Dir, command.Env = home, w.Environment()
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s%s", err, script, out)
	}
}

// pushed runs the workflow for what is at the release branch.
func (w world) pushed(t *testing.T, results string) {
	t.Helper()
	e := w.Push(w.Git(t, w.Bare(w.Code), "rev-parse", "refs/heads/main"))
	e.Secrets = map[string]string{"GITOPS_APP_PRIVATE_KEY": runner.Token}
	e.Vars = map[string]string{"GITOPS_APP_CLIENT_ID": "Iv23exampleexample"}
	w.Run(t, e).Want(t, results)
}

// live is the tag that the GitOps repository names.
func (w world) live(t *testing.T) string {
	t.Helper()
	text := w.Git(t, w.Bare(w.GitOps), "show", "main:greeter/overlays/production/live/kustomization.yaml")
	tag := regexp.MustCompile(`newTag: (\S+)`).FindStringSubmatch(text)
	if tag == nil {
		t.Fatalf("no image is live:\n%s", text)
	}
	return tag[1]
}
