package act

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/e2e/runner"
)

// newServices is a world with the two specs of specs/services in one repository. Their tests are scripts that a commit can
// break.
func newServices(t *testing.T) world {
	t.Helper()
	t.Parallel()
	port := ""
	w := world{runner.New(t, runner.Options{Application: "catalog", Spec: func(base string) string {
		port = regexp.MustCompile(`\tport: \d+\n`).FindString(base)
		return base
	}})}
	w.Answers = []string{"/livez", "/readyz"}
	repo := w.Folder("repo")
	for _, generated := range []string{"pipeline.cue", "PIPELINE.md", ".github", ".pipegen", "app", "Dockerfile", "poetry.lock"} {
		check(t, os.RemoveAll(filepath.Join(repo, generated)))
	}
	for _, name := range []string{"catalog", "checkout"} {
		text, err := os.ReadFile("../../specs/services/" + name + "/pipeline.cue")
		check(t, err)
		spec := regexp.MustCompile(`(?m)^test: .*\{\n(\t.*\n)*\}\n`).ReplaceAllString(string(text), "test: steps: [{name: \"Test\", run: \"sh "+name+"/test.sh\"}]\n")
		spec = regexp.MustCompile(`(?m)^\tcoverage: \{\n(\t\t.*\n)*\t\}\n`).ReplaceAllString(spec, "")
		spec = regexp.MustCompile(`\tport: \d+\n`).ReplaceAllString(spec, port)
		spec = strings.NewReplacer(
			"example/shop", w.Code, `repository: "example/deployments"`, `repository: "`+w.GitOps+"\"\n\tcredential: token: \""+runner.Secret+`"`, "\tselfCheck: true\n", "",
		).Replace(spec)
		runner.Write(t, filepath.Join(repo, name, "pipeline.cue"), spec)
		runner.Write(t, filepath.Join(repo, name, "test.sh"), "exit 0\n")
	}
	for _, file := range []string{"catalog/Dockerfile", "checkout/deploy/Dockerfile"} {
		runner.Write(t, filepath.Join(repo, file), "FROM scratch\nUSER 10001:10001\n")
	}
	w.Command(t, repo, "pipegen", "generate", "--all")
	w.Commit(t, "gitops-repo", "two services")
	return w
}

// lives is what is deployed of each service, as git has it.
func (w world) lives(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, folder := range []string{"catalog/overlays/production", "checkout/overlays/staging", "checkout/overlays/production"} {
		out[folder] = w.Git(t, w.Bare(w.GitOps), "rev-parse", "main:shop/"+folder+"/live")
	}
	return out
}

// of is the event for the workflow of one service.
func of(e runner.Event, workflow string) runner.Event {
	e.Workflow = workflow
	return e
}

// TestServices: the pipelines of two services of one repository share nothing but their repositories. A run of one deploys
// and takes back that one alone, and a failing test of one stops that one alone.
func TestServices(t *testing.T) {
	w := newServices(t)
	first := w.Push(w.Commit(t, "repo", "start"))
	catalog := "attest=success changes=success deploy-production=success gate=success image=success measure=success publish=success test=success"
	checkout := "approve-production=success attest=success changes=success deploy-production=success deploy-staging=success gate=success image=success publish=success test=success"
	start := w.lives(t)
	w.Run(t, of(first, "catalog.yaml")).Want(t, catalog)
	one := w.lives(t)
	w.Run(t, of(first, "checkout.yaml")).Want(t, checkout)
	both := w.lives(t)
	for folder := range start {
		ofCatalog := strings.HasPrefix(folder, "catalog")
		if (one[folder] != start[folder]) != ofCatalog || (both[folder] != one[folder]) == ofCatalog {
			t.Errorf("%s was deployed by the run of the other service: %s, %s, %s", folder, start[folder], one[folder], both[folder])
		}
	}

	// A test of the catalog that fails is no matter of the checkout.
	runner.Write(t, w.Folder("repo/catalog/test.sh"), "exit 1\n")
	runner.Write(t, w.Folder("repo/checkout/main.py"), "version = 2\n")
	second := w.Push(w.Commit(t, "repo", "both"))
	w.Run(t, of(second, "catalog.yaml")).Want(t, "changes=success gate=failure test=failure")
	w.Run(t, of(second, "checkout.yaml")).Want(t, checkout)
	after := w.lives(t)
	if after["catalog/overlays/production"] != both["catalog/overlays/production"] || after["checkout/overlays/production"] == both["checkout/overlays/production"] {
		t.Errorf("a failing test of the catalog: %v, before %v", after, both)
	}

	// Where only the other service changes, nothing is built again by hand either.
	runner.Write(t, w.Folder("repo/catalog/test.sh"), "exit 0\n")
	third := w.Push(w.Commit(t, "repo", "the test is mended"))
	w.Run(t, of(third, "checkout.yaml")).Want(t, "approve-production=success changes=success deploy-production=success deploy-staging=success gate=success image=success")

	back := w.ByHand(third.SHA, map[string]any{"environment": "production", "steps": "1", "to": ""})
	w.Run(t, of(back, "checkout-rollback.yaml")).Want(t, "approve-production=success rollback-production=success")
	taken := w.lives(t)
	if taken["catalog/overlays/production"] != both["catalog/overlays/production"] || taken["checkout/overlays/staging"] == both["checkout/overlays/staging"] {
		t.Errorf("a rollback of the checkout: %v, before %v", taken, after)
	}
	if taken["checkout/overlays/production"] == after["checkout/overlays/production"] {
		t.Error("the rollback took nothing back")
	}
}
