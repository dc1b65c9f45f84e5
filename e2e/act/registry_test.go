package act

import (
	"strings"
	"testing"

	"github.com/pipegen/pipegen/e2e/runner"
)

const (
	registryUser  = "robot"
	registryToken = "token-of-the-registry"
)

// TestCloudRegistries pushes to registries that take what a run gets for its identity, and nothing else. AWS, Google and
// their actions are stand-ins; the registry is real.
func TestCloudRegistries(t *testing.T) {
	t.Parallel()
	for host, c := range map[string]struct{ image, user, login string }{
		"123456789012.dkr.ecr.eu-central-1.amazonaws.com": {"agent", "AWS", `aws: role: "arn:aws:iam::123456789012:role/push"`},
		"europe-west3-docker.pkg.dev":                     {"project/agents/agent", "oauth2accesstoken", `google: {provider: "projects/1/locations/global/workloadIdentityPools/github/providers/github", serviceAccount: "push@project.iam.gserviceaccount.com"}`},
	} {
		t.Run(host, func(t *testing.T) {
			t.Parallel()
			w := world{runner.New(t, runner.Options{Host: host, User: c.user, Password: registryToken, Image: c.image, Spec: movedTo(host, c.image, c.login)})}
			before := w.Head(t)
			push := w.Develop(t, "version = 2")
			w.Run(t, push).Want(t, allGreen)
			w.deployed(t, before, w.Published(t, push.SHA))
		})
	}
}

// movedTo changes the registry of the spec, and adds a login to it.
func movedTo(host, image, login string) func(string) string {
	return func(text string) string {
		return strings.Replace(text, `"org/repo/fastapi-agent"`, `"`+image+`", registry: "`+host+`"`, 1) + "\nregistries: \"" + host + "\": login: " + login + "\n"
	}
}

// TestPrivateRegistry pushes to a registry that asks for a user and a password for everything, and logs in with those of
// the spec alone.
func TestPrivateRegistry(t *testing.T) {
	t.Parallel()
	w := world{runner.New(t, runner.Options{Host: "registry.example.org", User: registryUser, Password: registryToken, Image: "agents/agent",
		Spec: movedTo("registry.example.org", "agents/agent", `{user: "REGISTRY_USER", password: "REGISTRY_TOKEN"}`)})}
	before := w.Head(t)
	push := w.Develop(t, "version = 2")

	// Without the secret, and with one that the registry does not take, nothing is pushed, and the run says why.
	missing := w.Run(t, push)
	if !missing.Has("error", "The variable REGISTRY_USER is not set, so nothing can be pushed to registry.example.org.") {
		t.Errorf("nobody says that the variable is missing: %+v", missing.Notes)
	}
	push.Vars = map[string]string{"REGISTRY_USER": registryUser}
	if missing = w.Run(t, push); !missing.Has("error", "The secret REGISTRY_TOKEN is not set, so nothing can be pushed to registry.example.org.") {
		t.Errorf("nobody says that the secret is missing: %+v", missing.Notes)
	}
	push.Secrets["REGISTRY_TOKEN"] = "another"
	if refused := w.Run(t, push); !strings.Contains(refused.Results(), "publish=failure") || w.Head(t) != before {
		t.Errorf("with a wrong token the run ends as %s", refused.Results())
	}

	push.Secrets["REGISTRY_TOKEN"] = registryToken
	w.Run(t, push).Want(t, allGreen)
	w.deployed(t, before, w.Published(t, push.SHA))

	// A pull request, which has no secrets, builds and logs in nowhere.
	w.Requests.Store(0)
	w.wantNoTrace(t, w.PullRequest(t), proposed)
}
