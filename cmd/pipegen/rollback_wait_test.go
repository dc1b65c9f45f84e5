package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pipegen/pipegen/internal/live/livetest"
)

// TestRollbackPullRequest opens a pull request at a stand-in for GitHub.
func TestRollbackPullRequest(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		answer string
		code   int
		words  []string
	}{
		"opened":    {http.StatusCreated, `{"html_url":"https://github.com/example/deployments/pull/7"}`, exitDone, nil},
		"refused":   {http.StatusForbidden, `{"message":"Resource not accessible by personal access token"}`, exitFailed, []string{"no pull request was opened", "not accessible by personal access token", "right to write pull requests", "https://github.com/example/deployments/compare/main...rollback%2Fshop-production-"}},
		"not valid": {http.StatusUnprocessableEntity, `{"message":"Validation Failed","errors":[{"message":"A pull request\u001b already exists"}]}`, exitFailed, []string{"Validation Failed: A pull request already exists"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := three(t)
			var asked map[string]string
			hub := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if r.Method != http.MethodPost || r.URL.Path != "/repos/example/deployments/pulls" || r.Header.Get("Authorization") != "Bearer secret" || json.Unmarshal(body, &asked) != nil {
					t.Errorf("%s %s\n%s", r.Method, r.URL, body)
				}
				out.WriteHeader(c.status)
				io.WriteString(out, c.answer)
			}))
			defer hub.Close()
			t.Setenv("GITHUB_API_URL", hub.URL)
			t.Setenv("GH_TOKEN", "secret")
			before := w.Git(w.Origin, "rev-parse", "main")
			out, failure, code := w.rollback(func(o *rollbackOptions) { o.steps, o.pull = 1, true }, "")
			if code != c.code || w.Git(w.Origin, "rev-parse", "main") != before {
				t.Fatalf("exit code %d: %s\n%s", code, failure, out)
			}
			wants(t, "the failure", failure, c.words...)
			if strings.Contains(out+failure, "secret") {
				t.Error("the credential was printed")
			}
			if asked["base"] != "main" || asked["title"] != "roll back shop in production by 1: main-b" || !strings.Contains(asked["body"], "Note: the source still holds") {
				t.Errorf("asked for %v", asked)
			}
			if got := w.Git(w.Origin, "show", "refs/heads/"+asked["head"]+":"+w.Live("production")+"/source-commit"); got != w.Sources["b"] {
				t.Errorf("the branch %s has %s", asked["head"], got)
			}
			if c.code == exitDone {
				wants(t, "the output", out, "proposed for main of example/deployments: https://github.com/example/deployments/pull/7", "warning: the clock starts when somebody merges")
			}
		})
	}
	w := three(t)
	origin := w.State(w.Origin)
	t.Setenv("GH_TOKEN", "")
	t.Setenv("GITHUB_TOKEN", "")
	_, failure, code := w.rollback(func(o *rollbackOptions) { o.steps, o.pull = 1, true }, "")
	if code != exitFailed || w.State(w.Origin) != origin {
		t.Errorf("without a credential: exit code %d, or something was pushed", code)
	}
	wants(t, "the failure", failure, "a pull request needs a credential: set GITHUB_TOKEN")
}

