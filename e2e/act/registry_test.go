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

// TestPrivateRegistry pushes to a registry that asks for a user and a password for everything, and logs in with those of
// the spec alone.
func TestPrivateRegistry(t *testing.T) {
	t.Parallel()
	w := world{runner.New(t, runner.Options{Host: "registry.example.org", User: registryUser, Password: registryToken, Image: "agents/agent",
		Spec: func(text string) string {
			named := strings.Replace(text, "\"org/repo/fastapi-agent\"", "\"agents/agent\", registry: \"registry.example.org\"", 1)
			return named + "\nregistries: \"registry.example.org\": login: {user: \"REGISTRY_USER\", password: \"REGISTRY_TOKEN\"}\n"
		}})}
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
