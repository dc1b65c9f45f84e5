package act

import (
	"slices"
	"testing"

	"github.com/pipegen/pipegen/e2e/runner"
)

// inside is a pull request from a branch of the repository, whose runs may have secrets.
func (w world) inside(t *testing.T) runner.Event {
	t.Helper()
	return w.from(t, w.Code)
}

// outside is a pull request from a fork, whose runs have none.
func (w world) outside(t *testing.T) runner.Event {
	t.Helper()
	return w.from(t, "somebody/repo")
}

func (w world) from(t *testing.T, repository string) runner.Event {
	t.Helper()
	e := w.proposalOf(t, nil)
	e.Payload["pull_request"] = map[string]any{"number": 7, "head": map[string]any{"repo": map[string]any{"full_name": repository}}}
	return e
}

// TestGivenSecrets: what a spec gives to tests and builds reaches them, by variables and by mounts of BuildKit. Runs that
// get no secrets leave both out, and the gate says so by the names of the jobs; in every other run a secret that is not set
// is an error.
func TestGivenSecrets(t *testing.T) {
	w := newProject(t, "", map[string]string{"pipeline.cue": `
tests: {
	unit: steps: [{name: "Test", run: "true"}]
	payments: {
		steps: [{name: "Pay", run: "test \"${PAYMENTS_KEY}\" = a-key"}]
		secrets: PAYMENTS_KEY: "PAYMENTS_SANDBOX_KEY"
	}
}
image: {
	secrets: feed_token: "FEED_TOKEN"
	ssh: "BUILD_KEY"
}
`, "Dockerfile": "FROM scratch\nRUN --mount=type=secret,id=feed_token,env=FEED_TOKEN --mount=type=ssh true\nUSER 10001:10001\n"})
	w.lock(t, ".", "")
	w.Command(t, w.Root, "/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", w.own("key"))
	secrets := map[string]string{"PAYMENTS_SANDBOX_KEY": "a-key", "FEED_TOKEN": "a-token", "BUILD_KEY": read(t, w.own("key"))}

	own := w.inside(t)
	own.Secrets = secrets
	const green = "build=success gate=success test-payments=success test-unit=success"
	result := w.Run(t, own)
	result.Want(t, green)
	w.wantMounts(t, result, 1)

	dependabot := w.inside(t)
	dependabot.Actor = "dependabot[bot]"
	for name, event := range map[string]runner.Event{"a fork": w.outside(t), "Dependabot": dependabot} {
		left := w.Run(t, event)
		left.Want(t, green)
		w.wantMounts(t, left, 0)
		for _, want := range []string{
			"test-payments has tested and built nothing: this run gets no secrets, and it needs PAYMENTS_SANDBOX_KEY.",
			"build has tested and built nothing: this run gets no secrets, and it needs FEED_TOKEN BUILD_KEY.",
		} {
			if !slices.ContainsFunc(left.Notes, func(n runner.Note) bool { return n.Job == "gate" && n.Level == "warning" && n.Text == want }) {
				t.Errorf("in a run of %s the gate does not say %q: %+v", name, want, left.Notes)
			}
		}
	}

	own.Secrets = map[string]string{"FEED_TOKEN": "a-token", "BUILD_KEY": secrets["BUILD_KEY"]}
	w.Run(t, own).Want(t, "gate=failure test-payments=failure test-unit=success")

	// A push releases with all of them, or not at all.
	push := w.Develop(t, "version = 2")
	push.Secrets["PAYMENTS_SANDBOX_KEY"] = "a-key"
	before := w.Head(t)
	if missing := w.Run(t, push); missing.OK || w.Head(t) != before || !missing.Has("error", "Not set: FEED_TOKEN BUILD_KEY.") {
		t.Errorf("a run without the secrets of the build ends with %s, at %s: %+v", missing.Results(), w.Head(t), missing.Notes)
	}
	push.Secrets["FEED_TOKEN"], push.Secrets["BUILD_KEY"] = "a-token", secrets["BUILD_KEY"]
	released := w.Run(t, push)
	if !released.OK || w.Head(t) == before {
		t.Errorf("the run ends with %s, and has deployed nothing", released.Results())
	}
	// The one that is tried, and the one that is pushed.
	w.wantMounts(t, released, 2)
}

// wantMounts insists on the number of builds of a run, and that each got its secrets as mounts alone.
func (w world) wantMounts(t *testing.T, result runner.Outcome, builds int) {
	t.Helper()
	calls := w.Calls(t, result.ID, "docker/build-push-action")
	if len(calls) != builds {
		t.Errorf("run %s has %d builds, and not %d", result.ID, len(calls), builds)
	}
	for _, call := range calls {
		if call.Inputs["secret-envs"] == "" || call.Inputs["ssh"] == "" || call.Inputs["build-args"] != "" {
			t.Errorf("the build gets %v", call.Inputs)
		}
	}
}