// TestRollbackWait follows the commit in a stand-in for Argo CD.
func TestRollbackWait(t *testing.T) {
	for name, c := range map[string]struct {
		after  time.Duration
		health string
		more   bool // somebody pushes before Argo CD looks
		token  string
		code   int
		words  []string
	}{
		"in time":       {3 * time.Minute, "Healthy", false, livetest.ArgoToken, exitDone, []string{"kept        back in production: promised within 10m; measured: 3m from the revert to the finished sync"}},
		"goes on":       {3 * time.Minute, "Healthy", true, livetest.ArgoToken, exitDone, []string{"kept        argocd in production: Synced and Healthy", "measured: 3m from"}},
		"too late":      {11 * time.Minute, "Healthy", false, livetest.ArgoToken, exitFindings, []string{"broken      back in production: promised within 10m; measured: 11m from"}},
		"not healthy":   {3 * time.Minute, "Degraded", false, livetest.ArgoToken, exitFindings, []string{"broken      argocd in production: the Application is Degraded"}},
		"never":         {3 * time.Minute, "Progressing", false, livetest.ArgoToken, exitFailed, []string{"what became of it was not seen: argocd"}},
		"no credential": {0, "", false, "", exitFailed, []string{"not measured: Argo CD: ", "what became of it was not seen: argocd, back"}},
	} {
		t.Run(name, func(t *testing.T) {
			w, systems := three(t), livetest.New(t)
			// Everything that Argo CD answers is known as soon as the commit is
			// pushed.
			var pushed sync.Once
			systems.Fault(func(string, http.ResponseWriter, *http.Request) bool {
				pushed.Do(func() {
					if c.more {
						w.Deploy("staging", "e")
					}
					head := w.Git(w.Origin, "rev-parse", "main")
					at, err := time.Parse(time.RFC3339, w.Git(w.Origin, "log", "-1", "--author=Ann", "--format=%cI", "main"))
					if err != nil {
						t.Error(err)
					}
					done := at.Add(c.after).Format(time.RFC3339)
					systems.Set(t, "argocd", "/api/v1/applications/shop-production", "", map[string]any{"status": map[string]any{
						"sync": map[string]any{"status": "Synced", "revision": head}, "health": map[string]any{"status": c.health},
						"history": []any{map[string]any{"revision": head, "deployStartedAt": done, "deployedAt": done}},
					}})
				})
				return false
			})
			t.Setenv("ARGOCD_SERVER", systems.ArgoCD.URL)
			t.Setenv("ARGOCD_AUTH_TOKEN", c.token)
			if c.token == "" {
				t.Setenv("ARGOCD_SERVER", "")
			}
			looks := w.Clock
			out, failure, code := w.rollback(func(o *rollbackOptions) {
				o.steps, o.push, o.follow, o.now = 1, true, true, func() time.Time { looks = looks.Add(time.Second); return looks }
			}, "")
			if code != c.code || w.Tag("production") != "main-b" {
				t.Fatalf("exit code %d: %s\n%s", code, failure, out)
			}
			wants(t, "what is said", out+failure, c.words...)
		})
	}
}

// TestRollbackProposes: if the spec has deploys proposed, a rollback is proposed
// too, after a confirmation, and pushed only on request.
func TestRollbackProposes(t *testing.T) {
	for name, c := range map[string]struct {
		answer         string
		change         func(*rollbackOptions)
		opened, pushed bool
		code           int
		words          string
	}{
		"agreed":     {"y\n", func(o *rollbackOptions) { o.steps = 1 }, true, false, exitDone, "Open a pull request for main of example/deployments?"},
		"not agreed": {"n\n", func(o *rollbackOptions) { o.steps = 1 }, false, false, exitDone, "Open a pull request"},
		"shown":      {"", func(o *rollbackOptions) { o.steps, o.dryRun = 1, true }, false, false, exitDone, ""},
		"pushed":     {"", steps(1), false, true, exitDone, ""},
		"waited for": {"y\n", func(o *rollbackOptions) { o.steps, o.follow = 1, true }, false, false, exitUsage, "nobody knows when a pull request is merged"},
	} {
		t.Run(name, func(t *testing.T) {
			w := three(t)
			spec, err := os.OpenFile(w.Spec, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := spec.WriteString("\ngitops: write: \"pull-request\"\n"); err != nil {
				t.Fatal(err)
			}
			spec.Close()
			opened := false
			hub := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
				opened = r.Method == http.MethodPost
				out.WriteHeader(http.StatusCreated)
				io.WriteString(out, `{"html_url":"https://github.com/example/deployments/pull/7"}`)
			}))
			defer hub.Close()
			t.Setenv("GITHUB_API_URL", hub.URL)
			t.Setenv("GH_TOKEN", "secret")
			before := w.Git(w.Origin, "rev-parse", "main")
			out, failure, code := w.rollback(c.change, c.answer)
			if pushed := w.Git(w.Origin, "rev-parse", "main") != before; code != c.code || opened != c.opened || pushed != c.pushed || !strings.Contains(failure, c.words) {
				t.Errorf("exit code %d, opened=%v, pushed=%v: %s\n%s", code, opened, pushed, failure, out)
			}
		})
	}
}
