package cluster

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/pipegen/pipegen/e2e/cluster/stack"
	"github.com/pipegen/pipegen/e2e/forge"
	"github.com/pipegen/pipegen/e2e/runner"
)

// delivery is the pipeline of specs/fastapi-agent with nothing between its parts
// left out: a push starts the generated workflow in the runner, which pushes to the
// registry and to the GitOps repository, whose webhook notifies Argo CD.
type delivery struct {
	*runner.World
	*application
	// environment is that of the verbs that ask the live systems.
	environment []string
	// down makes the public address answer 503.
	down atomic.Bool
}

// deliveries counts them: each has run numbers of its own.
var deliveries atomic.Int32

// newDelivery has both repositories generated and pushed, and everything configured as
// the generated READMEs ask for; nothing is deployed yet. Changes are of the spec's text.
func newDelivery(t *testing.T, name string, changes ...func(string) string) *delivery {
	t.Helper()
	d := newWorld(t, name, changes...)
	run.Forge.SetStored(d.Code, "production", "secrets", runner.Secret)
	d.webhook(stack.WebhookSecret)
	d.credentials(t)
	d.load(t)
	return d
}

// newWorld has both repositories generated and pushed, and nothing configured.
func newWorld(t *testing.T, name string, changes ...func(string) string) *delivery {
	t.Helper()
	owner, host := "owner-of-"+name, name+".example.org"
	code, gitops := owner+"/repo", owner+"/gitops-repo"
	for _, repository := range []string{code, gitops} {
		check(t, run.Forge.Init(t.Context(), repository, "main"))
	}
	w := runner.New(t, runner.Options{
		Owner: owner, Application: name, Repositories: run.Forge.Root(), Runs: 1000 * int(deliveries.Add(1)),
		Spec: func(text string) string {
			production := strings.Replace(text, "namespace:   \"agents\"\n", "namespace:   \""+name+"\"\n\turl:         \"https://"+host+"\"\n", 1)
			if production == text {
				t.Fatal("the spec has no namespace to change")
			}
			for _, change := range changes {
				production = change(production)
			}
			return production
		},
	})
	w.API, w.RunToken, w.Report = run.Forge.API(), forge.APIToken, run.Forge.Report
	d := &delivery{World: w}
	check(t, run.Forge.Lead(host, http.HandlerFunc(d.answer)))
	return d
}

// credentials are those of the verbs.
func (d *delivery) credentials(t *testing.T) {
	token, err := run.ReadingToken(t.Context())
	check(t, err)
	authority := filepath.Join(d.Root, "authority.pem")
	check(t, os.WriteFile(authority, run.Forge.Certificate(), 0o644))
	d.environment = append(d.Environment(),
		"GITHUB_API_URL="+run.Forge.API(), "GH_TOKEN="+forge.APIToken,
		"ARGOCD_SERVER="+run.Server(), "ARGOCD_AUTH_TOKEN="+token,
		"PIPEGEN_REGISTRY=http://"+d.Registry,
		"HTTPS_PROXY="+run.Forge.Proxy(), "SSL_CERT_FILE="+authority)
}

// webhook leads from the GitOps repository to Argo CD, with a secret that is the right
// one or not.
func (d *delivery) webhook(secret string) {
	run.Forge.SetHook(d.GitOps, forge.Hook{URL: run.Webhook(), Secret: secret, Events: []string{"push"}, Active: true})
}

// load reads the Argo CD manifests as they were generated.
func (d *delivery) load(t *testing.T) {
	tr := &tree{clone: &forge.Clone{Repository: d.GitOps, Folder: d.Bare(d.GitOps), Branch: "main"}}
	tr.load(t, d.Folder("gitops-repo"))
	d.application = tr.applications[0]
	d.application.deployment = d.World.Application
}

// answer is the public endpoint in front of the Service.
func (d *delivery) answer(answer http.ResponseWriter, request *http.Request) {
	if d.down.Load() {
		http.Error(answer, "maintenance", http.StatusServiceUnavailable)
		return
	}
	if !endpoint(request.Context(), d.namespace, d.deployment, "80") {
		http.Error(answer, "no endpoint", http.StatusBadGateway)
	}
}

// deliver pushes a version, runs the workflow and returns the image that it published.
func (d *delivery) deliver(t *testing.T, version string) runner.Deployed {
	t.Helper()
	push := d.Develop(t, version)
	d.Run(t, push).Want(t, published)
	return d.Published(t, push.SHA)
}

// published is a run that publishes and deploys.
const published = "attest=success deploy-production=success gate=success image=success measure=success publish=success,success test=success"

// begin is the first deploy, after which the Application is created.
func (d *delivery) begin(t *testing.T) runner.Deployed {
	t.Helper()
	image := d.deliver(t, "version = 2")
	d.tree.install(t)
	d.arrived(t, image)
	return image
}

// arrived waits until Argo CD runs the image that the GitOps repository names.
func (d *delivery) arrived(t *testing.T, image runner.Deployed) status {
	t.Helper()
	return d.deployed(t, promise, d.Head(t), image.Reference())
}

// said is what a verb printed, as JSON, and how it ended.
type said struct {
	Results  []result  `json:"-"`
	Chain    []result  `json:"chain"`
	Promises []result  `json:"promises"`
	Findings []finding `json:"findings"`
	code     int
	text     string
}

type result struct {
	ID, Status, Measured string
	Environment, Cluster string
	Evidence             []struct{ What, URL, Revision, At string }
}

type finding struct{ Trouble, Cause, Status, Says, Remedy string }

// asks runs a verb of pipegen against the live systems, from the source repository.
func (d *delivery) asks(t *testing.T, verb string, args ...string) said {
	t.Helper()
	return ask(t, d.Folder("repo"), d.environment, verb, args...)
}

func ask(t *testing.T, folder string, environment []string, verb string, args ...string) said {
	t.Helper()
	command := exec.CommandContext(t.Context(), run.pipegen, append([]string{verb, "--format", "json"}, args...)...)
	command.Dir, command.Env = folder, environment
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	out := said{code: command.ProcessState.ExitCode(), text: stdout.String() + stderr.String()}
	if err := json.Unmarshal(stdout.Bytes(), &out); err != nil {
		t.Fatalf("pipegen %s: %v\n%s", verb, err, out.text)
	}
	out.Results = append(out.Chain, out.Promises...)
	for _, variable := range environment {
		name, value, _ := strings.Cut(variable, "=")
		if strings.HasSuffix(name, "TOKEN") && strings.Contains(out.text, value) {
			t.Errorf("pipegen %s prints %s", verb, name)
		}
	}
	return out
}

// says compares the status of each result and a part of what was measured.
func (s said) says(t *testing.T, want map[string]string) {
	t.Helper()
	seen := map[string]bool{}
	for _, r := range s.Results {
		seen[r.ID] = true
		status, words, _ := strings.Cut(want[r.ID], " ")
		if r.Status != status || !strings.Contains(r.Measured, words) {
			t.Errorf("%s is %s: %s; want %q", r.ID, r.Status, r.Measured, want[r.ID])
		}
		if (r.Status == "kept" || r.Status == "broken") && len(r.Evidence) == 0 {
			t.Errorf("%s is %s without evidence", r.ID, r.Status)
		}
	}
	for id := range want {
		if !seen[id] {
			t.Errorf("there is no result %s", id)
		}
	}
	if t.Failed() {
		t.Log(s.text)
	}
}
