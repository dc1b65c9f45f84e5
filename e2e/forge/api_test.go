package forge_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/e2e/forge"
	"github.com/pipegen/pipegen/internal/live/remote"
)

// TestTokens: a credential gets what GitHub gives to one with the same rights.
func TestTokens(t *testing.T) {
	f := start(t)
	c := clone(t, f, "org/app")
	commit(t, c, "Begin", map[string]string{"a": "1\n"})
	f.SetStored("org/app", "production", "secrets", "KEY")
	for _, path := range []string{
		"org/app", "org/app/commits/main", "org/app/contents/a", "org/app/branches/main", "org/app/activity", "org/app/rules/branches/main",
	} {
		if status, _, text := ask(t, f, forge.ReaderToken, "GET", path, ""); status != http.StatusOK {
			t.Errorf("%s: %d %s", path, status, text)
		}
	}
	for _, path := range []string{
		"org/app/environments/production/secrets", "org/app/environments/production/variables", "org/app/actions/secrets",
		"org/app/actions/organization-variables", "org/app/hooks", "org/app/actions/permissions", "org/app/check-runs/1/annotations",
	} {
		status, _, text := ask(t, f, forge.ReaderToken, "GET", path, "")
		if status != http.StatusForbidden || !strings.Contains(text, `"message":"Resource not accessible by personal access token"`) {
			t.Errorf("%s: %d %s", path, status, text)
		}
	}
	if _, err := hub(f, forge.ReaderToken).Hooks(t.Context(), "org/app"); !remote.Is(err, remote.Forbidden) {
		t.Error(err)
	}
	if _, err := hub(f, "wrong").Commit(t.Context(), "org/app", "main"); !remote.Is(err, remote.Unauthorized) {
		t.Error(err)
	}
	if status, _, text := ask(t, f, "wrong", "GET", "org/app", ""); status != http.StatusUnauthorized || !strings.Contains(text, `"message":"Bad credentials"`) {
		t.Errorf("a wrong token: %d %s", status, text)
	}
	_, err := hub(f, "").Commit(t.Context(), "org/app", "main")
	if !remote.Is(err, remote.NotFound) || !strings.Contains(err.Error(), "set GITHUB_TOKEN") {
		t.Error(err)
	}
}

// TestUnknown: anything that does not exist is refused in GitHub's words.
func TestUnknown(t *testing.T) {
	f := start(t)
	check(t, f.Init(t.Context(), "org/app", "main"))
	const missing = `{"documentation_url":"https://docs.github.com/rest","message":"Not Found","status":"404"}`
	for _, path := range []string{
		"org/other", "org/..", "org%2Fapp/x", "org/app/nothing", "org/app/actions/workflows/ci.yaml", "org/app/actions/runs/1",
		"org/app/attestations/sha256:1", "org/app/environments/production/secrets", "org/app/hooks/1/deliveries", "org/app/pulls/1", "org/app/pulls/x",
	} {
		if status, _, text := ask(t, f, forge.APIToken, "GET", path, ""); status != http.StatusNotFound || text != missing {
			t.Errorf("%s: %d %s", path, status, text)
		}
	}
}

func TestNothingAnswersWhileTheAPIIsAway(t *testing.T) {
	f := start(t)
	c := clone(t, f, "org/app")
	f.SetAPIReachable(false)
	made := commit(t, c, "Begin", map[string]string{"a": "1\n"})
	_, err := hub(f, forge.APIToken).Commit(t.Context(), "org/app", "main")
	if !remote.Passing(err) || !strings.Contains(err.Error(), "503") {
		t.Error(err)
	}
	f.SetAPIReachable(true)
	if _, err := hub(f, forge.APIToken).Commit(t.Context(), "org/app", "main"); err != nil {
		t.Error(err)
	}
	if f.PushedAt("org/app", "refs/heads/main", made.SHA).IsZero() {
		t.Error("the push of that time was not noticed")
	}
}
