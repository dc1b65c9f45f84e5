package cluster

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/forge"
	"github.com/pipegen/pipegen/e2e/runner"
	"github.com/pipegen/pipegen/e2e/runner/standins"
)

// marked is a block of shell in the tutorial, with the word that says what becomes of it.
var marked = regexp.MustCompile("(?s)<!-- test: (\\w+) -->\n```sh\n(.*?)```\n")

// TestTutorial takes the steps of docs/tutorial.md in their order, from two empty repositories to the rollback: what the page
// says is deployed runs in the cluster, what it says is refused does not, and verify finds every criterion kept.
func TestTutorial(t *testing.T) {
	t.Parallel()
	d := newWorld(t, "toured")
	d.credentials(t)
	port := regexp.MustCompile(`port: (\d+)`).FindStringSubmatch(read(t, d.Folder("repo/pipeline.cue")))[1]
	d.Code, d.GitOps, d.World.Application, d.Image = "acme/greeter", "acme/deployments", "greeter", "ghcr.io/acme/greeter/greeter"
	d.Answers, d.Limit = []string{"/healthz"}, 10*time.Minute
	d.Toolchains = map[string][]standins.Toolchain{"go": {{Release: strings.TrimPrefix(goEnv(t, "GOVERSION"), "go"), Bin: filepath.Join(goEnv(t, "GOROOT"), "bin")}}}
	for _, variable := range []string{"GOCACHE", "GOMODCACHE", "GOPROXY"} {
		d.Variables = append(d.Variables, variable+"="+goEnv(t, variable))
	}
	api, err := url.Parse(run.Forge.API())
	check(t, err)
	hub := http.NewServeMux()
	hub.Handle("/", httputil.NewSingleHostReverseProxy(api))
	hub.HandleFunc("GET /users/{login}", func(answer http.ResponseWriter, _ *http.Request) { io.WriteString(answer, `{"id": 12345}`) })
	withUsers := httptest.NewServer(hub)
	t.Cleanup(withUsers.Close)
	d.API = withUsers.URL
	for _, repository := range []string{d.Code, d.GitOps} {
		check(t, run.Forge.Init(t.Context(), repository, "main"))
	}
	home := t.TempDir()
	var deployed []runner.Deployed
	for _, block := range marked.FindAllStringSubmatch(read(t, "../../docs/tutorial.md"), -1) {
		mark, script := block[1], strings.Replace(block[2], "pipegen new go .", "pipegen new go . --port "+port, 1)
		if mark == "cluster" {
			d.tour(t, filepath.Join(home, "deployments"))
		}
		d.take(t, home, script)
		switch mark {
		case "push":
			deployed = append(deployed, d.pushed(t, "attest=success deploy-production=success gate=success image=success measure=success publish=success test=success"))
		case "refused":
			d.pushed(t, "gate=failure test=failure")
			if now := d.refresh(t, "normal"); !now.good() || !d.rolledOut(t, deployed[0].Reference()) {
				t.Errorf("what was refused has changed what runs:\n%s", now)
			}
			continue
		case "rollback":
			d.arrived(t, deployed[len(deployed)-2])
			continue
		}
		if mark == "cluster" || mark == "push" && len(deployed) > 1 {
			d.arrived(t, deployed[len(deployed)-1])
		}
	}
	if len(deployed) != 3 {
		t.Errorf("the page has deployed %d times", len(deployed))
	}
}

// tour is what 'pipegen setup' has for the cluster before the first deploy.
func (d *delivery) tour(t *testing.T, deployments string) {
	t.Helper()
	tr := &tree{clone: &forge.Clone{Repository: d.GitOps, Folder: d.Bare(d.GitOps), Branch: "main"}}
	tr.load(t, deployments)
	d.application = tr.applications[0]
	d.application.deployment = d.World.Application
	t.Cleanup(func() { tr.remove(t) })
	apply(t, tr.projects[0])
}

// take runs a block of the page where the one before has left off.
func (d *delivery) take(t *testing.T, home, script string) {
	t.Helper()
	at := filepath.Join(home, "at")
	command := exec.CommandContext(t.Context(), "bash", "-c", fmt.Sprintf("set -e\nif test -e %[1]s; then cd \"$(cat %[1]s)\"; fi\n%[2]spwd > %[1]s\n", at, script))
	command.Dir, command.Env = home, append(d.environment, "KUBECONFIG="+run.Kubeconfig(), "PATH="+runner.Tool("")+":"+run.setupPath+":"+os.Getenv("PATH"))
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s%s", err, script, out)
	}
}

// pushed runs the workflow for what is at the release branch, and returns what it has published, if anything.
func (d *delivery) pushed(t *testing.T, results string) (image runner.Deployed) {
	t.Helper()
	e := d.Push(d.Git(t, d.Bare(d.Code), "rev-parse", "refs/heads/main"))
	e.Secrets = map[string]string{"GITOPS_APP_PRIVATE_KEY": forge.APIToken}
	e.Vars = map[string]string{"GITOPS_APP_CLIENT_ID": "Iv23exampleexample"}
	d.Run(t, e).Want(t, results)
	if strings.Contains(results, "publish=success") {
		live := d.Git(t, d.Bare(d.GitOps), "show", "main:greeter/overlays/production/live/kustomization.yaml")
		image = runner.Deployed{Image: d.Image, Commit: e.SHA, Tag: field(t, live, "newTag"), Digest: field(t, live, "digest")}
	}
	return image
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	check(t, err)
	return string(text)
}

// field is the value of one that a text of YAML has once.
func field(t *testing.T, text, name string) string {
	t.Helper()
	found := regexp.MustCompile(name + `: (\S+)`).FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("there is no %s:\n%s", name, text)
	}
	return found[1]
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	value, err := exec.Command("go", "env", name).Output()
	check(t, err)
	return strings.TrimSpace(string(value))
}
